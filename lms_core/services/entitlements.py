"""Whom an organisation may train so that it counts; without it a certificate only supplements (art. 50 OLiOC)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from lms_core.domain.errors import Conflict, Invalid
from lms_core.domain.learners import Entitlement
from lms_core.domain.program import TrainingProgram
from lms_core.domain.sentences import say
from lms_core.models import Enrolment, EntitlementRow
from lms_core.services import audit
from lms_core.services.audit import Deed

LONGEST_BASIS = 300


@dataclass(frozen=True, slots=True)
class NewEntitlement:
    """`basis` names the decision, the agreement or the article; both days are included."""

    kind: Entitlement
    basis: str
    valid_from: date
    valid_until: date


def record(session: Session, organisation_id: int, new: NewEntitlement, *, now: datetime) -> None:
    """Record the entitlement. Raises `Invalid` for a missing basis or wrong days, `Conflict` for a known one."""
    basis = new.basis.strip()
    if not 1 <= len(basis) <= LONGEST_BASIS:
        raise Invalid("basis", say("Podaj podstawę uprawnienia (najwyżej {most} znaków).", most=LONGEST_BASIS))
    if new.valid_until < new.valid_from:
        raise Invalid("valid_until", say("Uprawnienie nie może się kończyć, zanim się zacznie."))
    mine = (
        EntitlementRow.organisation_id == organisation_id,
        EntitlementRow.kind == new.kind,
        EntitlementRow.valid_from == new.valid_from,
    )
    if session.scalar(select(exists().where(*mine))):
        raise Conflict("entitlement", say("Takie uprawnienie od tego dnia jest już zapisane."))
    days = {"valid_from": new.valid_from, "valid_until": new.valid_until}
    session.add(EntitlementRow(organisation_id=organisation_id, kind=new.kind, basis=basis, recorded_at=now, **days))
    deed = Deed("entitlement.recorded", "organisation", str(organisation_id), organisation_id)
    detail = {"kind": new.kind.value, "from": str(new.valid_from), "until": str(new.valid_until)}
    audit.record(session, deed, now=now, detail=detail)


def covers(session: Session, enrolment: Enrolment, program: TrainingProgram, *, on: date) -> bool:
    """Say whether the enrolment's organisation is entitled to train people in the learner's role on that day."""
    role = program.role(enrolment.role)
    if role is None or role.entitlement is None:
        return False
    held = exists().where(
        EntitlementRow.organisation_id == enrolment.organisation_id,
        EntitlementRow.kind == role.entitlement,
        EntitlementRow.valid_from <= on,
        EntitlementRow.valid_until >= on,
    )
    return bool(session.scalar(select(held)))
