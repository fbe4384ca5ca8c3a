"""Enrolments: joining a program, and what was completed in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms_core.database import insert_into
from lms_core.domain.calendar import warsaw_day
from lms_core.domain.errors import Forbidden, Invalid, NotFound
from lms_core.domain.permissions import Act, Actor, Subject, can
from lms_core.domain.program import TrainingProgram
from lms_core.domain.rules import Status
from lms_core.domain.sentences import say
from lms_core.models import WITHDRAWN, Edition, Enrolment, Membership, Person, UnitFact
from lms_core.plugin_host import Offer
from lms_core.services import audit, renewals
from lms_core.services.audit import Deed
from lms_core.services.catalogue import Catalogue, base_edition
from lms_core.services.renewals import Latest

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

    Whose certificate ran out, or soon does, begins the next cycle in the version on offer (services/renewals.py).
    A program that knows roles asks for one: raises `Invalid` without, for an unknown one, or a day in the future.
    """
    if not can(actor, Act.LEARN, Subject()):
        raise Forbidden("learn", say("Twoje konto nie ma jeszcze żadnej roli. Poproś o nią osobę administrującą."))
    offer = catalogue.offer(program_id)
    edition = session.scalars(base_edition(program_id)).one()
    known = renewals.latest(session, program_id, [actor.person_id], now=now).get(actor.person_id)
    if known and known.enrolment.state != WITHDRAWN and not known.ends:
        return known.enrolment
    refuse_role(offer.program, role, now=now)
    if known and known.enrolment.state == WITHDRAWN:
        audit.record_all(session, [_reopened(known.enrolment, role=role, actor=actor)], now=now)
        return known.enrolment
    enrolment = Enrolment(**_joining(actor.person_id, offer, edition, cycle=_cycle(known), role=role, now=now))
    try:
        with session.begin_nested():
            session.add(enrolment)
    except IntegrityError:  # another request of the same person came first
        return renewals.latest(session, program_id, [actor.person_id], now=now)[actor.person_id].enrolment
    audit.record_all(session, [_made(enrolment.id, offer, edition, role=role, actor=actor)], now=now)
    return enrolment


def enrol_others(
    session: Session,
    catalogue: Catalogue,
    program_id: str,
    roles: Mapping[int, TakenRole | None],
    *,
    organisation_id: int,
    actor: Actor,
    now: datetime,
) -> int:
    """Enrol people of the organisation that the actor coordinates, each in a role; return how many that made.

    Who is in the program already stays as they are, unless the next cycle may begin. Raises `Forbidden` for a foreign
    organisation, `NotFound` for somebody who is not in it, and as `enrol` does; then nobody is enrolled.
    """
    if not can(actor, Act.COORDINATE, Subject(organisation_id=organisation_id)):
        raise Forbidden("coordinate", say("Zapisywać innych mogą tylko osoby koordynujące tę organizację."))
    _refuse_strangers(session, roles, organisation_id)
    offer = catalogue.offer(program_id)
    edition = session.scalars(base_edition(program_id)).one()
    for role in set(roles.values()):
        refuse_role(offer.program, role, now=now)
    if not roles:
        return 0
    latest = renewals.latest(session, program_id, roles, now=now)
    rows = [
        _joining(person_id, offer, edition, cycle=_cycle(latest.get(person_id)), role=role, now=now)
        for person_id, role in sorted(roles.items())
    ]
    insert = insert_into(session, Enrolment).on_conflict_do_nothing().returning(Enrolment.id, Enrolment.person_id)
    made = {person_id: enrolment_id for enrolment_id, person_id in session.execute(insert, rows)}
    back = {person_id: one.enrolment for person_id, one in latest.items() if one.enrolment.state == WITHDRAWN}
    deeds = [_made(made[one], offer, edition, role=roles[one], actor=actor) for one in sorted(made)]
    deeds += [_reopened(back[one], role=roles[one], actor=actor) for one in sorted(back)]
    audit.record_all(session, deeds, now=now)
    return len(deeds)


