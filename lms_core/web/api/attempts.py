"""Sitting an assessment: start, answer, hand in, see the result. Our own script saves answers here too."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from lms_core.installation import here
from lms_core.services import answers, attempts, grading, results
from lms_core.services.answers import CLIENT, LARGEST_SEQ, MOST_EVENTS, Answer
from lms_core.services.results import Result
from lms_core.services.tokens import Scope
from lms_core.web.api.access import needs
from lms_core.web.api.attempt_schemas import AttemptSchema, ResultSchema
from lms_core.web.api.contract import ApiBlueprint
from lms_core.web.api.fields import Moment, Shown, StrictString, Taken, WholeNumber
from lms_core.web.identity import require_actor

blueprint = ApiBlueprint("api_attempts", __name__, description="Sitting an assessment")
SAVING_RATE = "240 per minute"
MOST_PARTS, LONGEST_PART = 50, 200


class NewAttemptSchema(Taken):
    unit = StrictString(required=True, validate=validate.Length(1, 64))


class EventSchema(Taken):
    """One answer as a client numbered it; which response an item takes, its kind decides."""

    seq = WholeNumber(required=True, validate=validate.Range(1, LARGEST_SEQ))
    item = StrictString(required=True, validate=validate.Length(1, 64))
    response = fields.List(
        StrictString(validate=validate.Length(1, LONGEST_PART)), required=True, validate=validate.Length(0, MOST_PARTS)
    )


class EventsSchema(Taken):
    """`client` names a tab or a device; a `seq` that it used once stands for one answer for ever."""

    client = fields.String(required=True, validate=validate.Regexp(f"^{CLIENT.pattern}$"))
    events = fields.List(fields.Nested(EventSchema), required=True, validate=validate.Length(1, MOST_EVENTS))


class ReceiptSchema(Shown):
    acknowledged = WholeNumber(metadata={"description": "The highest seq of this call"})
    saved_at = Moment()


EVENTS = {"client": "0f3a9c54d2e8", "events": [{"seq": 1, "item": "pytanie-1", "response": ["a"]}]}


@blueprint.post("/enrolments/<key:enrolment_id>/attempts")
@needs(Scope.ATTEMPTS_WRITE, 404, 409, writes=True)
@blueprint.arguments(NewAttemptSchema, example={"unit": "egzamin-koncowy"})
@blueprint.response(200, AttemptSchema)
def start_attempt(body: dict[str, str], enrolment_id: int) -> dict[str, Any]:
    """Start an attempt at a unit's assessment. The one that is open already is given again."""
    filar, actor = here(), require_actor()
    with filar.writing() as (session, later):
        now, catalogue = filar.clock(), filar.catalogue
        attempt_id = grading.start(session, catalogue, enrolment_id, body["unit"], actor=actor, now=now, later=later)
    return _sheet(attempt_id)


@blueprint.get("/attempts/<key:attempt_id>")
@needs(Scope.ATTEMPTS_READ, 404)
@blueprint.response(200, AttemptSchema)
def show_attempt(attempt_id: int) -> dict[str, Any]:
    """Show an attempt: its items and the responses that count so far; once it is finished, only its state."""
    return _sheet(attempt_id)


@blueprint.post("/attempts/<key:attempt_id>/events")
@needs(Scope.ATTEMPTS_WRITE, 404, 409, rate=SAVING_RATE, writes=True)
@blueprint.arguments(EventsSchema, example=EVENTS)
@blueprint.response(200, ReceiptSchema)
def record(body: dict[str, Any], attempt_id: int) -> dict[str, Any]:
    """Save answers. Sending the same again is acknowledged again, also after the network failed."""
    filar, actor = here(), require_actor()
    given = [Answer(event["seq"], event["item"], event["response"]) for event in body["events"]]
    now = filar.clock()
    with filar.writing() as (session, _):
        answers.record(session, filar.catalogue, attempt_id, given, client=body["client"], actor=actor, now=now)
    return {"acknowledged": max(answer.seq for answer in given), "saved_at": now}


@blueprint.post("/attempts/<key:attempt_id>/submission")
@needs(Scope.ATTEMPTS_WRITE, 404, writes=True)
@blueprint.response(200, ResultSchema)
def submit(attempt_id: int) -> Result:
    """Hand in, and get the result. Handing in what is finished changes nothing."""
    filar, actor = here(), require_actor()
    with filar.writing() as (session, later):
        grading.submit(session, filar.catalogue, attempt_id, actor=actor, now=filar.clock(), later=later)
    return _result(attempt_id)


@blueprint.get("/attempts/<key:attempt_id>/result")
@needs(Scope.ATTEMPTS_READ, 404, 409)
@blueprint.response(200, ResultSchema)
def show_result(attempt_id: int) -> Result:
    """Show the result of a finished attempt, with as much as the assessment's review policy allows."""
    return _result(attempt_id)


def _result(attempt_id: int) -> Result:
    filar = here()
    return results.result(filar.session, filar.catalogue, attempt_id, actor=require_actor(), now=filar.clock())


def _sheet(attempt_id: int) -> dict[str, Any]:
    """Return what `AttemptSchema` shows; an attempt whose time ran out is finished first."""
    filar, actor, now = here(), require_actor(), here().clock()
    attempt, _ = attempts.own(filar.session, attempt_id, actor=actor)
    if attempt.state == "open" and attempts.overdue(attempt, now=now):
        with filar.writing() as (session, later):
            grading.finish_overdue(session, filar.catalogue, attempt_id, now=now, later=later)
        attempt, _ = attempts.own(filar.session, attempt_id, actor=actor)
    sheet = results.sheet(filar.session, filar.catalogue, attempt)
    is_open = attempt.state == "open"
    return {
        "attempt": attempt,
        "title": sheet.unit.title,
        "mode": sheet.assessment.mode,
        "server_time": now,
        "saved_at": sheet.saved_at,
        "items": sheet.items if is_open else (),
        "responses": sheet.responses if is_open else {},
        "remarks": sheet.remarks if is_open else {},
    }
