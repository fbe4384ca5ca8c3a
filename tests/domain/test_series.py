"""Series of attempts: when one is used up, its refresher opens the next; the pause holds across both."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_core.domain.attempts import PastAttempt, Sitting, next_sitting, refresher_due
from lms_core.domain.errors import Refused
from lms_core.domain.program import Mode
from tests.domain.values import NOON, exam

HOUR = timedelta(hours=1)
EXAM = exam(attempts=3, pause_hours=24, refresher="powtorka")
LAST = NOON + 50 * HOUR


def used_up(series: int = 1, last: datetime = LAST) -> list[PastAttempt]:
    return [PastAttempt(series, number, last - (3 - number) * 25 * HOUR, passed=False) for number in (1, 2, 3)]


def refused(past, now: datetime, refreshed_at: datetime | None = None, assessment=EXAM) -> Refused:
    with pytest.raises(Refused) as caught:
        next_sitting(assessment, past, refreshed_at=refreshed_at, now=now)
    return caught.value


def test_a_used_up_series_asks_for_the_refresher() -> None:
    found = refused(used_up(), LAST + 99 * HOUR)
    assert found.code == "refresher_needed"
    assert found.message == (
        "Wykorzystano wszystkie podejścia (3). Ukończ jeszcze raz lekcję powtórkową, a otworzą się następne."
    )


def test_without_a_refresher_a_used_up_series_is_the_end() -> None:
    found = refused(used_up(), LAST + 99 * HOUR, LAST + HOUR, exam(attempts=3))
    assert found.code == "attempts_used"


def test_the_refresher_opens_the_next_series() -> None:
    after = LAST + HOUR
    assert next_sitting(EXAM, used_up(), refreshed_at=after, now=LAST + 24 * HOUR) == Sitting(2, 1)


def test_the_pause_still_holds() -> None:
    assert refused(used_up(), LAST + 23 * HOUR, LAST + HOUR).code == "pause"


@pytest.mark.parametrize("before", [timedelta(), HOUR, 49 * HOUR])
def test_a_refresher_completed_before_the_last_attempt_ended_does_not_help(before: timedelta) -> None:
    assert refused(used_up(), LAST + 99 * HOUR, LAST - before).code == "refresher_needed"


def test_a_series_with_attempts_left_needs_no_refresher_and_gains_nothing_by_it() -> None:
    now = LAST + 24 * HOUR
    assert next_sitting(EXAM, used_up()[:2], refreshed_at=None, now=now) == Sitting(1, 3)
    assert next_sitting(EXAM, used_up()[:2], refreshed_at=now, now=now) == Sitting(1, 3)


def test_one_refresher_opens_one_series() -> None:
    """The completion that opened the second series is older than its attempts."""
    second = used_up(2, LAST + 200 * HOUR)
    now = LAST + 400 * HOUR
    assert refused([*used_up(), *second], now, LAST + HOUR).code == "refresher_needed"
    again = LAST + 201 * HOUR
    assert next_sitting(EXAM, [*used_up(), *second], refreshed_at=again, now=now) == Sitting(3, 1)


def test_the_second_series_counts_from_one() -> None:
    past = [*used_up(), PastAttempt(2, 1, LAST + 30 * HOUR, passed=False)]
    assert next_sitting(EXAM, past, refreshed_at=LAST + HOUR, now=LAST + 60 * HOUR) == Sitting(2, 2)


def test_an_exam_passed_in_any_series_is_passed() -> None:
    past = [*used_up(), PastAttempt(2, 1, LAST + 30 * HOUR, passed=True)]
    assert refused(past, LAST + 99 * HOUR, LAST + HOUR).code == "already_passed"
    assert not refresher_due(EXAM, past, refreshed_at=None)


def test_the_refresher_is_due_only_when_it_would_help() -> None:
    assert refresher_due(EXAM, used_up(), refreshed_at=None)
    assert refresher_due(EXAM, used_up(), refreshed_at=LAST)
    assert not refresher_due(EXAM, used_up(), refreshed_at=LAST + HOUR), "it was completed already"
    assert not refresher_due(EXAM, used_up()[:2], refreshed_at=None), "attempts are left"
    assert not refresher_due(EXAM, [], refreshed_at=None)
    assert not refresher_due(exam(attempts=3), used_up(), refreshed_at=None), "there is none"


@st.composite
def lives(draw: st.DrawFn) -> dict[str, Any]:
    """Somebody who sits as often as allowed, waits and completes the refresher now and then, and never passes."""
    known = exam(
        attempts=draw(st.integers(1, 3)),
        pause_hours=draw(st.sampled_from([0, 24])),
        refresher=draw(st.sampled_from(["powtorka", None])),
    )
    steps = draw(st.lists(st.tuples(st.sampled_from(["sit", "refresh"]), st.integers(0, 30)), max_size=25))
    return {"known": known, "steps": steps}


@given(lives())
def test_no_life_sits_more_often_than_its_series_allow(life) -> None:
    known, now, refreshed_at = life["known"], NOON, None
    past: list[PastAttempt] = []
    refreshers = 0
    for act, hours in life["steps"]:
        now += timedelta(hours=hours, seconds=1)
        if act == "refresh":
            refreshers += refresher_due(known, past, refreshed_at=refreshed_at)
            refreshed_at = now
            continue
        try:
            sitting = next_sitting(known, past, refreshed_at=refreshed_at, now=now)
        except Refused:
            continue
        past.append(PastAttempt(sitting.series, sitting.number, now, passed=False))
    assert len({(one.series, one.number) for one in past}) == len(past), "the unique key would refuse it"
    assert all(1 <= one.number <= known.attempts for one in past)
    assert max((one.series for one in past), default=1) <= 1 + (refreshers if known.refresher else 0)
    gaps = [later.finished_at - earlier.finished_at for earlier, later in pairwise(past)]
    assert all(gap >= timedelta(hours=known.pause_hours) for gap in gaps)


@given(st.integers(1, 60))
def test_practice_has_no_end(times: int) -> None:
    past = [PastAttempt(1, number, NOON, passed=True) for number in range(1, times)]
    assert next_sitting(exam(mode=Mode.PRACTICE), past, refreshed_at=None, now=NOON) == Sitting(1, times)
