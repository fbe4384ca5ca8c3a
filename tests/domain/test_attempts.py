"""When an attempt may start and when it is over; sentences show Warsaw time, also on the nights it changes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_core.domain.attempts import PastAttempt, Sitting, deadline, extra_minutes, is_over, next_sitting
from lms_core.domain.errors import Refused
from lms_core.domain.program import Mode
from tests.domain.values import NOON, exam

SECOND = timedelta(seconds=1)
EXAM = exam(attempts=3, pause_hours=24, time_limit_minutes=15)


def failed(number: int, at: datetime = NOON) -> PastAttempt:
    return PastAttempt(1, number, at, passed=False)


def next_number(assessment, past, *, now: datetime) -> int:
    """The number in the first series, by somebody who completed no refresher."""
    sitting = next_sitting(assessment, past, refreshed_at=None, now=now)
    assert sitting.series == 1
    return sitting.number


def refusal(assessment, past, now: datetime) -> Refused:
    with pytest.raises(Refused) as caught:
        next_number(assessment, past, now=now)
    return caught.value


def plain(sentence: str) -> str:
    """The words with plain spaces: dates have spaces that do not break."""
    return " ".join(sentence.split())


def test_the_first_attempt_is_number_one() -> None:
    assert next_sitting(EXAM, [], refreshed_at=None, now=NOON) == Sitting(1, 1)


def test_the_pause_ends_at_its_last_instant() -> None:
    assert next_number(EXAM, [failed(1)], now=NOON + timedelta(hours=24)) == 2
    refused = refusal(EXAM, [failed(1)], NOON + timedelta(hours=24) - SECOND)
    assert refused.code == "pause"
    assert "od 22 listopada 2026 r., godz. 12:00." in plain(refused.message)


def test_the_pause_counts_from_the_last_attempt_in_whatever_order_they_come() -> None:
    later = NOON + timedelta(hours=30)
    assert "23 listopada 2026 r., godz. 18:00" in plain(refusal(EXAM, [failed(2, later), failed(1)], later).message)


def test_the_sentence_never_promises_a_minute_too_early() -> None:
    finished = NOON + timedelta(seconds=20)
    assert "od 22 listopada 2026 r., godz. 12:01." in plain(refusal(EXAM, [failed(1, finished)], NOON).message)
    assert next_number(EXAM, [failed(1, finished)], now=NOON + timedelta(hours=24, minutes=1)) == 2


@pytest.mark.parametrize(
    ("finished", "shown"),
    [
        (
            datetime(2026, 10, 24, 12, 0, tzinfo=UTC),
            "25 października 2026 r., godz. 13:00",
        ),  # 14:00 summer, 24 hours on
        (
            datetime(2026, 10, 24, 0, 30, tzinfo=UTC),
            "25 października 2026 r., godz. 02:30",
        ),  # 02:30 before the clock goes back
        (datetime(2026, 10, 23, 22, 30, tzinfo=UTC), "25 października 2026 r., godz. 00:30"),
        (datetime(2027, 3, 27, 12, 0, tzinfo=UTC), "28 marca 2027 r., godz. 14:00"),  # 13:00 winter, 24 hours on
        (datetime(2027, 3, 27, 1, 30, tzinfo=UTC), "28 marca 2027 r., godz. 03:30"),  # 02:30 does not exist that night
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "2 stycznia 2027 r., godz. 00:30"),  # another day in UTC
    ],
)
def test_the_sentence_shows_warsaw_time(finished: datetime, shown: str) -> None:
    assert f"od {shown}." in plain(refusal(EXAM, [failed(1, finished)], finished).message)


@pytest.mark.parametrize("start", [datetime(2026, 10, 25, 0, 50, tzinfo=UTC), datetime(2027, 3, 28, 0, 50, tzinfo=UTC)])
def test_the_clock_of_an_exam_does_not_feel_the_change_of_time(start: datetime) -> None:
    assert deadline(EXAM, start) == start + timedelta(minutes=15)


def test_a_used_up_series_is_refused_for_good() -> None:
    past = [failed(number) for number in (1, 2, 3)]
    refused = refusal(EXAM, past, NOON + timedelta(days=365))
    assert (refused.code, "(3)" in refused.message) == ("attempts_used", True)


def test_the_number_follows_the_highest_not_the_count() -> None:
    assert next_number(EXAM, [failed(2)], now=NOON + timedelta(days=2)) == 3


def test_a_passed_exam_is_not_taken_again() -> None:
    past = [failed(1), PastAttempt(1, 2, NOON, passed=True)]
    assert refusal(EXAM, past, NOON + timedelta(days=9)).code == "already_passed"


def test_a_passed_exam_says_so_even_when_no_attempt_is_left() -> None:
    past = [failed(1), failed(2), PastAttempt(1, 3, NOON, passed=True)]
    assert refusal(EXAM, past, NOON).code == "already_passed"


def test_practice_may_be_repeated_without_end() -> None:
    past = [PastAttempt(1, number, NOON, passed=True) for number in range(1, 51)]
    assert next_number(exam(mode=Mode.PRACTICE), past, now=NOON) == 51


def test_without_a_limit_there_is_no_deadline_and_no_end() -> None:
    assert deadline(exam(), NOON) is None
    assert not is_over(None, 0, now=NOON + timedelta(days=999))


@pytest.mark.parametrize(
    ("grace", "late", "over"), [(30, 0, False), (30, 30, False), (30, 30.001, True), (0, 0, False), (0, 0.001, True)]
)
def test_an_answer_on_its_way_has_the_grace_and_not_more(grace: int, late: float, over: bool) -> None:
    assert is_over(NOON, grace, now=NOON + timedelta(seconds=late)) is over


@pytest.mark.parametrize(
    ("limit", "percent", "extra"),
    [
        (15, 0, 0),
        (15, 50, 8),
        (15, 100, 15),
        (15, 1, 1),
        (20, 25, 5),
        (20, 26, 6),
        (1, 1, 1),
        (600, 300, 1800),
        (45, 33, 15),
    ],
)
def test_extra_time_is_rounded_up_to_whole_minutes(limit: int, percent: int, extra: int) -> None:
    assert extra_minutes(exam(time_limit_minutes=limit), percent) == extra


@given(st.integers(1, 600), st.integers(0, 300))
def test_nobody_gets_less_extra_time_than_granted_nor_a_minute_more(limit: int, percent: int) -> None:
    extra = extra_minutes(exam(time_limit_minutes=limit), percent)
    assert 0 <= extra * 100 - limit * percent < 100


def test_extra_time_moves_the_deadline_and_nothing_where_no_limit_is() -> None:
    assert deadline(EXAM, NOON, extra=8) == NOON + timedelta(minutes=23)
    assert extra_minutes(exam(), 50) == 0
    assert deadline(exam(), NOON, extra=8) is None
