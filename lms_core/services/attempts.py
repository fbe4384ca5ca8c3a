"""Attempts: starting one, finding one's own."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms_core.database import run, table_of
from lms_core.domain import attempts as rules
from lms_core.domain.errors import NotFound, Refused
from lms_core.domain.outcome import Outcome
from lms_core.domain.paper import Paper, PaperItem, draw_paper
from lms_core.domain.permissions import Act, Actor, Subject, can
from lms_core.domain.program import Assessment, AssessmentUnit, TrainingProgram
from lms_core.domain.sentences import say
from lms_core.models import Attempt, Enrolment, OutcomeRow
from lms_core.services import accommodations, completion, enrolments
from lms_core.services.catalogue import Catalogue
from lms_core.services.outcomes import as_outcome

SEED_BITS = 63
ATTEMPTS, ENROLMENTS = table_of(Attempt), table_of(Enrolment)


class Locked(NamedTuple):
    """What saving an answer needs of an attempt."""

    id: int
    digest: str
    paper: list[dict[str, Any]]
    state: str
    deadline: datetime | None
    grace_seconds: int


OWN_LOCKED = (
    select(*(ATTEMPTS.c[name] for name in Locked._fields), ENROLMENTS.c.person_id)
    .select_from(ATTEMPTS.join(ENROLMENTS, ENROLMENTS.c.id == ATTEMPTS.c.enrolment_id))
    .where(ATTEMPTS.c.id == bindparam("attempt_id"))
    .with_for_update(of=ATTEMPTS)
)


@dataclass(frozen=True, slots=True)
class History:
    """One finished or open attempt with its latest outcome, None while there is none."""

    attempt: Attempt
    outcome: Outcome | None


class Tries(NamedTuple):
    """How many attempts of a series may still be started, and how many it has."""

    left: int
    allowed: int


def start(
    session: Session, catalogue: Catalogue, enrolment_id: int, unit_id: str, *, actor: Actor, now: datetime
) -> Attempt:
    """Return the open attempt, a new one when none is open; the enrolment's row lock makes it one.

    Paper, seed and deadline are written before any item is shown. Raises `Refused` with the reason. An open attempt
    whose time is over is given all the same (see grading.start).
    """
    enrolment = enrolments.own(session, enrolment_id, actor=actor, lock=True)
    program = catalogue.program(session, enrolment.digest)
    unit, assessment = assessment_of(program, unit_id)
    past = history(session, enrolment.id, assessment.id)
    for known in past:
        if known.attempt.state == "open":
            return known.attempt
    refreshed_at = _refreshed_at(session, enrolment.id, assessment)
    sitting = rules.next_sitting(
        assessment, finished(past), refreshed_at=refreshed_at, now=now, in_review=in_review(enrolment)
    )
    extra = rules.extra_minutes(assessment, accommodations.extra_percent(session, enrolment.person_id))
    attempt = _new_attempt(enrolment, program, assessment, unit=unit, now=now)
    attempt.series, attempt.number = sitting.series, sitting.number
    attempt.extra_minutes, attempt.deadline = extra, rules.deadline(assessment, now, extra=extra)
    session.add(attempt)
    try:
        session.flush()
    except IntegrityError as error:  # the unique keys are the last word when a lock could not be
        raise RuntimeError("two attempts were started past the row lock") from error
    return attempt


def _new_attempt(
    enrolment: Enrolment,
    program: TrainingProgram,
    assessment: Assessment,
    *,
    unit: AssessmentUnit,
    now: datetime,
) -> Attempt:
    seed = secrets.randbits(SEED_BITS)
    paper = draw_paper(program, assessment, seed=seed)
    return Attempt(
        enrolment_id=enrolment.id,
        unit_id=unit.id,
        assessment_id=assessment.id,
        digest=enrolment.digest,
        seed=seed,
        paper=[_paper_entry(entry) for entry in paper],
        state="open",
        started_at=now,
        grace_seconds=assessment.grace_seconds,
    )


def _paper_entry(entry: PaperItem) -> dict[str, object]:
    kept: dict[str, object] = {"item": entry.item_id, "choices": list(entry.choices)}
    return kept | ({"targets": list(entry.targets)} if entry.targets else {})


def finished(known: Sequence[History]) -> list[rules.PastAttempt]:
    """Return the attempts that are over, as the rules for the next one see them."""
    return [
        rules.PastAttempt(
            one.attempt.series,
            one.attempt.number,
            one.attempt.finished_at or one.attempt.started_at,
            passed=bool(one.outcome and one.outcome.success),
            void=one.attempt.state == "void",
        )
        for one in known
        if one.attempt.state != "open"
    ]


def _refreshed_at(session: Session, enrolment_id: int, assessment: Assessment) -> datetime | None:
    if assessment.refresher is None:
        return None
    return enrolments.completed_units(session, [enrolment_id]).get(enrolment_id, {}).get(assessment.refresher)


def assessment_of(program: TrainingProgram, unit_id: str) -> tuple[AssessmentUnit, Assessment]:
    """Return the unit and its assessment; raise `NotFound` when the unit has none."""
    unit = program.unit(unit_id)
    assessment = program.assessment(unit.assessment) if isinstance(unit, AssessmentUnit) else None
    if not isinstance(unit, AssessmentUnit) or assessment is None:
        raise NotFound("assessment", say("W tej części programu nie ma sprawdzianu."))
    return unit, assessment


def history(session: Session, enrolment_id: int, assessment_id: str) -> list[History]:
    """Return the attempts at an assessment in order, each with its latest outcome, in one statement."""
    return of_assessment(histories(session, [enrolment_id]).get(enrolment_id, []), assessment_id)


def of_assessment(known: Sequence[History], assessment_id: str) -> list[History]:
    return [one for one in known if one.attempt.assessment_id == assessment_id]


def histories(session: Session, enrolment_ids: Sequence[int]) -> dict[int, list[History]]:
    """Return the attempts of each enrolment in order, each with its latest outcome, in one statement."""
    query = (
        select(Attempt, OutcomeRow)
        .outerjoin(OutcomeRow, OutcomeRow.attempt_id == Attempt.id)
        .where(Attempt.enrolment_id.in_(enrolment_ids))
        .order_by(Attempt.series, Attempt.number, OutcomeRow.revision)
    )
    latest = {attempt.id: History(attempt, as_outcome(row) if row else None) for attempt, row in session.execute(query)}
    grouped: dict[int, list[History]] = {}
    for one in latest.values():
        grouped.setdefault(one.attempt.enrolment_id, []).append(one)
    return grouped


def overdue(attempt: Attempt | Locked, *, now: datetime) -> bool:
    return rules.is_over(attempt.deadline, attempt.grace_seconds, now=now)


def in_review(enrolment: Enrolment) -> bool:
    return enrolment.state == completion.NEEDS_REVIEW


def refusal(
    enrolment: Enrolment,
    assessment: Assessment,
    known: list[History],
    *,
    done: Mapping[str, datetime],
    now: datetime,
) -> Refused | None:
    """Return why no attempt may start now, None when one may. `done` says when each unit was completed last."""
    refreshed_at, waits = done.get(assessment.refresher or ""), in_review(enrolment)
    try:
        rules.next_sitting(assessment, finished(known), refreshed_at=refreshed_at, now=now, in_review=waits)
    except Refused as refused:
        return refused
    return None


def used_of_series(known: Sequence[History]) -> int:
    """Return how many attempts of the current series were started; one that is over counts, void ones do not."""
    counted = [one.attempt for one in known if one.attempt.state != "void"]
    current = max((attempt.series for attempt in counted), default=1)
    return sum(attempt.series == current for attempt in counted)


def tries(assessment: Assessment, known: Sequence[History], refused: Refused | None) -> Tries | None:
    """Return what is left of the series that is open, or opens next; None without a limit or when it was passed.

    `refused` is why no attempt may start now (see `refusal`).
    """
    why = refused.code if refused else ""
    if assessment.attempts is None or why == rules.ALREADY_PASSED:
        return None
    left = assessment.attempts - used_of_series(known)
    opens_next = left <= 0 and why not in {rules.REFRESHER_NEEDED, rules.ATTEMPTS_USED}
    return Tries(assessment.attempts if opens_next else max(left, 0), assessment.attempts)


def refreshes(session: Session, enrolment_id: int, program: TrainingProgram, unit_id: str) -> bool:
    """Say whether completing the unit (again) opens the next series of an exam."""
    if unit_id not in program.refreshers:
        return False
    known = histories(session, [enrolment_id]).get(enrolment_id, [])
    refreshed_at = enrolments.completed_units(session, [enrolment_id]).get(enrolment_id, {}).get(unit_id)
    return any(
        rules.refresher_due(assessment, finished(of_assessment(known, assessment.id)), refreshed_at=refreshed_at)
        for assessment in program.assessments
        if assessment.refresher == unit_id
    )


def own(session: Session, attempt_id: int, *, actor: Actor) -> tuple[Attempt, Enrolment]:
    """Return the actor's attempt and its enrolment; somebody else's is `NotFound` like none at all."""
    query = (
        select(Attempt, Enrolment).join(Enrolment, Enrolment.id == Attempt.enrolment_id).where(Attempt.id == attempt_id)
    )
    found = session.execute(query).one_or_none()
    if found is None or not can(actor, Act.SEE_OWN, Subject(owner_id=found[1].person_id)):
        raise not_found()
    return found[0], found[1]


def own_locked(session: Session, attempt_id: int, *, actor: Actor) -> Locked:
    """Return the actor's attempt with its row locked, so that answers and the submission take turns."""
    found = run(session, OWN_LOCKED, {"attempt_id": attempt_id}).one_or_none()
    if found is None or not can(actor, Act.SEE_OWN, Subject(owner_id=found.person_id)):
        raise not_found()
    return Locked._make(found[:-1])


def not_found() -> NotFound:
    return NotFound("attempt", say("Nie ma takiego podejścia na Twojej liście."))


def paper_of(attempt: Attempt) -> Paper:
    entries: list[dict[str, Any]] = attempt.paper
    return tuple(PaperItem(one["item"], tuple(one["choices"]), tuple(one.get("targets", ()))) for one in entries)