def settled(session: Session, program_id: str, person_ids: Collection[int], *, now: datetime) -> set[int]:
    """Return those for whom enrolling changes nothing: they are in the program, and no next cycle may begin."""
    latest = renewals.latest(session, program_id, person_ids, now=now)
    return {person_id for person_id, one in latest.items() if not one.ends and one.enrolment.state != WITHDRAWN}


def _cycle(latest: Latest | None) -> int:
    """Return the cycle to join, which is there already unless it is the first or the next may begin."""
    return latest.enrolment.cycle + latest.ends if latest else FIRST_CYCLE


def _refuse_strangers(session: Session, person_ids: Iterable[int], organisation_id: int) -> None:
    ours = (
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == organisation_id, Person.active, Person.id.in_(list(person_ids)))
    )
    if set(person_ids) - set(session.scalars(ours)):
        raise NotFound("person", say("Nie ma takiej osoby w Twojej organizacji."))


def _joining(
    person_id: int, offer: Offer, edition: Edition, *, cycle: int, role: TakenRole | None, now: datetime
) -> dict[str, object]:
    """Return the columns of a new enrolment."""
    return {
        "person_id": person_id,
        "program_id": offer.program.id,
        "edition_id": edition.id,
        "cycle": cycle,
        "organisation_id": edition.organisation_id,
        "digest": offer.digest,
        "state": "open",
        "verdict": Status.PENDING,
        "reasons": [],
        "role": role.id if role else None,
        "role_since": role.since if role else None,
        "enrolled_at": now,
    }


def _made(
    enrolment_id: int, offer: Offer, edition: Edition, *, role: TakenRole | None, actor: Actor
) -> tuple[Deed, dict[str, object]]:
    """Return the deed of an enrolment for the audit trail, with its details."""
    deed = Deed("enrolment.made", "enrolment", str(enrolment_id), edition.organisation_id, actor.person_id)
    detail: dict[str, object] = {"program": offer.program.id, "digest": offer.digest}
    return deed, detail | ({"role": role.id} if role else {})


def _reopened(enrolment: Enrolment, *, role: TakenRole | None, actor: Actor) -> tuple[Deed, dict[str, object]]:
    """Open a withdrawn enrolment again, where the person stopped: the unique key allows no second one."""
    enrolment.state = "open"
    enrolment.role, enrolment.role_since = (role.id, role.since) if role else (None, None)
    deed = Deed("enrolment.reopened", "enrolment", str(enrolment.id), enrolment.organisation_id, actor.person_id)
    detail: dict[str, object] = {"program": enrolment.program_id}
    return deed, detail | ({"role": role.id} if role else {})


def refuse_role(program: TrainingProgram, role: TakenRole | None, *, now: datetime) -> None:
    if role is None:
        if program.roles:
            raise Invalid("role", say("Wybierz swoją rolę: od niej zależą obowiązki i terminy."))
        return
    if program.role(role.id) is None:
        raise Invalid("role", say("Program nie zna takiej roli. Wybierz jedną z listy."))
    if role.since and not EARLIEST <= role.since <= warsaw_day(now):
        raise Invalid("since", say("Podaj dzień, który już minął (od 1990 roku), albo zostaw to pole puste."))


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
    if (
        enrolment is None
        or enrolment.state == WITHDRAWN
        or not can(actor, Act.SEE_OWN, Subject(owner_id=enrolment.person_id))
    ):
        raise NotFound("enrolment", say("Nie ma takiego szkolenia na Twojej liście."))
    return enrolment


def by_program(session: Session, actor: Actor) -> dict[str, Enrolment]:
    """Return the actor's latest enrolment in each program."""
    mine = select(Enrolment).where(Enrolment.person_id == actor.person_id, Enrolment.state != WITHDRAWN)
    return {enrolment.program_id: enrolment for enrolment in session.scalars(mine.order_by(Enrolment.cycle))}


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
