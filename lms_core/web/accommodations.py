"""More time for one person: the administrator's page."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms_core.domain.errors import Invalid
from lms_core.domain.sentences import say
from lms_core.installation import here
from lms_core.services import accommodations, people
from lms_core.web.identity import require_actor
from lms_core.web.language import flash

blueprint = Blueprint("accommodations", __name__)


@blueprint.get("/people/<key:person_id>/extra-time")
def show(person_id: int) -> str:
    actor, session = require_actor(), here().session
    person = people.person(session, person_id, actor=actor)
    percent = accommodations.extra_percent(session, person_id)
    return render_template("extra_time.html", person=person, value=str(percent), errors={})


@blueprint.post("/people/<key:person_id>/extra-time")
def grant(person_id: int) -> Response | tuple[str, int]:
    filar, actor, text = here(), require_actor(), request.form.get("percent", "").strip()
    try:
        with filar.writing() as (session, _):
            accommodations.grant(session, person_id, _percent(text), actor=actor, now=filar.clock())
    except Invalid as error:
        person = people.person(filar.session, person_id, actor=actor)
        return render_template("extra_time.html", person=person, value=text, errors={"percent": error.message}), 422
    flash(say("Zapisano dodatkowy czas. Obowiązuje od następnego podejścia."), "success")
    return redirect(url_for("people.index"))


def _percent(text: str) -> int:
    """Return the number; what is none is as far out of range as can be."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("1000") else -1
