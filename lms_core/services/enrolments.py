"""Enrolments: joining a program, and what is left to do in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms_core.domain.errors import Forbidden, NotFound
from lms_core.domain.permissions import Act, Actor, Subject, can
from lms_core.domain.program import TrainingProgram, Unit
from lms_core.domain.reasons import explain
from lms_core.domain.rules import Status
from lms_core.models import Credential, Enrolment, UnitFact
from lms_core.services import audit
from lms_core.services.audit import Deed
from lms_core.services.catalogue import Catalogue, base_edition

FIRST_CYCLE = 1


@dataclass(frozen=True, slots=True)
class EnrolmentCard:
    """One enrolment as its owner's list shows it."""

    id: int
    program_id: str
    title: str
    done: int
    total: int
    state: str
    first_unit: Unit
    next_unit: Unit | None
    certificate_code: str | None
    reasons: tuple[str, ...]


def enrol(session: Session, catalogue: Catalogue, program_id: str, *, actor: Actor, now: datetime) -> int:
    """Return the id of the actor's enrolment in the program, made now or before; the unique key makes it one."""
    if not can(actor, Act.LEARN, Subject()):
        raise Forbidden("learn", "Twoje konto nie ma roli, która pozwala się uczyć. Poproś o nią administratora.")
    offer = catalogue.offer(program_id)
    edition = session.scalars(base_edition(program_id)).one()
    mine = select(Enrolment.id).where(
        Enrolment.person_id == actor.person_id,
        Enrolment.program_id == program_id,
        Enrolment.edition_id == edition.id,
        Enrolment.cycle == FIRST_CYCLE,
    )
    if (known := session.scalar(mine)) is not None:
        return known
    enrolment = Enrolment(
        person_id=actor.person_id,
        program_id=program_id,
        edition_id=edition.id,
        cycle=FIRST_CYCLE,
        organisation_id=edition.organisation_id,
        digest=offer.digest,
        state="open",
        verdict=Status.PENDING,
        reasons=[],
        enrolled_at=now,
    )
    try:
        with session.begin_nested():
            session.add(enrolment)
    except IntegrityError:  # another request of the same person came first
        return session.scalars(mine).one()
    deed = Deed("enrolment.made", "enrolment", str(enrolment.id), edition.organisation_id, actor.person_id)
    audit.record(session, deed, now=now, detail={"program": program_id, "digest": offer.digest})
    return enrolment.id


def own(session: Session, enrolment_id: int, *, actor: Actor, lock: bool = False) -> Enrolment:
    """Return the actor's enrolment, its row locked when asked; somebody else's is `NotFound` like none at all."""
    query = select(Enrolment).where(Enrolment.id == enrolment_id)
    if lock:  # what was read before the lock may be old by now
        query = query.with_for_update().execution_options(populate_existing=True)
    enrolment = session.scalar(query)
    if enrolment is None or not can(actor, Act.SEE_OWN, Subject(owner_id=enrolment.person_id)):
        raise NotFound("enrolment", "Nie ma takiego szkolenia na Twojej liście.")
    return enrolment


def ids_by_program(session: Session, actor: Actor) -> dict[str, int]:
    query = select(Enrolment.program_id, Enrolment.id).where(Enrolment.person_id == actor.person_id)
    return dict(session.execute(query).all())


def cards(session: Session, catalogue: Catalogue, *, actor: Actor) -> list[EnrolmentCard]:
    """Return the actor's enrolments, newest first, in three statements however many there are."""
    mine = select(Enrolment).where(Enrolment.person_id == actor.person_id).order_by(Enrolment.id.desc())
    enrolments = session.scalars(mine).all()
    ids = [enrolment.id for enrolment in enrolments]
    done = completed_units(session, ids)
    codes = {
        credential.enrolment_id: credential.code
        for credential in session.scalars(
            select(Credential).where(Credential.enrolment_id.in_(ids), Credential.state != "superseded")
        )
    }
    return [
        _card(one, catalogue.program(session, one.digest), done=done.get(one.id, set()), code=codes.get(one.id))
        for one in enrolments
    ]


def _card(enrolment: Enrolment, program: TrainingProgram, *, done: set[str], code: str | None) -> EnrolmentCard:
    return EnrolmentCard(
        id=enrolment.id,
        program_id=program.id,
        title=str(program.title),
        done=sum(unit.id in done for unit in program.units),
        total=len(program.units),
        state=enrolment.state,
        first_unit=program.units[0],
        next_unit=next((unit for unit in program.units if unit.id not in done), None),
        certificate_code=code,
        reasons=tuple(explain(reason, program) for reason in enrolment.reasons),
    )


def completed_units(session: Session, enrolment_ids: Iterable[int]) -> dict[int, set[str]]:
    """Return the completed units of each enrolment, in one statement."""
    done: dict[int, set[str]] = {}
    query = select(UnitFact.enrolment_id, UnitFact.unit_id).where(
        UnitFact.enrolment_id.in_(list(enrolment_ids)), UnitFact.kind == "completed"
    )
    for enrolment_id, unit_id in session.execute(query):
        done.setdefault(enrolment_id, set()).add(unit_id)
    return done
