"""Sitting an assessment: start, answer, sum up, hand in, see the result. Works without JavaScript."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms_core.domain.errors import Refused
from lms_core.domain.permissions import Actor
from lms_core.domain.program import Mode, Review
from lms_core.domain.text import Text
from lms_core.installation import here
from lms_core.models import Attempt
from lms_core.services import answers, attempts, grading, results
from lms_core.services.results import ItemReview, Result, Sheet
from lms_core.web.filters import prose
from lms_core.web.forms import changed_answers, page_nonce
from lms_core.web.identity import require_actor

blueprint = Blueprint("attempts", __name__)
TIME_IS_UP = "Czas minął. Liczą się odpowiedzi zapisane przed końcem czasu."
WRONG_ONLY = "Po tym egzaminie widać tylko pytania z błędną odpowiedzią, każde z wyjaśnieniem."
SCORE_ONLY = "Po tym egzaminie widać tylko wynik."


@blueprint.post("/learn/<key:enrolment_id>/<slug:unit_id>/attempts")
def start(enrolment_id: int, unit_id: str) -> Response:
    filar, actor = here(), require_actor()
    with filar.writing() as (session, later):
        grading.finish_overdue_of(session, filar.catalogue, enrolment_id, now=filar.clock(), later=later)
        attempt_id = attempts.start(session, filar.catalogue, enrolment_id, unit_id, actor=actor, now=filar.clock())
    return redirect(url_for("attempts.show", attempt_id=attempt_id))


@blueprint.get("/attempts/<key:attempt_id>")
def show(attempt_id: int) -> str | Response:
    sheet = _open_sheet(attempt_id, require_actor())
    if sheet is None:
        return _to_result(attempt_id)
    return render_template("attempt.html", attempt=_sheet(sheet), saved_at=sheet.saved_at, page_nonce=page_nonce())


@blueprint.post("/attempts/<key:attempt_id>")
def save(attempt_id: int) -> Response:
    if _open_sheet(attempt_id, require_actor()) is None:
        return _to_result(attempt_id)
    changed, client = changed_answers(request.form)
    if changed:
        filar = here()
        with filar.writing() as (session, _):
            answers.record(
                session, filar.catalogue, attempt_id, changed, client=client, actor=require_actor(), now=filar.clock()
            )
    if request.form.get("action") == "summary":
        return redirect(url_for("attempts.summary", attempt_id=attempt_id))
    flash("Odpowiedzi zapisane.", "success")
    return redirect(url_for("attempts.show", attempt_id=attempt_id))


@blueprint.get("/attempts/<key:attempt_id>/summary")
def summary(attempt_id: int) -> str | Response:
    sheet = _open_sheet(attempt_id, require_actor())
    if sheet is None:
        return _to_result(attempt_id)
    shown = _sheet(sheet)
    return render_template("summary.html", attempt=shown, answered=sheet.answered, total=len(sheet.items))


@blueprint.post("/attempts/<key:attempt_id>/submission")
def submit(attempt_id: int) -> Response:
    filar, actor = here(), require_actor()
    with filar.writing() as (session, later):
        grading.submit(session, filar.catalogue, attempt_id, actor=actor, now=filar.clock(), later=later)
    return redirect(url_for("attempts.result", attempt_id=attempt_id))


@blueprint.get("/attempts/<key:attempt_id>/result")
def result(attempt_id: int) -> str | Response:
    filar, actor = here(), require_actor()
    try:
        found = results.result(filar.session, filar.catalogue, attempt_id, actor=actor, now=filar.clock())
    except Refused:
        return redirect(url_for("attempts.show", attempt_id=attempt_id))
    return render_template("result.html", **_result(found))


def _open_sheet(attempt_id: int, actor: Actor) -> Sheet | None:
    """Return the open attempt; None when it is finished, also when its time ran out just now."""
    filar, now = here(), here().clock()
    attempt, _ = attempts.own(filar.session, attempt_id, actor=actor)
    if attempt.state != "open":
        return None
    if attempts.overdue(attempt, now=now):
        with filar.writing() as (session, later):
            grading.finish_overdue(session, filar.catalogue, attempt_id, now=now, later=later)
        flash(TIME_IS_UP, "info")
        return None
    return results.sheet(filar.session, filar.catalogue, attempt)


def _to_result(attempt_id: int) -> Response:
    return redirect(url_for("attempts.result", attempt_id=attempt_id))


def _about(attempt: Attempt, title: Text, mode: Mode) -> dict[str, Any]:
    return {
        "id": attempt.id,
        "title": title,
        "mode": mode,
        "number": attempt.number,
        "deadline": attempt.deadline,
        "enrolment_id": attempt.enrolment_id,
        "unit_id": attempt.unit_id,
        "submitted_at": attempt.finished_at,
        "state": attempt.state,
    }


def _sheet(sheet: Sheet) -> dict[str, Any]:
    items = [
        {
            "id": item.id,
            "number": number,
            "kind": item.kind,
            "prompt_html": prose(item.prompt),
            "choices": item.choices,
            "response": sheet.responses.get(item.id, ()),
            "was": " ".join(sheet.responses.get(item.id, ())),
            "answered": bool(sheet.responses.get(item.id)),
        }
        for number, item in enumerate(sheet.items, start=1)
    ]
    about, now = _about(sheet.attempt, sheet.unit.title, sheet.assessment.mode), here().clock()
    late = sheet.attempt.deadline is not None and now > sheet.attempt.deadline
    return about | {"server_now": now, "late": late, "items": items}


def _result(found: Result) -> dict[str, Any]:
    outcome = found.outcome
    shown = {
        "percent": outcome.percent if outcome else None,
        "raw": outcome.raw if outcome else None,
        "max": outcome.max if outcome else None,
        "passed": bool(outcome and outcome.success),
        "needs_review": outcome is None,
    }
    return {
        "attempt": _about(found.attempt, found.unit.title, found.assessment.mode),
        "outcome": shown,
        "pass_percent": found.assessment.pass_percent,
        "reasons": found.reasons,
        "review": [_review(number, one) for number, one in enumerate(found.review, start=1)],
        "review_note": _review_note(found),
        "certificate_code": found.certificate_code,
        "again_note": found.again,
        "following": found.following,
    }


def _review_note(found: Result) -> str | None:
    if found.outcome is None or found.assessment.mode is Mode.PRACTICE:
        return None
    return {Review.WRONG: WRONG_ONLY, Review.SCORE: SCORE_ONLY}.get(found.assessment.review)


def _review(number: int, one: ItemReview) -> dict[str, Any]:
    return {
        "number": number,
        "prompt_html": prose(one.item.prompt),
        "given": one.given,
        "correct": one.correct,
        "right": one.right,
        "notes": one.notes,
        "feedback": one.item.feedback,
        "source": one.item.source,
    }
