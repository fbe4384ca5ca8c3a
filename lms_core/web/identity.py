"""Who is asking: the session cookie, below /api also a token, and the actor that they stand for."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import g, request, session

from lms_core.domain.errors import Forbidden
from lms_core.domain.permissions import Actor
from lms_core.domain.sentences import say
from lms_core.installation import here
from lms_core.services import people, tokens
from lms_core.services.people import SignedIn
from lms_core.services.tokens import Scope
from lms_core.web.extensions import csrf

PUBLIC_BLUEPRINTS = {"verification", "issuers", "health", "language", "api_verification", "api_document", None}
"""They answer without reading a cookie: verification works when nothing else does."""
BEARER = "bearer"


class SignInNeeded(Exception):
    """The page is for signed-in people; `web/errors.py` sends them to the form and back."""


class TokenRefused(Exception):
    """The token is unknown, expired or revoked, or its person's account is not active any more."""


def for_machine() -> bool:
    return request.path.startswith("/api/")


def load_actor() -> None:
    """Put the person who asks into `g` before each request that may need one."""
    if request.blueprint in PUBLIC_BLUEPRINTS:
        return
    secret = _bearer() if for_machine() else None
    if secret is not None:  # a cookie beside it is not even read
        _load_token(secret)
    elif "person" in session:
        _load_session()


def _bearer() -> str | None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == BEARER else None


def _load_token(secret: str) -> None:
    filar, now = here(), here().clock()
    presented = tokens.presented(filar.session, secret, now=now)
    if presented is None:
        raise TokenRefused
    if presented.unnoted:
        with filar.writing() as (writing, _):
            tokens.note_use(writing, presented.token_id, now=now)
    g.actor, g.scopes = presented.actor, presented.scopes


def _load_session() -> None:
    g.actor = people.signed_in(here().session, session["person"], session.get("stamp", ""))
    if g.actor is None:
        session.clear()
    elif for_machine():  # the pages' forms are asked by the extension itself, tokens need none
        csrf.protect()


def signed_in_actor() -> Actor | None:
    actor: Actor | None = g.get("actor")
    return actor


def belated_actor() -> Actor | None:
    """Return who is signed in, also where the request went wrong before anybody asked: at an address of nothing."""
    if "actor" not in g and request.blueprint not in PUBLIC_BLUEPRINTS - {None} and "person" in session:
        _load_session()
    return signed_in_actor()


def require_actor() -> Actor:
    actor = signed_in_actor()
    if actor is None:
        raise SignInNeeded
    return actor


def require_scope(scope: Scope) -> None:
    """Refuse a token without the scope; the session cookie may do what its person may."""
    require_actor()
    if scope not in g.get("scopes", Scope):
        raise Forbidden("scope", say("Ten token nie ma uprawnienia „{scope}”.", scope=scope))


def remember(signed_in: SignedIn) -> None:
    """Start a new session; nothing of an old one is carried over (session fixation)."""
    session.clear()
    session.permanent = True
    session["person"] = signed_in.actor.person_id
    session["stamp"] = signed_in.stamp


def forget() -> None:
    session.clear()


def local_path(target: str | None, default: str) -> str:
    """Return the target when it is a path of this site, the default otherwise (open redirects)."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return default
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc and target.isprintable() else default
