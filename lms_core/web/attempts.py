"""Sitting an assessment: start, answer, sum up, hand in, see the result. Works without JavaScript."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms_core.domain.errors import Refused
from lms_core.domain.permissions import Actor
from lms_core.domain.sentences import say
from lms_core.installation import here
from lms_core.models import Attempt
from lms_core.services import answers, attempts, grading, results
from lms_core.services.results import Sheet
from lms_core.web.forms import changed_answers, page_nonce
from lms_core.web.identity import require_actor
from lms_core.web.language import flash
from lms_core.web.sheets import shown_result, shown_sheet

blueprint = Blueprint("attempts", __name__)
TIME_IS_UP = say("Czas minął. Liczą się odpowiedzi zapisane przed końcem czasu.")


@blueprint.post("/learn/<key:enrolment_id>/<slug:unit_id>/attempts")
def start(enrolment_id: int, unit_id: str) -> Response:
    filar, actor = here(), require_actor()
    with filar.writing() as (session, later):
        attempt_id = grading.start(
            session, filar.catalogue, enrolment_id, unit_id, actor=actor, now=filar.clock(), later=later
        )
    return redirect(url_for("attempts.show", attempt_id=attempt_id))


@blueprint.get("/attempts/<key:attempt_id>")
def show(attempt_id: int) -> str | Response:
    sheet = _open_sheet(attempt_id, require_actor(), feedback="feedback" in request.args)
    if sheet is None:
        return _to_result(attempt_id)
    shown = shown_sheet(sheet, now=here().clock(), only=request.args.get("pytanie", type=int))
    return render_template("attempt.html", attempt=shown, saved_at=sheet.saved_at, page_nonce=page_nonce())


@blueprint.post("/attempts/<key:attempt_id>")
def save(attempt_id: int) -> Response:
    filar, actor, (changed, client) = here(), require_actor(), changed_answers(request.form)
    try:
        if changed:
            with filar.writing() as (session, _):
                now = filar.clock()
                answers.record(session, filar.catalogue, attempt_id, changed, client=client, actor=actor, now=now)
        elif _open_attempt(attempt_id, actor) is None:
            return _to_result(attempt_id)
    except Refused:  # it is over: what was saved before counts
        _open_attempt(attempt_id, actor)
        return _to_result(attempt_id)
    return _after_saving(attempt_id, request.form.get("action", ""), one=request.form.get("pytanie", type=int))


def _after_saving(attempt_id: int, action: str, *, one: int | None) -> Response:
    """Go on as the button says. `one` is the number of the question that was shown alone."""
    verb, _, place = action.partition(".")
    if verb == "summary":
        return redirect(url_for("attempts.summary", attempt_id=attempt_id, pytanie=one))
    if verb == "check":
        return redirect(url_for("attempts.show", attempt_id=attempt_id, feedback=1, pytanie=one, _anchor=place))
    if verb in {"go", "all"}:
        return redirect(url_for("attempts.show", attempt_id=attempt_id, pytanie=place or None))
    flash(say("Odpowiedzi zapisane."), "success")
    return redirect(url_for("attempts.show", attempt_id=attempt_id, pytanie=one))


@blueprint.get("/attempts/<key:attempt_id>/summary")
def summary(attempt_id: int) -> str | Response:
    sheet = _open_sheet(attempt_id, require_actor())
    if sheet is None:
        return _to_result(attempt_id)
    shown = shown_sheet(sheet, now=here().clock(), only=request.args.get("pytanie", type=int))
    counts = {"answered": sheet.answered, "total": len(sheet.items)}
    return render_template("summary.html", attempt=shown, saved_at=sheet.saved_at, **counts)


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
    return render_template("result.html", **shown_result(found))


def _open_sheet(attempt_id: int, actor: Actor, *, feedback: bool = False) -> Sheet | None:
    """Return what the open attempt shows; None when it is finished."""
    attempt = _open_attempt(attempt_id, actor)
    return results.sheet(here().session, here().catalogue, attempt, feedback=feedback) if attempt else None


def _open_attempt(attempt_id: int, actor: Actor) -> Attempt | None:
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
    return attempt


def _to_result(attempt_id: int) -> Response:
    return redirect(url_for("attempts.result", attempt_id=attempt_id))
