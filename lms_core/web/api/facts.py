"""What people in charge saw: attendance, skills, documents."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from lms_core.domain.reasons import explained
from lms_core.domain.rules import MODES
from lms_core.installation import here
from lms_core.services import facts
from lms_core.services.facts import LONGEST_DAY, LONGEST_DOCUMENT_KIND, Attended, Document, Fact, Observed
from lms_core.services.tokens import Scope
from lms_core.web.api.access import needs
from lms_core.web.api.contract import ApiBlueprint
from lms_core.web.api.fields import Shown, StrictString, Taken, WholeNumber
from lms_core.web.identity import require_actor

blueprint = ApiBlueprint("api_facts", __name__, description="What people in charge saw")


class OfUnitSchema(Taken):
    unit = StrictString(required=True, validate=validate.Length(1, 64))


class AttendanceSchema(OfUnitSchema):
    minutes = WholeNumber(required=True, validate=validate.Range(1, LONGEST_DAY))
    mode = fields.String(required=True, validate=validate.OneOf(MODES))


class ObservationSchema(OfUnitSchema):
    """`role` is the one in which the actor signs."""

    role = fields.String(required=True, validate=validate.OneOf(["instructor", "examiner"]))


class DocumentSchema(OfUnitSchema):
    """`valid_until` is the last day on which the document is good; without it, it is good for ever."""

    kind = StrictString(required=True, validate=validate.Length(1, LONGEST_DOCUMENT_KIND))
    valid_until = fields.Date()


class VerdictSchema(Shown):
    """What the completion rule says now that the fact is known."""

    verdict = fields.String(metadata={"example": "pending"})
    reasons = fields.List(fields.String())


@blueprint.post("/enrolments/<key:enrolment_id>/attendance")
@needs(Scope.FACTS_WRITE, 404, writes=True)
@blueprint.arguments(AttendanceSchema, example={"unit": "zajecia", "minutes": 90, "mode": "in_person"})
@blueprint.response(200, VerdictSchema)
def record_attendance(body: dict[str, Any], enrolment_id: int) -> dict[str, Any]:
    """Record minutes that somebody else attended. Each call is a fact of its own; none is undone."""
    return _record(enrolment_id, body["unit"], Attended(body["minutes"], body["mode"]))


@blueprint.post("/enrolments/<key:enrolment_id>/observations")
@needs(Scope.FACTS_WRITE, 404, writes=True)
@blueprint.arguments(ObservationSchema, example={"unit": "zajecia", "role": "instructor"})
@blueprint.response(200, VerdictSchema)
def record_observation(body: dict[str, Any], enrolment_id: int) -> dict[str, Any]:
    """Sign off what somebody else was seen to do."""
    return _record(enrolment_id, body["unit"], Observed(body["role"]))


@blueprint.post("/enrolments/<key:enrolment_id>/documents")
@needs(Scope.FACTS_WRITE, 404, writes=True)
@blueprint.arguments(DocumentSchema, example={"unit": "zajecia", "kind": "badanie", "valid_until": "2027-01-31"})
@blueprint.response(200, VerdictSchema)
def record_document(body: dict[str, Any], enrolment_id: int) -> dict[str, Any]:
    """Record a paper that somebody else showed."""
    return _record(enrolment_id, body["unit"], Document(body["kind"], body.get("valid_until")))


def _record(enrolment_id: int, unit_id: str, fact: Fact) -> dict[str, Any]:
    filar, actor = here(), require_actor()
    with filar.writing() as (session, later):
        verdict, program = facts.record(
            session, filar.catalogue, enrolment_id, unit_id, fact, actor=actor, now=filar.clock(), later=later
        )
    return {"verdict": verdict.status, "reasons": explained(verdict.reasons, program)}
