"""My profile: the name on my certificates, my language and letters, and everything that is kept about me."""

from __future__ import annotations

import json
from collections.abc import Mapping

import flask
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms_core.domain.calendar import warsaw_day
from lms_core.domain.errors import Conflict, Invalid, Refused
from lms_core.domain.names import LONGEST_NAME
from lms_core.domain.sentences import say
from lms_core.installation import here
from lms_core.services import data_export, profile
from lms_core.services.profile import Preferences
from lms_core.web.extensions import limiter, network
from lms_core.web.identity import local_path, require_actor, signed_in_actor
from lms_core.web.language import flash, in_language, remember

blueprint = Blueprint("profile", __name__)
LANGUAGES = ({"id": "pl", "label": say("polski")}, {"id": "en", "label": say("English (angielski)")})
CONFIRMED_BY: Mapping[str, str] = {
    "self_declared": say("przez Ciebie"),
    "coordinator": say("przez osobę koordynującą w\u00a0Twojej organizacji"),
    "document": say("na podstawie dokumentu tożsamości"),
    "eid": say("środkiem identyfikacji elektronicznej"),
}


@blueprint.get("/profile")
def show() -> str:
    return _page({})


@blueprint.post("/profile/name/confirmation")
def confirm_name() -> Response:
    filar, actor = here(), require_actor()
    try:
        with filar.writing() as (session, _):
            profile.confirm_name(session, request.form.get("name", ""), actor=actor, now=filar.clock())
    except Conflict as conflict:
        flash(conflict.message, "warn")
    else:
        flash(say("Dziękujemy. Tak będzie na zaświadczeniu."), "success")
    return redirect(local_path(request.form.get("next"), url_for("profile.show")))


@blueprint.post("/profile/name")
def change_name() -> tuple[str, int] | Response:
    filar, actor, name = here(), require_actor(), request.form.get("name", "")
    try:
        with filar.writing() as (session, _):
            profile.change_name(session, name, actor=actor, now=filar.clock())
    except (Invalid, Refused) as error:
        return _page({"name": error.message}, name=name[:LONGEST_NAME]), 422
    flash(say("Imię i nazwisko zapisane. Tak będzie na zaświadczeniu."), "success")
    return redirect(url_for("profile.show"))


@blueprint.post("/profile/preferences")
def choose() -> tuple[str, int] | Response:
    filar, actor = here(), require_actor()
    wanted = Preferences(request.form.get("language", ""), reminders="reminders" in request.form)
    try:
        with filar.writing() as (session, _):
            profile.choose(session, wanted, actor=actor)
    except Invalid as invalid:
        return _page({invalid.code: invalid.message}), 422
    flask.flash(in_language(say("Ustawienia zapisane."), wanted.language), "success")
    response = redirect(url_for("profile.show"))
    remember(response, wanted.language)
    return response


def _who() -> str:
    actor = signed_in_actor()
    return f"export {actor.person_id if actor else network()}"


@blueprint.get("/profile/data")
@limiter.limit("20 per hour", key_func=_who)
def export() -> Response:
    """The file is made while it is waited for: it holds secrets of nobody, and nothing keeps a copy of it."""
    filar, actor, now = here(), require_actor(), here().clock()
    found = data_export.export(filar.session, filar.catalogue, actor=actor, site=filar.settings.public_url, now=now)
    name = f"filar-moje-dane-{warsaw_day(now)}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(json.dumps(found, ensure_ascii=False, indent=2), content_type="application/json", headers=headers)


def _page(errors: Mapping[str, str], *, name: str | None = None) -> str:
    actor = require_actor()
    found = profile.of(here().session, actor=actor)
    return render_template(
        "profile.html",
        profile=found,
        name=found.name if name is None else name,
        confirmed_by=CONFIRMED_BY[found.identity],
        on_certificate=profile.ON_CERTIFICATE,
        contact=here().settings.publisher.email,
        choices=LANGUAGES,
        errors=errors,
    )
