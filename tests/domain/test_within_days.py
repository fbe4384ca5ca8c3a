"""A term is counted in Warsaw days, also over the nights on which the clock changes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_core.domain.calendar import warsaw_day
from lms_core.domain.rules import Passed, Progress, Status, Verdict, WithinDays
from tests.domain.strategies import any_progress, any_rule, instants
from tests.domain.values import PASS, progress

WARSAW = ZoneInfo("Europe/Warsaw")
DONE = {"outcomes": {"egzamin": PASS}}


def warsaw(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW).astimezone(UTC)


def term(days: int, enrolled: str, now: str, **done) -> Verdict:
    seen = progress(enrolled_at=warsaw(enrolled), as_of=warsaw(now), **done)
    return WithinDays(days, Passed("egzamin"))(seen)


@pytest.mark.parametrize(
    ("days", "enrolled", "last", "first_late"),
    [
        (0, "2026-11-21T00:00:00", "2026-11-21T23:59:59", "2026-11-22T00:00:00"),
        (0, "2026-11-21T23:59:59", "2026-11-21T23:59:59", "2026-11-22T00:00:00"),
        (30, "2026-11-21T23:59:59", "2026-12-21T23:59:59", "2026-12-22T00:00:00"),
        (1, "2026-10-24T23:30:00", "2026-10-25T23:59:59", "2026-10-26T00:00:00"),  # a day of 25 hours
        (1, "2026-10-25T00:10:00", "2026-10-26T23:59:59", "2026-10-27T00:00:00"),
        (0, "2026-10-25T00:00:00", "2026-10-25T23:59:59", "2026-10-26T00:00:00"),
        (1, "2027-03-27T23:30:00", "2027-03-28T23:59:59", "2027-03-29T00:00:00"),  # a day of 23 hours
        (1, "2027-03-28T00:10:00", "2027-03-29T23:59:59", "2027-03-30T00:00:00"),
        (0, "2027-03-28T00:00:00", "2027-03-28T23:59:59", "2027-03-29T00:00:00"),
        (365, "2026-12-31T23:59:59", "2027-12-31T23:59:59", "2028-01-01T00:00:00"),
    ],
)
def test_the_term_ends_with_its_last_warsaw_day(days, enrolled, last, first_late) -> None:
    assert term(days, enrolled, last, **DONE) == Verdict(Status.SATISFIED)
    assert term(days, enrolled, last) == Verdict(Status.PENDING, ("not_passed:egzamin",))
    assert term(days, enrolled, first_late, **DONE) == Verdict(Status.FAILED, (f"too_late:{days}",))


def test_a_day_is_not_utcs() -> None:
    """Half past midnight in Warsaw is still the day before in UTC, in winter and in summer."""
    assert term(0, "2026-11-21T00:30:00", "2026-11-21T12:00:00", **DONE).status is Status.SATISFIED
    assert term(0, "2026-07-01T00:30:00", "2026-07-01T23:30:00", **DONE).status is Status.SATISFIED
    assert term(0, "2026-11-20T23:30:00", "2026-11-21T00:30:00", **DONE).status is Status.FAILED


@given(instants, instants, st.integers(0, 400))
def test_the_term_is_a_difference_of_days(enrolled: datetime, now: datetime, days: int) -> None:
    late = (warsaw_day(now) - warsaw_day(enrolled)).days > days
    seen = progress(enrolled_at=enrolled, as_of=now, **DONE)
    assert (WithinDays(days, Passed("egzamin"))(seen).status is Status.FAILED) is late


@given(any_rule, any_progress, st.integers(0, 400))
def test_in_time_the_rule_alone_decides(rule, known: Progress, days: int) -> None:
    bound = WithinDays(days, rule)(known)
    assert bound == rule(known) or bound == Verdict(Status.FAILED, (f"too_late:{days}",))


@given(any_progress, st.integers(0, 400), st.integers(0, 4000))
def test_what_is_too_late_stays_too_late(known: Progress, days: int, hours: int) -> None:
    rule = WithinDays(days, Passed("egzamin"))
    later = progress(enrolled_at=known.enrolled_at, as_of=known.as_of + timedelta(hours=hours), **DONE)
    if rule(known).status is Status.FAILED:
        assert rule(later).status is Status.FAILED


@given(any_progress, st.integers(0, 400), st.integers(0, 400))
def test_a_longer_term_is_never_harder(known: Progress, days: int, more: int) -> None:
    order = [Status.FAILED, Status.PENDING, Status.SATISFIED]
    short, long = (WithinDays(term, Passed("egzamin"))(known) for term in (days, days + more))
    assert order.index(long.status) >= order.index(short.status)
