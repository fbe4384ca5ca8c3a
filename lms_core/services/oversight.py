"""How the people of an organisation get on: every enrolment of theirs, filtered, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, exists, false, func, or_, select
from sqlalchemy.orm import Session

from lms_core.domain.calendar import warsaw_day
from lms_core.domain.learners import LearnerRole, training_due
from lms_core.domain.names import by_surname
from lms_core.domain.permissions import Actor
from lms_core.domain.program import TrainingProgram
from lms_core.domain.reasons import briefly
from lms_core.domain.rules import Status
from lms_core.models import WITHDRAWN, Credential, Enrolment, EntitlementRow, Person, ProgramSnapshot, UnitFact
from lms_core.services import certificates, members
from lms_core.services.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show, and in which of the ORDERS; "" shows everything, but withdrawn enrolments on demand only.

    `query` is a part of a name or an address, `late` one of LATE.
    """

    program_id: str = ""
    state: str = ""
    late: str = ""
    query: str = ""
    order: str = "name"


@dataclass(frozen=True, slots=True)
class Certificate:
    """`state` is in the words of the holder's own list (services/certificates.py)."""

    code: str
    state: str
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class Course:
    """One person in one program; `state` is the enrolment's, where that is open "not_started" and "failed" as well.

    `due` is the day until which the law wants the training that comes next; `overdue`: that day went by. Who completed
    a program that fulfils no duty, because its provider is not entitled, is not overdue here: whether they were
    trained elsewhere, nobody told us. The certificate's validity is a term of its own.
    """

    enrolment_id: int
    person_id: int
    name: str
    email: str
    program: TrainingProgram
    state: str
    reasons: tuple[str, ...]
    role: LearnerRole | None
    role_since: date | None
    enrolled_on: date
    completed_on: date | None
    due: date | None
    overdue: bool
    certificate: Certificate | None

    @property
    def expired(self) -> bool:
        return self.certificate is not None and self.certificate.state == "expired"

    @property
    def withdrawn(self) -> bool:
        return self.state == WITHDRAWN

    @property
    def may_leave(self) -> bool:
        return self.state in {"not_started", "open", "failed"}

    @property
    def late(self) -> bool:
        return self.overdue or self.expired


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over all enrolments of the organisation that are not withdrawn, whatever the filter."""

    people: int
    enrolments: int
    completed: int
    overdue: int
    expired: int


def courses(
    session: Session, catalogue: Catalogue, organisation_id: int, *, actor: Actor, now: datetime
) -> list[Course]:
    """Return the latest enrolment of the organisation's people in each program, by surname, in three statements.

    Whoever takes a program again is shown with the certificate and the term of the last time until the next one counts.
    Programs that are not on offer any more are read once and then kept.
    """
    members.refuse_stranger(organisation_id, actor=actor)
    ours = members.is_member(organisation_id)
    begun = exists().where(UnitFact.enrolment_id == Enrolment.id, UnitFact.kind == "completed").label("begun")
    query = select(Enrolment, Person.name, Person.email, begun).join(Person).where(ours).order_by(Enrolment.cycle)
    certificates_of = _certificates(session, ours, now=now)
    entitlements = session.scalars(select(EntitlementRow)).all()
    found = [
        _course(
            taken,
            catalogue.program(session, taken[-1].Enrolment.digest),
            certified=[certificates_of[row.Enrolment.id] for row in taken if row.Enrolment.id in certificates_of],
            entitlements=entitlements,
            today=warsaw_day(now),
        )
        for taken in _taken(session.execute(query))
    ]
    return sorted(found, key=_by_name)


def _taken(rows: Iterable[Any]) -> Iterable[list[Any]]:
    """Return the rows of each person in each program together, first cycle first.

    Who was taken out of a later cycle stands where they were before.
    """
    found: dict[tuple[int, int], list[Any]] = {}
    for row in rows:
        found.setdefault((row.Enrolment.person_id, row.Enrolment.edition_id), []).append(row)
    return ([one for one in taken if one.Enrolment.state != WITHDRAWN] or taken for taken in found.values())


def _certificates(session: Session, ours: ColumnElement[bool], *, now: datetime) -> dict[int, Certificate]:
    """Return by enrolment the certificate that was made last."""
    query = (
        select(Credential)
        .join(Person, Person.id == Credential.person_id)
        .where(ours, Credential.state != "superseded")
        .order_by(Credential.id)
    )
    return {
        one.enrolment_id: Certificate(one.code, certificates.shown_state(one, now=now), one.valid_until)
        for one in session.scalars(query)
    }


def _course(
    taken: Sequence[Any],
    program: TrainingProgram,
    *,
    certified: Sequence[Certificate],
    entitlements: Sequence[EntitlementRow],
    today: date,
) -> Course:
    enrolment: Enrolment = taken[-1].Enrolment
    role = program.role(enrolment.role)
    days = [warsaw_day(row.Enrolment.completed_at) for row in taken if row.Enrolment.completed_at]
    trained_on = days[-1] if days and _counts(enrolment, role, days[-1], entitlements) else None
    due = training_due(role, enrolment.role_since, trained_on=trained_on) if role else None
    waits = not days or trained_on is not None
    certificate = certified[-1] if certified else None
    return Course(
        enrolment_id=enrolment.id,
        person_id=enrolment.person_id,
        name=taken[-1].name,
        email=taken[-1].email,
        program=program,
        state=_state(enrolment, begun=taken[-1].begun),
        reasons=tuple(briefly(enrolment.reasons, program)) if enrolment.state != "completed" else (),
        role=role,
        role_since=enrolment.role_since,
        enrolled_on=warsaw_day(enrolment.enrolled_at),
        completed_on=warsaw_day(enrolment.completed_at) if enrolment.completed_at else None,
        due=due,
        overdue=bool(due and due < today and waits and enrolment.state != WITHDRAWN),
        certificate=certificate,
    )


def _state(enrolment: Enrolment, *, begun: bool) -> str:
    if enrolment.state != "open":
        return enrolment.state
    if enrolment.verdict == Status.FAILED:
        return "failed"
    return "open" if begun else "not_started"


def _counts(enrolment: Enrolment, role: LearnerRole | None, day: date, entitlements: Iterable[EntitlementRow]) -> bool:
    """Say whether a training completed on that day fulfils the role's duty: some need an entitled provider."""
    if role is None or role.entitlement is None:
        return True
    return any(
        one.organisation_id == enrolment.organisation_id
        and one.kind == role.entitlement
        and one.valid_from <= day <= one.valid_until
        for one in entitlements
    )


