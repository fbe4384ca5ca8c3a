"""One's own enrolments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields as fields_of
from typing import Any

from marshmallow import fields, validate

from lms_core.domain.program import TrainingProgram, Unit
from lms_core.installation import here
from lms_core.services import enrolment_cards, enrolments, learning
from lms_core.services.enrolment_cards import EnrolmentCard
from lms_core.services.enrolments import TakenRole
from lms_core.services.tokens import Scope
from lms_core.web.api.access import needs
from lms_core.web.api.contract import ApiBlueprint
from lms_core.web.api.fields import Moment, Shown, StrictString, Taken, WholeNumber
from lms_core.web.api.paging import PAGED, PageQuery, page_of
from lms_core.web.identity import require_actor

blueprint = ApiBlueprint("api_enrolments", __name__, description="What one learns")


class NewEnrolmentSchema(Taken):
    """`role` is one of the program's, for a program that has any; `role_since` the day of taking it up."""

    program = StrictString(required=True, validate=validate.Length(1, 64))
    role = StrictString(validate=validate.Length(1, 64))
    role_since = fields.Date()


class NextUnitSchema(Shown):
    id = fields.String()
    kind = fields.String()
    title = fields.String()


class OpenAttemptSchema(Shown):
    """An attempt that waits to be handed in."""

    id = WholeNumber()
    title = fields.String()
    deadline = Moment(allow_none=True)


class RenewalSchema(Shown):
    """The certificate ran out, soon does or was revoked: joining again begins the next cycle."""

    version = fields.String(
        allow_none=True, metadata={"description": "On offer now; null where it is the one that was completed"}
    )


class EnrolmentSchema(Shown):
    """`reasons` says what is still missing, `again` why the next assessment may not be taken yet.

    `done` of `total` are units that completing the program asks for.
    """

    id = WholeNumber()
    program = fields.String(attribute="program_id")
    title = fields.String()
    cycle = WholeNumber(metadata={"description": "Counts from 1; the next begins when a certificate is renewed"})
    state = fields.String(metadata={"example": "open"})
    done = WholeNumber()
    total = WholeNumber()
    next_unit = fields.Nested(NextUnitSchema, allow_none=True)
    open_attempt = fields.Nested(OpenAttemptSchema, allow_none=True)
    again = fields.String(allow_none=True)
    certificate_code = fields.String(attribute="certificate.code", dump_default=None, allow_none=True)
    certificate_state = fields.String(attribute="certificate.state", dump_default=None, allow_none=True)
    renewal = fields.Nested(RenewalSchema, allow_none=True)
    reasons = fields.List(fields.String())
    role = fields.String(attribute="role.id", dump_default=None, allow_none=True)
    training_due = fields.Date(allow_none=True)
    valid_until = Moment(attribute="certificate.valid_until", dump_default=None, allow_none=True)


class EnrolledUnitSchema(Shown):
    id = fields.String()
    kind = fields.String()
    title = fields.String()
    minutes = WholeNumber()
    required = fields.Boolean()
    done = fields.Boolean()


class WholeEnrolmentSchema(EnrolmentSchema):
    version = fields.String(metadata={"description": "Of the program, as it was joined"})
    enrolled_at = Moment()
    completed_at = Moment(allow_none=True)
    units = fields.List(fields.Nested(EnrolledUnitSchema))


@blueprint.get("/enrolments")
@needs(Scope.ENROLMENTS_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, EnrolmentSchema(many=True), headers=PAGED)
def list_enrolments(query: dict[str, int]) -> tuple[Sequence[EnrolmentCard], dict[str, str]]:
    """List one's own enrolments, newest first."""
    filar = here()
    cards = enrolment_cards.cards(filar.session, filar.catalogue, actor=require_actor(), now=filar.clock())
    return page_of(cards, query)


@blueprint.post("/enrolments")
@needs(Scope.ENROLMENTS_WRITE, 404, writes=True)
@blueprint.arguments(NewEnrolmentSchema, example={"program": "obrona-cywilna-podstawy"})
@blueprint.response(200, WholeEnrolmentSchema)
def enrol(body: dict[str, Any]) -> dict[str, Any]:
    """Join a program. Joining again gives the enrolment made before, or begins the next cycle where that is due.

    It is due once the certificate ran out, was revoked, or runs out within 60 days. The next cycle is in the version
    on offer, and its role is asked for anew.
    """
    filar, actor = here(), require_actor()
    role = TakenRole(body["role"], body.get("role_since")) if "role" in body else None
    with filar.writing() as (session, _):
        enrolment = enrolments.enrol(
            session, filar.catalogue, body["program"], actor=actor, now=filar.clock(), role=role
        )
    return _whole(enrolment.id)


@blueprint.get("/enrolments/<key:enrolment_id>")
@needs(Scope.ENROLMENTS_READ, 404)
@blueprint.response(200, WholeEnrolmentSchema)
def show_enrolment(enrolment_id: int) -> dict[str, Any]:
    """Show one's own enrolment with its units."""
    return _whole(enrolment_id)


@blueprint.post("/enrolments/<key:enrolment_id>/units/<slug:unit_id>/completion")
@needs(Scope.ENROLMENTS_WRITE, 404, 409, writes=True)
@blueprint.response(200, WholeEnrolmentSchema)
def complete_lesson(enrolment_id: int, unit_id: str) -> dict[str, Any]:
    """Mark a lesson as read. Other units are completed by their assessments (409)."""
    filar, actor = here(), require_actor()
    with filar.writing() as (session, later):
        learning.complete_lesson(
            session, filar.catalogue, enrolment_id, unit_id, actor=actor, now=filar.clock(), later=later
        )
    return _whole(enrolment_id)


def _whole(enrolment_id: int) -> dict[str, Any]:
    filar, actor = here(), require_actor()
    enrolment = enrolments.own(filar.session, enrolment_id, actor=actor)
    cards = enrolment_cards.cards(filar.session, filar.catalogue, actor=actor, now=filar.clock())
    done = enrolments.completed_units(filar.session, [enrolment_id]).get(enrolment_id, ())
    program = filar.catalogue.program(filar.session, enrolment.digest)
    card = next(card for card in cards if card.id == enrolment_id)
    return {field.name: getattr(card, field.name) for field in fields_of(card)} | {
        "version": program.version,
        "enrolled_at": enrolment.enrolled_at,
        "completed_at": enrolment.completed_at,
        "units": [_unit(program, unit, done=unit.id in done) for unit in program.units],
    }


def _unit(program: TrainingProgram, unit: Unit, *, done: bool) -> dict[str, Any]:
    about = {"id": unit.id, "kind": unit.kind, "title": unit.title, "minutes": unit.minutes}
    return about | {"required": unit.id in program.required_units, "done": done}
