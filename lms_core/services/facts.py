"""Facts: what happened in a unit, with its evidence. Append-only; after each one the rule is asked again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_core.domain.errors import Forbidden, Invalid, NotFound
from lms_core.domain.permissions import Act, Actor, Role, Subject, can
from lms_core.domain.program import TrainingProgram
from lms_core.domain.rules import MODES, Verdict
from lms_core.domain.sentences import say
from lms_core.models import Enrolment, UnitFact
from lms_core.services import audit, completion
from lms_core.services.audit import Deed
from lms_core.services.catalogue import Catalogue
from lms_core.transaction import Later

LONGEST_DAY = 24 * 60
LONGEST_DOCUMENT_KIND = 40


@dataclass(frozen=True, slots=True)
class Attended:
    """Minutes of a session, as the person in charge counted them."""

    minutes: int
    mode: str


@dataclass(frozen=True, slots=True)
class Observed:
    """Somebody watched the person do it; `role` is the one in which they sign."""

    role: str


@dataclass(frozen=True, slots=True)
class Document:
    """A paper that was shown, such as a medical certificate; None is valid for good."""

    kind: str
    valid_until: date | None = None


Fact = Attended | Observed | Document


def record(
    session: Session,
    catalogue: Catalogue,
    enrolment_id: int,
    unit_id: str,
    fact: Fact,
    *,
    actor: Actor,
    now: datetime,
    later: Later,
) -> tuple[Verdict, TrainingProgram]:
    """Record what somebody in charge saw, then ask the rule. Nobody records such a fact about themselves."""
    query = select(Enrolment).where(Enrolment.id == enrolment_id).with_for_update()
    enrolment = session.scalar(query.execution_options(populate_existing=True))
    if enrolment is None or not can(actor, Act.RECORD_FACTS, Subject(organisation_id=enrolment.organisation_id)):
        raise NotFound("enrolment", say("Nie ma takiego szkolenia na Twojej liście."))
    if enrolment.person_id == actor.person_id:
        raise Forbidden("own_fact", say("Własnej obecności ani umiejętności nie można potwierdzić samodzielnie."))
    program = catalogue.program(session, enrolment.digest)
    if program.unit(unit_id) is None:
        raise NotFound("unit", say("Nie ma takiej części w tym programie."))
    roles = {grant.role for grant in actor.grants if grant.organisation_id == enrolment.organisation_id}
    row = _row(fact, roles=roles)
    row.enrolment_id, row.unit_id, row.by_person_id, row.at = enrolment.id, unit_id, actor.person_id, now
    session.add(row)
    session.flush()
    deed = Deed("fact.recorded", "enrolment", str(enrolment.id), enrolment.organisation_id, actor.person_id)
    audit.record(session, deed, now=now, detail={"unit": unit_id, "kind": row.kind, "fact": row.id})
    return completion.evaluate(session, enrolment, program, now=now, later=later), program


def _row(fact: Fact, *, roles: set[Role]) -> UnitFact:
    """`roles` are those that the recording person has where the enrolment belongs."""
    match fact:
        case Attended(minutes, mode):
            if mode not in MODES or not 0 < minutes <= LONGEST_DAY:
                told = say("Podaj formę zajęć i od 1 do {most} minut obecności.", most=LONGEST_DAY)
                raise Invalid("attended", told)
            return UnitFact(kind="attended", minutes=minutes, mode=mode, evidence={})
        case Observed(role):
            if role not in roles:
                raise Forbidden("observed", say("Umiejętność można potwierdzić tylko w roli, którą się ma."))
            return UnitFact(kind="observed", evidence={"role": role})
        case Document(kind, valid_until):
            if not 0 < len(kind) <= LONGEST_DOCUMENT_KIND:
                told = say("Podaj rodzaj dokumentu (najwyżej {most} znaków).", most=LONGEST_DOCUMENT_KIND)
                raise Invalid("document", told)
            until = valid_until.isoformat() if valid_until else None
            return UnitFact(kind="document", evidence={"document": kind, "valid_until": until})
