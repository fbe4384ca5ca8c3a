"""Enrolments: joining a program, and what was completed in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms_core.domain.calendar import warsaw_day
from lms_core.domain.errors import Forbidden, Invalid, NotFound
from lms_core.domain.permissions import Act, Actor, Subject, can
from lms_core.domain.program import TrainingProgram
from lms_core.domain.rules import Status
from lms_core.models import Enrolment, UnitFact
from lms_core.services import audit
from lms_core.services.audit import Deed
from lms_core.services.catalogue import Catalogue, base_edition

FIRST_CYCLE = 1
EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class TakenRole:
    """Which of the program's roles the learner has, and since which day; the day may be unknown."""

    id: str
    since: date | None = None


def enrol(
    session: Session,
    catalogue: Catalogue,
    program_id: str,
    *,
    actor: Actor,
    now: datetime,
    role: TakenRole | None = None,
) -> Enrolment:
    """Return the actor's enrolment in the program, made now or before; the unique key makes it one.

    A program that knows roles asks for one: raises `Invalid` without, for an unknown one, or a day in the future.
    """
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
    refuse_role(offer.program, role, now=now)
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
        role=role.id if role else None,
        role_since=role.since if role else None,
        enrolled_at=now,
    )
    try:
        with session.begin_nested():
            session.add(enrolment)
    except IntegrityError:  # another request of the same person came first
        return session.scalars(mine).one()
    deed = Deed("enrolment.made", "enrolment", str(enrolment.id), edition.organisation_id, actor.person_id)
    detail = {"program": program_id, "digest": offer.digest} | ({"role": role.id} if role else {})
    audit.record(session, deed, now=now, detail=detail)
    return enrolment


def refuse_role(program: TrainingProgram, role: TakenRole | None, *, now: datetime) -> None:
    if role is None:
        if program.roles:
            raise Invalid("role", "Wybierz swoją rolę: od niej zależą obowiązki i terminy.")
        return
    if program.role(role.id) is None:
        raise Invalid("role", "Program nie zna takiej roli. Wybierz jedną z listy.")
    if role.since and not EARLIEST <= role.since <= warsaw_day(now):
        raise Invalid("since", "Podaj dzień, który już minął (od 1990 roku), albo zostaw to pole puste.")


def change_role(
    session: Session, catalogue: Catalogue, enrolment_id: int, role: TakenRole | None, *, actor: Actor, now: datetime
) -> None:
    """Change the learner's role in the program; what was done so far stays. Raises as `enrol` does."""
    enrolment = own(session, enrolment_id, actor=actor, lock=True)
    refuse_role(catalogue.program(session, enrolment.digest), role, now=now)
    if role is None:
        return
    if (enrolment.role, enrolment.role_since) == (role.id, role.since):
        return
    before, enrolment.role, enrolment.role_since = enrolment.role, role.id, role.since
    deed = Deed("enrolment.role_changed", "enrolment", str(enrolment.id), enrolment.organisation_id, actor.person_id)
    audit.record(session, deed, now=now, detail={"from": before or "", "to": role.id})


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
