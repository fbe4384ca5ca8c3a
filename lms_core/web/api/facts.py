"""What people in charge saw: attendance, skills, documents."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from lms_core.domain.reasons import explained
from lms_core.installation import here
from lms_core.models.learning import MODES
from lms_core.services import facts
from lms_core.services.facts import LONGEST_DAY, LONGEST_DOCUMENT_KIND, Attended, Document, Fact, Observed
from lms_core.services.tokens import Scope
from lms_core.web.api.access import needs
from lms_core.web.api.contract import ApiBlueprint
from lms_core.web.api.fields import Shown, StrictString, Taken, WholeNumber
from lms_core.web.identity import require_actor

blueprint = ApiBlueprint("api_facts", __name__, description="What people in charge saw")


class AttendedSchema(Taken):
    minutes = WholeNumber(required=True, validate=validate.Range(1, LONGEST_DAY))
    mode = fields.String(required=True, validate=validate.OneOf(MODES))


class ObservedSchema(Taken):
    role = fields.String(required=True, validate=validate.OneOf(["instructor", "examiner"]))


class DocumentSchema(Taken):
    """`valid_until` is the last day on which the document is good; without it, it is good for ever."""

    kind = StrictString(required=True, validate=validate.Length(1, LONGEST_DOCUMENT_KIND))
    valid_until = fields.Date()


class NewFactSchema(Taken):
    """Exactly one of `attended`, `observed` and `document`."""

    unit = StrictString(required=True, validate=validate.Length(1, 64))
    attended = fields.Nested(AttendedSchema)
    observed = fields.Nested(ObservedSchema)
    document = fields.Nested(DocumentSchema)

    @validates_schema
    def one_kind(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if len(data.keys() & KINDS) != 1:
            raise ValidationError("exactly one kind")


KINDS = {"attended", "observed", "document"}


class VerdictSchema(Shown):
    """What the completion rule says now that the fact is known."""

    verdict = fields.String(metadata={"example": "pending"})
    reasons = fields.List(fields.String())


@blueprint.post("/enrolments/<key:enrolment_id>/facts")
@needs(Scope.FACTS_WRITE, 404, writes=True)
@blueprint.arguments(NewFactSchema, example={"unit": "zajecia", "attended": {"minutes": 90, "mode": "in_person"}})
@blueprint.response(200, VerdictSchema)
def record_fact(body: dict[str, Any], enrolment_id: int) -> dict[str, Any]:
    """Record what an instructor or examiner saw of somebody else. Each call is a fact of its own; none is undone."""
    filar, actor, fact = here(), require_actor(), _fact(body)
    with filar.writing() as (session, later):
        verdict, program = facts.record(
            session, filar.catalogue, enrolment_id, body["unit"], fact, actor=actor, now=filar.clock(), later=later
        )
    return {"verdict": verdict.status, "reasons": explained(verdict.reasons, program)}


def _fact(body: dict[str, Any]) -> Fact:
    if "attended" in body:
        return Attended(**body["attended"])
    return Observed(**body["observed"]) if "observed" in body else Document(**body["document"])