def _by_name(one: Course) -> tuple[Any, ...]:
    return by_surname(one.name), one.person_id, str(one.program.title)


def _by_due(one: Course) -> tuple[Any, ...]:
    """What is late comes first, what has no term last."""
    return not one.late, one.due or date.max, _by_name(one)


def _by_certificate(one: Course) -> tuple[Any, ...]:
    """The certificate that ends first comes first."""
    until = one.certificate.valid_until if one.certificate else None
    return until is None, until and warsaw_day(until), _by_name(one)


ORDERS = {"name": _by_name, "due": _by_due, "certificate": _by_certificate}
LATE = {"training": attrgetter("overdue"), "certificate": attrgetter("expired")}


def chosen(found: Iterable[Course], wanted: Filter) -> list[Course]:
    """Return the courses that are wanted, in the order that is."""
    kept = (
        one
        for one in found
        if wanted.program_id in {"", one.program.id}
        and (wanted.state == one.state or not (wanted.state or one.withdrawn))
        and (not wanted.late or LATE[wanted.late](one))
        and members.is_called(one, wanted.query)
    )
    return sorted(kept, key=ORDERS[wanted.order])


def summary(courses: Iterable[Course]) -> Summary:
    found = [one for one in courses if not one.withdrawn]
    return Summary(
        people=len({one.person_id for one in found}),
        enrolments=len(found),
        completed=sum(one.state == "completed" for one in found),
        overdue=sum(one.overdue for one in found),
        expired=sum(one.expired for one in found),
    )


def done_counts(session: Session, shown: Collection[Course], *, organisation_id: int) -> dict[int, int]:
    """Return by enrolment how many of the units that its program asks for are completed, in one statement.

    Others of the organisation in the same programs are among them: a statement takes 65,535 values on PostgreSQL, and
    an export may have more enrolments than that.
    """
    programs = {(one.program.id, one.program.version): one.program for one in shown}
    needed = (
        (ProgramSnapshot.program_id == one.id)
        & (ProgramSnapshot.version == one.version)
        & UnitFact.unit_id.in_([unit.id for unit in one.needed_units])
        for one in programs.values()
    )
    query = (
        select(UnitFact.enrolment_id, func.count(UnitFact.unit_id.distinct()))
        .join(Enrolment, Enrolment.id == UnitFact.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(ProgramSnapshot, ProgramSnapshot.digest == Enrolment.digest)
        .where(members.is_member(organisation_id), or_(false(), *needed), UnitFact.kind == "completed")
        .group_by(UnitFact.enrolment_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}
