"""Enrolments: joining a program, and what was completed in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms_core.domain.errors import Forbidden, NotFound
from lms_core.domain.permissions import Act, Actor, Subject, can
from lms_core.domain.rules import Status
from lms_core.models import Enrolment, UnitFact
from lms_core.services import audit
from lms_core.services.audit import Deed
from lms_core.services.catalogue import Catalogue, base_edition

FIRST_CYCLE = 1


def enrol(session: Session, catalogue: Catalogue, program_id: str, *, actor: Actor, now: datetime) -> Enrolment:
    """Return the actor's enrolment in the program, made now or before; the unique key makes it one."""
    if not can(actor, Act.LEARN, Subject()):
        raise Forbidden("learn", "Twoje konto nie ma jeszcze żadnej roli. Poproś o nią osobę administrującą.")
    offer = catalogue.offer(program_id)
    edition = session.scalars(base_edition(program_id)).one()
    mine = select(Enrolment).where(
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
    return enrolment


def own(session: Session, enrolment_id: int, *, actor: Actor, lock: bool = False) -> Enrolment:
    """Return the actor's enrolment, its row locked when asked; somebody else's is `NotFound` like none at all."""
    query = select(Enrolment).where(Enrolment.id == enrolment_id)
    if lock:  # what was read before the lock may be old by now
        query = query.with_for_update().execution_options(populate_existing=True)
    enrolment = session.scalar(query)
    if enrolment is None or not can(actor, Act.SEE_OWN, Subject(owner_id=enrolment.person_id)):
        raise NotFound("enrolment", "Nie ma takiego szkolenia na Twojej liście.")
    return enrolment


def by_program(session: Session, actor: Actor) -> dict[str, Enrolment]:
    """Return the actor's latest enrolment in each program."""
    query = select(Enrolment).where(Enrolment.person_id == actor.person_id).order_by(Enrolment.cycle)
    return {enrolment.program_id: enrolment for enrolment in session.scalars(query)}


def completed_units(session: Session, enrolment_ids: Iterable[int]) -> dict[int, dict[str, datetime]]:
    """Return the completed units of each enrolment with the time of the latest completion, in one statement."""
    done: dict[int, dict[str, datetime]] = {}
    query = (
        select(UnitFact.enrolment_id, UnitFact.unit_id, UnitFact.at)
        .where(UnitFact.enrolment_id.in_(list(enrolment_ids)), UnitFact.kind == "completed")
        .order_by(UnitFact.id)
    )
    for enrolment_id, unit_id, at in session.execute(query):
        done.setdefault(enrolment_id, {})[unit_id] = at
    return done
