"""My courses, lessons, and the instructions before an assessment."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from lms_core.content.reading import reading
from lms_core.domain.attempts import ALREADY_PASSED, IN_REVIEW
from lms_core.domain.calendar import warsaw_day
from lms_core.domain.errors import Invalid, NotFound
from lms_core.domain.lessons import Lesson
from lms_core.domain.program import Course, Draw, TrainingProgram, Unit
from lms_core.domain.sentences import say
from lms_core.installation import here
from lms_core.models import Enrolment
from lms_core.services import enrolment_cards, enrolments, learning
from lms_core.services.attempts import History
from lms_core.services.learning import AssessmentPlace, Place
from lms_core.web.forms import read_taken_role
from lms_core.web.identity import require_actor
from lms_core.web.language import current, flash

blueprint = Blueprint("learning", __name__)
TONES = {ALREADY_PASSED: "good", IN_REVIEW: "info"}


@blueprint.get("/my")
def my() -> str:
    filar, actor = here(), require_actor()
    cards = enrolment_cards.cards(filar.session, filar.catalogue, actor=actor, now=filar.clock())
    return render_template("my.html", enrolments=cards)


@blueprint.get("/learn/<key:enrolment_id>/<slug:unit_id>")
def unit(enrolment_id: int, unit_id: str) -> str:
    filar, actor = here(), require_actor()
    place = learning.place(filar.session, filar.catalogue, enrolment_id, unit_id, actor=actor)
    if isinstance(place.unit, Lesson):
        return render_template("lesson.html", **_lesson(place, place.unit))
    about = learning.assessment_place(filar.session, place, now=filar.clock())
    return render_template("assessment.html", **_assessment(place, about))


@blueprint.post("/learn/<key:enrolment_id>/<slug:unit_id>")
def complete(enrolment_id: int, unit_id: str) -> Response:
    filar, actor = here(), require_actor()
    with filar.writing() as (session, later):
        following = learning.complete_lesson(
            session, filar.catalogue, enrolment_id, unit_id, actor=actor, now=filar.clock(), later=later
        )
    if following is None:
        return redirect(url_for("learning.my"))
    return redirect(url_for("learning.unit", enrolment_id=enrolment_id, unit_id=following.id))


@blueprint.get("/my/<key:enrolment_id>/role")
def role(enrolment_id: int) -> str:
    filar, actor = here(), require_actor()
    enrolment = enrolments.own(filar.session, enrolment_id, actor=actor)
    since = enrolment.role_since.isoformat() if enrolment.role_since else ""
    return _role_page(enrolment, {"role": enrolment.role or "", "since": since})


@blueprint.post("/my/<key:enrolment_id>/role")
def change_role(enrolment_id: int) -> tuple[str, int] | Response:
    filar, actor = here(), require_actor()
    try:
        taken = read_taken_role(request.form)
        with filar.writing() as (session, _):
            enrolments.change_role(session, filar.catalogue, enrolment_id, taken, actor=actor, now=filar.clock())
    except Invalid as invalid:
        enrolment = enrolments.own(filar.session, enrolment_id, actor=actor)
        form = {name: request.form.get(name, "") for name in ("role", "since")}
        return _role_page(enrolment, form, {invalid.code: invalid.message}), 422
    flash(say("Rola zmieniona. Lekcje i terminy są teraz dla niej."), "success")
    return redirect(url_for("learning.my"))


def _role_page(enrolment: Enrolment, form: dict[str, str], errors: dict[str, str] | None = None) -> str:
    program = here().catalogue.program(here().session, enrolment.digest)
    if not program.roles:
        raise NotFound("role", say("Ten program nie rozróżnia ról."))
    return render_template("role.html", enrolment=enrolment, program=program, form=form, errors=errors or {})


def _frame(place: Place) -> dict[str, Any]:
    """What both kinds of page show around the unit."""
    needed = place.program.needed_units
    return {
        "enrolment": {
            "id": place.enrolment.id,
            "title": place.program.title,
            "program_id": place.program.id,
            "contents": [_topic(place, course) for course in place.program.courses],
            "finished": sum(one.id in place.done for one in needed),
            "total": len(needed),
            "role": place.program.role(place.enrolment.role),
        },
        "previous": place.previous,
        "following": place.following,
        "done": place.unit.id in place.done,
        "law_as_of": place.program.law_as_of,
        "overdue": place.program.overdue(warsaw_day(here().clock())),
    }


def _topic(place: Place, course: Course) -> dict[str, Any]:
    units = [
        {
            "id": one.id,
            "title": one.title,
            "kind": one.kind,
            "done": one.id in place.done,
            "current": one.id == place.unit.id,
        }
        for one in course.units
    ]
    return {"id": course.id, "title": course.title, "units": units}


def _lesson(place: Place, lesson: Lesson) -> dict[str, Any]:
    enrolment, program = place.enrolment, place.program
    figures = url_for("programs.figure", digest=enrolment.digest, name="x").removesuffix("x.svg")
    read = reading(lesson.body.best(current())[0], program.glossary, figures)
    shown = {
        "id": lesson.id,
        "title": lesson.title,
        "minutes": lesson.minutes,
        "body": lesson.body,
        "html": Markup(read.html),  # noqa: S704 - nh3's allow-list made it safe
        "sections": read.sections,
        "terms": read.terms,
        "notes": program.notes_for(lesson.id, enrolment.role),
        "sources": lesson.sources,
    }
    return _frame(place) | {"unit": shown, "refreshes": place.refreshes}


def _assessment(place: Place, about: AssessmentPlace) -> dict[str, Any]:
    assessment = about.assessment
    finished = [one for one in about.history if one.attempt.state != "open"]
    open_id = next((one.attempt.id for one in about.history if one.attempt.state == "open"), None)
    shown = {
        "mode": assessment.mode,
        "items": place.program.items_count(assessment),
        "pass_percent": assessment.pass_percent,
        "time_limit_minutes": assessment.time_limit_minutes,
        "attempts_allowed": assessment.attempts,
        "attempts_used": about.used,
        "extra_minutes": about.extra_minutes,
        "wrong_penalty": assessment.wrong_penalty,
        "minima": [_minimum(place.program, part) for part in assessment.draw if part.minimum],
        "has_critical": place.program.has_critical(assessment),
        "refresher": place.program.unit(about.refresher) if about.refresher else None,
        "required": place.unit.id in place.program.required_units,
        "name_to_confirm": about.name_to_confirm,
        "pause_hours": assessment.pause_hours or None,
        "open_attempt_id": open_id,
        "refusal": about.refusal.message if about.refusal and not open_id else None,
        "refusal_tone": TONES.get(about.refusal.code, "warn") if about.refusal else None,
        "history": [_past(one) for one in finished],
    }
    return _frame(place) | {"unit": _titled(place.unit), "assessment": shown}


def _minimum(program: TrainingProgram, part: Draw) -> str:
    pool = program.pool(part.pool)
    title = pool.title if pool and pool.title else part.pool
    points = float(part.minimum or 0)
    return say("Wymagane minimum, „{part}”: {points} pkt.", part=title, points=points)


def _titled(unit: Unit) -> dict[str, Any]:
    return {"id": unit.id, "title": unit.title, "minutes": unit.minutes}


def _past(one: History) -> dict[str, Any]:
    return {
        "id": one.attempt.id,
        "number": one.attempt.number,
        "series": one.attempt.series,
        "started_at": one.attempt.started_at,
        "state": one.attempt.state,
        "percent": one.outcome.percent if one.outcome else None,
        "passed": one.outcome.success if one.outcome else None,
    }
