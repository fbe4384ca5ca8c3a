"""The catalogue, a program's syllabus, enrolling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms_core.domain.calendar import warsaw_day
from lms_core.domain.errors import Invalid, NotFound
from lms_core.domain.program import AssessmentUnit, Mode, TrainingProgram, Unit
from lms_core.domain.sentences import say
from lms_core.installation import here
from lms_core.models import Enrolment
from lms_core.services import enrolments, renewals
from lms_core.services.catalogue import Catalogue
from lms_core.web.forms import read_taken_role
from lms_core.web.identity import require_actor, signed_in_actor
from lms_core.web.language import current, flash

blueprint = Blueprint("programs", __name__)
LONGEST_QUERY = 100
LONGEST_BY_FILTER = {"1h": 60, "3h": 180, "day": 480}
"""The filter of the catalogue, in minutes."""


@blueprint.get("/programs")
def catalogue() -> str:
    cards = program_cards(here().catalogue, joined())
    asked = {name: request.args.get(name, "").strip()[:LONGEST_QUERY] for name in ("q", "time", "certificate")}
    shown = [card for card in cards if _fits(card, asked)]
    return render_template("catalogue.html", programs=shown, asked=asked, total=len(cards))


@blueprint.get("/programs/<slug:program_id>")
def syllabus(program_id: str) -> str:
    return _page(program_id)


@blueprint.post("/programs/<slug:program_id>/enrolment")
def enrol(program_id: str) -> tuple[str, int] | Response:
    filar, actor = here(), require_actor()
    try:
        role = read_taken_role(request.form)
        with filar.writing() as (session, _):
            enrolment = enrolments.enrol(
                session, filar.catalogue, program_id, actor=actor, now=filar.clock(), role=role
            )
    except Invalid as invalid:
        return _page(program_id, refused=invalid), 422
    first = filar.catalogue.program(filar.session, enrolment.digest).units[0]
    flash(say("Zapis przyjęty. Możesz zaczynać."), "success")
    return redirect(url_for("learning.unit", enrolment_id=enrolment.id, unit_id=first.id))


@blueprint.get("/figures/<digest>/<slug:name>.svg")
def figure(digest: str, name: str) -> Response:
    """Serve a drawing of a program's lessons. A digest never means anything else, so browsers may keep it."""
    filar = here()
    found = filar.catalogue.program(filar.session, digest).figure(name)
    if found is None:
        raise NotFound("figure", say("Nie ma takiego rysunku."))
    response = Response(found.svg, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def _page(program_id: str, *, refused: Invalid | None = None) -> str:
    """Who joined sees the version they joined; who may take the program again sees the one that they would join."""
    filar, enrolment = here(), joined().get(program_id)
    renewal = renewals.after(filar.session, filar.catalogue, enrolment, now=filar.clock()) if enrolment else None
    if enrolment and not renewal:
        program = filar.catalogue.program(filar.session, enrolment.digest)
    else:
        program = filar.catalogue.offer(program_id).program
    shown = {"enrolment": enrolment, "renewal": renewal, "form": _role_form(program, enrolment)}
    errors = {refused.code: refused.message} if refused else {}
    return render_template("syllabus.html", program=_syllabus(program), errors=errors, **shown)


def _role_form(program: TrainingProgram, enrolment: Enrolment | None) -> dict[str, str]:
    """Return what was typed; before that the role that the person has had here, where the program still knows it."""
    if request.method == "POST" or enrolment is None or program.role(enrolment.role) is None:
        return {name: request.form.get(name, "") for name in ("role", "since")}
    since = enrolment.role_since.isoformat() if enrolment.role_since else ""
    return {"role": enrolment.role or "", "since": since}


def _fits(card: Mapping[str, Any], asked: Mapping[str, str]) -> bool:
    texts = [card[name] for name in ("title", "summary", "audience")]
    words = " ".join(f"{text} {text.best(current())[0]}" for text in texts).casefold()
    return (
        all(word in words for word in asked["q"].casefold().split())
        and card["minutes"] <= LONGEST_BY_FILTER.get(asked["time"], card["minutes"])
        and (asked["certificate"] != "yes" or card["certificate_title"] is not None)
    )


def joined() -> dict[str, Enrolment]:
    actor = signed_in_actor()
    return enrolments.by_program(here().session, actor) if actor else {}


def program_cards(catalogue: Catalogue, mine: Mapping[str, Enrolment]) -> list[dict[str, Any]]:
    return [_card(program, mine.get(program.id)) for program in catalogue.programs()]


def _card(program: TrainingProgram, enrolment: Enrolment | None) -> dict[str, Any]:
    return {
        "id": program.id,
        "title": program.title,
        "summary": program.summary,
        "audience": program.audience,
        "minutes": program.minutes,
        "units": len(program.units),
        "law_as_of": program.law_as_of,
        "certificate_title": program.certificate.title if program.certificate else None,
        "enrolment_id": enrolment.id if enrolment else None,
        "completed": bool(enrolment and enrolment.state == "completed"),
    }


def _syllabus(program: TrainingProgram) -> dict[str, Any]:
    courses = [
        {"title": one.title, "summary": one.summary, "units": [_unit(program, unit) for unit in one.units]}
        for one in program.courses
    ]
    return _card(program, None) | {
        "version": program.version,
        "review_by": program.review_by,
        "overdue": program.overdue(warsaw_day(here().clock())),
        "courses": courses,
        "roles": program.roles,
        "certificate": program.certificate,
    }


def _unit(program: TrainingProgram, unit: Unit) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": unit.id,
        "title": unit.title,
        "kind": unit.kind,
        "minutes": unit.minutes,
        "exam": None,
    }
    shown["required"] = unit.id in program.required_units
    assessment = program.assessment(unit.assessment) if isinstance(unit, AssessmentUnit) else None
    shown["practice"] = bool(assessment and assessment.mode is Mode.PRACTICE)
    if assessment and assessment.mode is Mode.EXAM:
        shown["exam"] = {
            "items": program.items_count(assessment),
            "pass_percent": assessment.pass_percent,
            "attempts": assessment.attempts,
            "time_limit_minutes": assessment.time_limit_minutes,
        }
    return shown
