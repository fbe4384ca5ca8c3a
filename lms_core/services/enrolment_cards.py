"""Enrolments as their owner sees them: each with what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_core.domain.learners import LearnerRole, first_training_due
from lms_core.domain.permissions import Actor
from lms_core.domain.program import AssessmentUnit, TrainingProgram, Unit
from lms_core.domain.reasons import briefly
from lms_core.domain.text import Text
from lms_core.models import Credential, Enrolment
from lms_core.services import attempts
from lms_core.services.attempts import History
from lms_core.services.catalogue import Catalogue
from lms_core.services.enrolments import completed_units


@dataclass(frozen=True, slots=True)
class OpenAttempt:
    """An attempt that waits to be handed in, maybe with its clock running."""

    id: int
    title: Text
    deadline: datetime | None


@dataclass(frozen=True, slots=True)
class EnrolmentCard:
    """One enrolment as its owner's list shows it.

    `training_due` is the day until which the law wants the first training of people in this role, `valid_until` the
    end of the certificate's validity.
    """

    id: int
    program_id: str
    title: Text
    done: int
    total: int
    state: str
    first_unit: Unit
    next_unit: Unit | None
    open_attempt: OpenAttempt | None
    again: str | None
    certificate_code: str | None
    reasons: tuple[str, ...]
    role: LearnerRole | None
    training_due: date | None
    valid_until: datetime | None
    expired: bool


def cards(session: Session, catalogue: Catalogue, *, actor: Actor, now: datetime) -> list[EnrolmentCard]:
    """Return the actor's enrolments, newest first, in four statements however many there are."""
    mine = select(Enrolment).where(Enrolment.person_id == actor.person_id).order_by(Enrolment.id.desc())
    enrolments = session.scalars(mine).all()
    ids = [enrolment.id for enrolment in enrolments]
    done, certificates = completed_units(session, ids), _certificates(session, ids)
    past = attempts.histories(session, ids)
    return [
        _card(
            one,
            catalogue.program(session, one.digest),
            done=done.get(one.id, {}),
            certificate=certificates.get(one.id),
            past=past.get(one.id, []),
            now=now,
        )
        for one in enrolments
    ]


def _certificates(session: Session, enrolment_ids: list[int]) -> dict[int, tuple[str, datetime | None]]:
    """Return code and end of validity by enrolment."""
    query = select(Credential.enrolment_id, Credential.code, Credential.valid_until).where(
        Credential.enrolment_id.in_(enrolment_ids), Credential.state != "superseded"
    )
    return {enrolment_id: (code, valid_until) for enrolment_id, code, valid_until in session.execute(query)}


def _card(
    enrolment: Enrolment,
    program: TrainingProgram,
    *,
    done: Mapping[str, datetime],
    certificate: tuple[str, datetime | None] | None,
    past: list[History],
    now: datetime,
) -> EnrolmentCard:
    following = _next_unit(program, done)
    role = program.role(enrolment.role)
    code, valid_until = certificate or (None, None)
    return EnrolmentCard(
        id=enrolment.id,
        program_id=program.id,
        title=program.title,
        done=sum(unit.id in done for unit in program.units),
        total=len(program.units),
        state=enrolment.state,
        first_unit=program.units[0],
        next_unit=following,
        open_attempt=_open_attempt(program, past, now=now),
        again=_again(program, following, past, done=done, now=now),
        certificate_code=code,
        reasons=tuple(briefly(enrolment.reasons, program)),
        role=role,
        training_due=first_training_due(role, enrolment.role_since) if role else None,
        valid_until=valid_until,
        expired=valid_until is not None and valid_until < now,
    )


def _next_unit(program: TrainingProgram, done: Mapping[str, datetime]) -> Unit | None:
    """Return what the completion rule still needs; when it needs nothing more, what else there is."""
    left = [unit for unit in program.units if unit.id not in done]
    needed = [unit for unit in left if unit.id in program.required_units]
    return next(iter(needed or left), None)


def _open_attempt(program: TrainingProgram, past: list[History], *, now: datetime) -> OpenAttempt | None:
    """Return the open attempt whose time is still running, the one with a clock first."""
    found = [one.attempt for one in past if one.attempt.state == "open" and not attempts.overdue(one.attempt, now=now)]
    found.sort(key=lambda attempt: attempt.deadline is None)
    if not found:
        return None
    unit = program.unit(found[0].unit_id)
    return OpenAttempt(found[0].id, unit.title if unit else program.title, found[0].deadline)


def _again(
    program: TrainingProgram, unit: Unit | None, past: list[History], *, done: Mapping[str, datetime], now: datetime
) -> str | None:
    """Return why the assessment that comes next may not be taken yet; None when it may."""
    assessment = program.assessment(unit.assessment) if isinstance(unit, AssessmentUnit) else None
    if assessment is None:
        return None
    refused = attempts.refusal(assessment, attempts.of_assessment(past, assessment.id), done=done, now=now)
    return refused.message if refused else None
