"""How the people of an organisation get on: every enrolment of theirs, filtered, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from lms_core.domain.calendar import warsaw_day
from lms_core.domain.learners import LearnerRole, training_due
from lms_core.domain.names import by_surname
from lms_core.domain.permissions import Actor
from lms_core.domain.program import TrainingProgram
from lms_core.domain.reasons import briefly
from lms_core.domain.rules import Status
from lms_core.models import Credential, Enrolment, EntitlementRow, Person, UnitFact
from lms_core.services import certificates, members
from lms_core.services.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show, and in which of the ORDERS; "" and False show everything."""

    program_id: str = ""
    state: str = ""
    overdue: bool = False
    order: str = "name"


@dataclass(frozen=True, slots=True)
class Certificate:
    """`state` is in the words of the holder's own list (services/certificates.py)."""

    code: str
    state: str
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class Course:
    """One person in one program; `state` is the enrolment's, or "failed" when its rule said no for good.

    `due` is the day until which the law wants the training that comes next; `late`: that day went by, or the
    certificate's validity did. Who completed a program that fulfils no duty, because its provider is not entitled, is
    not late here: whether they were trained elsewhere, nobody told us.
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
    late: bool
    certificate: Certificate | None


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over all enrolments of the organisation, whatever the filter."""

    people: int
    enrolments: int
    completed: int
    late: int


def courses(
    session: Session, catalogue: Catalogue, organisation_id: int, *, actor: Actor, now: datetime
) -> list[Course]:
    """Return every enrolment of the organisation's people, by surname and program, in three statements.

    Programs that are not on offer any more are read once and then kept.
    """
    members.refuse_stranger(organisation_id, actor=actor)
    ours = members.is_member(organisation_id)
    rows = session.execute(select(Enrolment, Person.name, Person.email).join(Person).where(ours)).all()
    certified = _certificates(session, ours, now=now)
    entitlements = session.scalars(select(EntitlementRow)).all()
    found = [
        _course(
            row.Enrolment,
            catalogue.program(session, row.Enrolment.digest),
            person=row,
            certificate=certified.get(row.Enrolment.id),
            entitlements=entitlements,
            today=warsaw_day(now),
        )
        for row in rows
    ]
    return sorted(found, key=_by_name)


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
    enrolment: Enrolment,
    program: TrainingProgram,
    *,
    person: Any,
    certificate: Certificate | None,
    entitlements: Sequence[EntitlementRow],
    today: date,
) -> Course:
    role = program.role(enrolment.role)
    completed_on = warsaw_day(enrolment.completed_at) if enrolment.completed_at else None
    trained_on = completed_on if completed_on and _counts(enrolment, role, completed_on, entitlements) else None
    due = training_due(role, enrolment.role_since, trained_on=trained_on) if role else None
    waits = completed_on is None or trained_on is not None
    expired = certificate is not None and certificate.state == "expired"
    return Course(
        enrolment_id=enrolment.id,
        person_id=enrolment.person_id,
        name=person.name,
        email=person.email,
        program=program,
        state="failed" if (enrolment.state, enrolment.verdict) == ("open", Status.FAILED) else enrolment.state,
        reasons=tuple(briefly(enrolment.reasons, program)) if enrolment.state != "completed" else (),
        role=role,
        role_since=enrolment.role_since,
        enrolled_on=warsaw_day(enrolment.enrolled_at),
        completed_on=completed_on,
        due=due,
        late=expired or bool(due and due < today and waits),
        certificate=certificate,
    )


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


def chosen(found: Iterable[Course], wanted: Filter) -> list[Course]:
    """Return the courses that are wanted, in the order that is."""
    kept = (
        one
        for one in found
        if wanted.program_id in {"", one.program.id}
        and wanted.state in {"", one.state}
        and (one.late or not wanted.overdue)
    )
    return sorted(kept, key=ORDERS[wanted.order])


def summary(found: Collection[Course]) -> Summary:
    return Summary(
        people=len({one.person_id for one in found}),
        enrolments=len(found),
        completed=sum(one.state == "completed" for one in found),
        late=sum(one.late for one in found),
    )


def done_counts(session: Session, enrolment_ids: Collection[int]) -> dict[int, int]:
    """Return how many units each of these enrolments has completed, in one statement."""
    query = (
        select(UnitFact.enrolment_id, func.count(UnitFact.unit_id.distinct()))
        .where(UnitFact.enrolment_id.in_(enrolment_ids), UnitFact.kind == "completed")
        .group_by(UnitFact.enrolment_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}
