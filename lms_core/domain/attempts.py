"""When an attempt may start, when it ends: decided from values, never from a clock of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lms_core.domain.calendar import warsaw_moment
from lms_core.domain.errors import Refused
from lms_core.domain.program import Assessment, Mode


@dataclass(frozen=True, slots=True)
class PastAttempt:
    """A finished attempt of the current series."""

    number: int
    finished_at: datetime
    passed: bool


def next_number(assessment: Assessment, past: Sequence[PastAttempt], *, now: datetime) -> int:
    """Return the number of the attempt that may start now; raise `Refused` with the reason and what to do."""
    if assessment.mode is Mode.EXAM and any(attempt.passed for attempt in past):
        raise Refused("already_passed", "Ten egzamin jest już zaliczony – nie trzeba podchodzić do niego ponownie.")
    if assessment.attempts is not None and len(past) >= assessment.attempts:
        raise Refused(
            "attempts_used",
            f"Wykorzystano wszystkie podejścia ({assessment.attempts}). "
            "Napisz do osoby, od której masz zaproszenie na szkolenie.",
        )
    if past and assessment.pause_hours:
        opens = max(attempt.finished_at for attempt in past) + timedelta(hours=assessment.pause_hours)
        if now < opens:
            shown = opens + timedelta(minutes=1, microseconds=-1)  # up to the whole minute: never earlier than it opens
            sentence = f"Następne podejście będzie możliwe od {warsaw_moment(shown)}."
            raise Refused("pause", f"{sentence} Wykorzystaj ten czas na powtórkę.")
    return max((attempt.number for attempt in past), default=0) + 1


def deadline(assessment: Assessment, started_at: datetime) -> datetime | None:
    if assessment.time_limit_minutes is None:
        return None
    return started_at + timedelta(minutes=assessment.time_limit_minutes)


def is_over(deadline_at: datetime | None, grace_seconds: int, *, now: datetime) -> bool:
    """Say whether no answer is accepted any more; the grace lets answers already on their way arrive."""
    return deadline_at is not None and now > deadline_at + timedelta(seconds=grace_seconds)
