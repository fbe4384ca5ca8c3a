"""Enrolments as their owner sees them: each with what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_core.domain.calendar import warsaw_day
from lms_core.domain.errors import Refused
from lms_core.domain.learners import LearnerRole, first_training_due
from lms_core.domain.permissions import Actor
from lms_core.domain.program import Assessment, AssessmentUnit, Mode, TrainingProgram, Unit
from lms_core.domain.reasons import briefly
from lms_core.domain.text import Text
from lms_core.models import WITHDRAWN, Enrolment
from lms_core.services import attempts, certificates, renewals
from lms_core.services.attempts import History, Tries
from lms_core.services.catalogue import Catalogue
from lms_core.services.certificates import Held
from lms_core.services.enrolments import FIRST_CYCLE, completed_units
from lms_core.services.renewals import Renewal


@dataclass(frozen=True, slots=True)
class OpenAttempt:
    """An attempt that waits to be handed in, maybe with its clock running."""

    id: int
    title: Text
    deadline: datetime | None


@dataclass(frozen=True, slots=True)
class Extras:
    """The units that the completion rule does not ask for; `practice` says that there are only exercises among them."""

    done: int
    total: int
    practice: bool


@dataclass(frozen=True, slots=True)
class LastTry:
    """How the exam that comes next went the last time, and what is left; `tries` is None without a limit."""

    percent: int
    tries: Tries | None


@dataclass(frozen=True, slots=True)
class EnrolmentCard:
    """One enrolment as its owner's list shows it; `past` says that the person took the program again since.

    `done` of `total` are units that the completion rule asks for, `extras` the others. `training_due` is the day until
    which the law wants the first training of people in this role, `late` says that it went by.
    """

    id: int
    program_id: str
    title: Text
    cycle: int
    past: bool
    done: int
    total: int
    extras: Extras | None
    state: str
    first_unit: Unit
    next_unit: Unit | None
    open_attempt: OpenAttempt | None
    again: str | None
    last_try: LastTry | None
    certificate: Held | None
    renewal: Renewal | None
    reasons: tuple[str, ...]
    role: LearnerRole | None
    training_due: date | None
    late: bool


def cards(session: Session, catalogue: Catalogue, *, actor: Actor, now: datetime) -> list[EnrolmentCard]:
    """Return the actor's enrolments, newest first, in four statements however many there are."""
    mine = select(Enrolment).where(Enrolment.person_id == actor.person_id, Enrolment.state != WITHDRAWN)
    enrolments = session.scalars(mine.order_by(Enrolment.id.desc())).all()
    ids = [enrolment.id for enrolment in enrolments]
    done, held = completed_units(session, ids), certificates.held(session, ids, now=now)
    tried = attempts.histories(session, ids)
    latest = {one.program_id: one.id for one in sorted(enrolments, key=attrgetter("cycle"))}
    return [
        _card(
            one,
            catalogue.program(session, one.digest),
            done=done.get(one.id, {}),
            certificate=held.get(one.id),
            renewal=renewals.renewal(catalogue, one, held.get(one.id), now=now),
            tried=tried.get(one.id, []),
            past=latest[one.program_id] != one.id,
            now=now,
        )
        for one in enrolments
    ]


def _card(
    enrolment: Enrolment,
    program: TrainingProgram,
    *,
    done: Mapping[str, datetime],
    certificate: Held | None,
    renewal: Renewal | None,
    tried: list[History],
    past: bool,
    now: datetime,
) -> EnrolmentCard:
    following = _next_unit(program, done)
    role = program.role(enrolment.role)
    due = first_training_due(role, enrolment.role_since) if role else None
    again, last_try = _standing(enrolment, program, following, tried, done=done, now=now)
    return EnrolmentCard(
        id=enrolment.id,
        program_id=program.id,
        title=program.title,
        cycle=enrolment.cycle,
        past=past,
        done=sum(unit.id in done for unit in program.needed_units),
        total=len(program.needed_units),
        extras=_extras(program, done),
        state=enrolment.state,
        first_unit=program.units[0],
        next_unit=following,
        open_attempt=_open_attempt(program, tried, now=now),
        again=again,
        last_try=last_try,
        certificate=certificate,
        renewal=None if past else renewal,
        reasons=tuple(briefly(enrolment.reasons, program)),
        role=role,
        training_due=due,
        late=bool(due and due < warsaw_day(now)) and _never_completed(enrolment),
    )


def _never_completed(enrolment: Enrolment) -> bool:
    """Who begins again completed the program before."""
    return enrolment.completed_at is None and enrolment.cycle == FIRST_CYCLE


def _extras(program: TrainingProgram, done: Mapping[str, datetime]) -> Extras | None:
    units = program.optional_units
    if not units:
        return None
    modes = [assessment.mode if (assessment := _assessment(program, unit)) else None for unit in units]
    return Extras(sum(unit.id in done for unit in units), len(units), practice=set(modes) == {Mode.PRACTICE})


def _assessment(program: TrainingProgram, unit: Unit | None) -> Assessment | None:
    return program.assessment(unit.assessment) if isinstance(unit, AssessmentUnit) else None


def _next_unit(program: TrainingProgram, done: Mapping[str, datetime]) -> Unit | None:
    """Return what the completion rule still needs; when it needs nothing more, what else there is."""
    left = [unit for unit in program.units if unit.id not in done]
    needed = [unit for unit in left if unit.id in program.required_units]
    return next(iter(needed or left), None)


def _open_attempt(program: TrainingProgram, tried: list[History], *, now: datetime) -> OpenAttempt | None:
    """Return the open attempt whose time is still running, the one with a clock first."""
    found = [one.attempt for one in tried if one.attempt.state == "open" and not attempts.overdue(one.attempt, now=now)]
    found.sort(key=lambda attempt: attempt.deadline is None)
    if not found:
        return None
    unit = program.unit(found[0].unit_id)
    return OpenAttempt(found[0].id, unit.title if unit else program.title, found[0].deadline)


def _standing(
    enrolment: Enrolment,
    program: TrainingProgram,
    unit: Unit | None,
    tried: list[History],
    *,
    done: Mapping[str, datetime],
    now: datetime,
) -> tuple[str | None, LastTry | None]:
    """Return why the assessment that comes next may not be taken yet (None when it may), and how it went."""
    assessment = _assessment(program, unit)
    if assessment is None:
        return None, None
    known = attempts.of_assessment(tried, assessment.id)
    refused = attempts.refusal(enrolment, assessment, known, done=done, now=now)
    return refused.message if refused else None, _last_try(assessment, known, refused)


def _last_try(assessment: Assessment, known: list[History], refused: Refused | None) -> LastTry | None:
    outcomes = [one.outcome for one in known if one.outcome and one.attempt.state != "void"]
    if assessment.mode is not Mode.EXAM or not outcomes or outcomes[-1].success:
        return None
    return LastTry(outcomes[-1].percent, attempts.tries(assessment, known, refused))
