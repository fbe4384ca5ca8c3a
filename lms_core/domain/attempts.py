"""When an attempt may start, when it ends: decided from values, never from a clock of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lms_core.domain.errors import Refused
from lms_core.domain.program import Assessment, Mode
from lms_core.domain.sentences import say

REFRESHER_NEEDED, ATTEMPTS_USED, ALREADY_PASSED = "refresher_needed", "attempts_used", "already_passed"
IN_REVIEW = "in_review"
WAIT = say(
    "Twój wynik musi obejrzeć osoba prowadząca. Do tego czasu egzaminu nie można rozpocząć. Nic nie trzeba robić."
)


@dataclass(frozen=True, slots=True)
class PastAttempt:
    """A finished attempt at an assessment; a void one keeps its number and counts for nothing else."""

    series: int
    number: int
    finished_at: datetime
    passed: bool
    void: bool = False


@dataclass(frozen=True, slots=True)
class Sitting:
    """Which attempt of which series; both count from one."""

    series: int
    number: int


def next_sitting(
    assessment: Assessment,
    past: Sequence[PastAttempt],
    *,
    refreshed_at: datetime | None,
    now: datetime,
    in_review: bool = False,
) -> Sitting:
    """Return the attempt that may start now; raise `Refused` with the reason and what to do.

    `refreshed_at` is when the assessment's refresher was completed last, None when never; `in_review` says that the
    enrolment waits for a person, and no exam starts meanwhile.
    """
    counted = [attempt for attempt in past if not attempt.void]
    if assessment.mode is Mode.EXAM and any(attempt.passed for attempt in counted):
        told = say("Ten egzamin jest już zaliczony – nie trzeba podchodzić do niego ponownie.")
        raise Refused(ALREADY_PASSED, told)
    if assessment.mode is Mode.EXAM and in_review:
        raise Refused(IN_REVIEW, WAIT)
    series = max((attempt.series for attempt in past), default=1)
    used = [attempt for attempt in counted if attempt.series == series]
    if assessment.attempts is not None and len(used) >= assessment.attempts:
        _refuse_unrefreshed(assessment, used, refreshed_at=refreshed_at)
        series += 1
    _refuse_in_pause(assessment, counted, now=now)
    return Sitting(series, max((attempt.number for attempt in past if attempt.series == series), default=0) + 1)


def refresher_due(assessment: Assessment, past: Sequence[PastAttempt], *, refreshed_at: datetime | None) -> bool:
    """Say whether completing the refresher (again) would open the next series."""
    try:
        next_sitting(assessment, past, refreshed_at=refreshed_at, now=datetime.max.replace(tzinfo=UTC))
    except Refused as refused:
        return refused.code == REFRESHER_NEEDED
    return False


def _refuse_unrefreshed(assessment: Assessment, used: Sequence[PastAttempt], *, refreshed_at: datetime | None) -> None:
    if assessment.refresher is None:
        told = say(
            "Wykorzystano wszystkie podejścia ({used}). Napisz do osoby, od której masz zaproszenie na szkolenie.",
            used=len(used),
        )
        raise Refused(ATTEMPTS_USED, told)
    if refreshed_at is None or refreshed_at <= max(attempt.finished_at for attempt in used):
        told = say(
            "Wykorzystano wszystkie podejścia ({used}). Ukończ jeszcze raz lekcję powtórkową, a otworzą się następne.",
            used=len(used),
        )
        raise Refused(REFRESHER_NEEDED, told)


def _refuse_in_pause(assessment: Assessment, past: Sequence[PastAttempt], *, now: datetime) -> None:
    if not past or not assessment.pause_hours:
        return
    opens = max(attempt.finished_at for attempt in past) + timedelta(hours=assessment.pause_hours)
    if now < opens:
        shown = opens + timedelta(minutes=1, microseconds=-1)  # up to the whole minute: never earlier than it opens
        told = say(
            "Następne podejście będzie możliwe od {moment}. Wykorzystaj ten czas na powtórkę.",
            moment=shown,
        )
        raise Refused("pause", told)


def extra_minutes(assessment: Assessment, extra_percent: int) -> int:
    """Return the minutes that a person with this accommodation gets on top, rounded up; 0 without a limit."""
    return -(-(assessment.time_limit_minutes or 0) * extra_percent // 100)


def deadline(assessment: Assessment, started_at: datetime, *, extra: int = 0) -> datetime | None:
    """Return when the time is over (`extra` in minutes), None without a limit."""
    if assessment.time_limit_minutes is None:
        return None
    return started_at + timedelta(minutes=assessment.time_limit_minutes + extra)


def is_over(deadline_at: datetime | None, grace_seconds: int, *, now: datetime) -> bool:
    """Say whether no answer is accepted any more; the grace lets answers already on their way arrive."""
    return deadline_at is not None and now > deadline_at + timedelta(seconds=grace_seconds)
