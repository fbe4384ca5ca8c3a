"""Outcomes as rows and as values."""

from __future__ import annotations

from datetime import datetime

from lms_core.domain.outcome import Outcome
from lms_core.domain.program import TrainingProgram
from lms_core.domain.reasons import explained
from lms_core.models import Attempt, OutcomeRow

FIRST_REVISION = 1


def as_outcome(row: OutcomeRow) -> Outcome:
    return Outcome(
        scaled=row.scaled,
        raw=row.raw,
        max=row.max,
        success=row.success,
        completion=row.completion,
        trace=tuple(row.trace),
    )


def first_row(attempt: Attempt, outcome: Outcome, program: TrainingProgram, *, now: datetime) -> OutcomeRow:
    """Return the row of a first decision, in codes and in words; a regrade would be the next revision."""
    return OutcomeRow(
        attempt_id=attempt.id,
        revision=FIRST_REVISION,
        scaled=outcome.scaled,
        raw=outcome.raw,
        max=outcome.max,
        success=outcome.success,
        completion=outcome.completion,
        trace=list(outcome.trace),
        explanation=explained(outcome.trace, program),
        decided_at=now,
    )
