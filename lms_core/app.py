"""The application: a list of steps."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from flask import Flask
from jinja2 import StrictUndefined
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from lms_core.config import Settings, SettingsError
from lms_core.database import db, engine_options, prepare, take_turns
from lms_core.installation import EXTENSION, Installation
from lms_core.plugin_host import Plugins, Source, installed_sources, load_plugins
from lms_core.runtime.doorbell import Doorbell
from lms_core.services import catalogue as catalogue_service
from lms_core.services import issuers, people, status_lists
from lms_core.services.catalogue import Catalogue
from lms_core.services.issuers import Signing
from lms_core.transaction import Job, rings_for_nothing, transaction
from lms_core.web import (
    accommodations,
    attempts,
    brakes,
    certificates,
    converters,
    coordination,
    declarations,
    errors,
    filters,
    health,
    home,
    identity,
    language,
    learning,
    profile,
    programs,
    registration,
    rosters,
    security,
    session,
    tokens,
    trainer,
    uploads,
    verification,
)
from lms_core.web import issuers as issuer_pages
from lms_core.web import people as people_pages
from lms_core.web.api import document as api
from lms_core.web.extensions import csrf, limiter
from lms_core.web.language import Site

log = logging.getLogger(__name__)
LARGEST_BODY = 256 * 1024
START_LOCK = 7143
SESSION_LASTS = timedelta(hours=12)
ORGANISATION = "Filar"
IN_MEMORY = "memory://"
REDIS_PATIENCE = {"socket_timeout": 1, "socket_connect_timeout": 1}
BLUEPRINTS = (
    *(home, session, programs, learning, attempts, certificates, people_pages, accommodations, tokens),
    *(coordination, rosters, trainer),
    *(profile, registration, declarations),
    *(verification, issuer_pages, health),
)


def from_environment() -> Flask:
    """The factory that web servers and workers call."""
    return create_app(Settings.from_process())


def utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    ring: Callable[[Job], None] | None = None,
    sources: Iterable[Source] | None = None,
) -> Flask:
    """Return the application on a migrated database. `sources` replaces the installed plugins (tests)."""
    app = Site("lms_core.web")
    _configure(app, settings)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
        plugins = _plugins(settings, sources)
        signing = Signing(settings.data_dir / "keys", settings.public_url)
        with transaction(db.session(), rings_for_nothing):
            plugins = _settle(db.session(), plugins, signing, settings=settings, now=clock())
    app.extensions[EXTENSION] = Installation(
        settings=settings,
        plugins=plugins,
        catalogue=Catalogue(plugins),
        signing=signing,
        ring=ring or Doorbell(settings.redis_url),
        clock=clock,
    )
    _install_web(app, settings)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        PERMANENT_SESSION_LIFETIME=SESSION_LASTS,
        SESSION_REFRESH_EACH_REQUEST=False,  # or public pages, styles and keys would carry the cookie too
        SESSION_COOKIE_NAME=session_cookie(settings),
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_SAMESITE="Lax",
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        WTF_CSRF_TIME_LIMIT=None,  # an exam may take longer than an hour; the token lives as long as the session
        RATELIMIT_STORAGE_URI=settings.redis_url.replace("unix://", "redis+unix://", 1),
        RATELIMIT_STORAGE_OPTIONS={} if settings.redis_url == IN_MEMORY else REDIS_PATIENCE,
    )
    app.jinja_env.undefined = StrictUndefined
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def session_cookie(settings: Settings) -> str:
    """Return the cookie's name; over https one that no neighbouring subdomain can set (RFC 6265bis, 4.1.3.2)."""
    return "__Host-filar" if settings.secure_cookies else "filar"


def _plugins(settings: Settings, sources: Iterable[Source] | None) -> Plugins:
    if settings.safe_mode:
        return Plugins()
    found = installed_sources(settings.program_path) if sources is None else sources
    return load_plugins(found, raise_errors=settings.plugin_errors == "raise")


def _settle(session: Session, plugins: Plugins, signing: Signing, *, settings: Settings, now: datetime) -> Plugins:
    """Make what a first start lacks, store new snapshots, and drop plugins whose content contradicts a stored one."""
    take_turns(session, START_LOCK)
    people.ensure_organisation(session, ORGANISATION, now=now)
    issuers.ensure_issuer(session, signing, name=settings.issuer_name, email=settings.issuer_email, now=now)
    status_lists.ensure_first(session, now=now)
    status_lists.sign_new(session, signing, now=now)
    refused = catalogue_service.contradictions(session, plugins)
    if refused and settings.plugin_errors == "raise":
        raise SettingsError("; ".join(refused.values()))
    for reason in refused.values():
        log.error("quarantined: %s", reason)
    kept = plugins.without(refused)
    catalogue_service.store(session, kept, now=now)
    return kept


def _install_web(app: Site, settings: Settings) -> None:
    converters.install(app)
    brakes.install(app)
    app.before_request(uploads.allow_larger)  # before the token of a form is looked for, which reads the form
    csrf.init_app(app)
    limiter.init_app(app)
    app.before_request(identity.load_actor)
    filters.install(app)
    language.install(app)
    errors.install(app)
    security.protect(app, settings)
    for module in BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    api.install(app)
