"""The catalogue, a program's syllabus, enrolling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lms_core.domain.calendar import warsaw_day
from lms_core.domain.program import AssessmentUnit, Mode, TrainingProgram, Unit
from lms_core.installation import here
from lms_core.models import Enrolment
from lms_core.services import enrolments
from lms_core.services.catalogue import Catalogue
from lms_core.web.identity import require_actor, signed_in_actor

blueprint = Blueprint("programs", __name__)


@blueprint.get("/programs")
def catalogue() -> str:
    filar = here()
    return render_template("catalogue.html", programs=program_cards(filar.catalogue, joined()))


@blueprint.get("/programs/<slug:program_id>")
def syllabus(program_id: str) -> str:
    filar, enrolment = here(), joined().get(program_id)
    if enrolment:  # who joined sees the version they joined
        program = filar.catalogue.program(filar.session, enrolment.digest)
    else:
        program = filar.catalogue.offer(program_id).program
    return render_template(
        "syllabus.html", program=_syllabus(program), enrolment_id=enrolment.id if enrolment else None
    )


@blueprint.post("/programs/<slug:program_id>/enrolment")
def enrol(program_id: str) -> Response:
    filar, actor = here(), require_actor()
    with filar.writing() as (session, _):
        enrolment = enrolments.enrol(session, filar.catalogue, program_id, actor=actor, now=filar.clock())
    first = filar.catalogue.program(filar.session, enrolment.digest).units[0]
    flash("Zapis przyjęty. Możesz zaczynać.", "success")
    return redirect(url_for("learning.unit", enrolment_id=enrolment.id, unit_id=first.id))


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
