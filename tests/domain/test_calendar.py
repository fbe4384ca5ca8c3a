"""A day is a Warsaw day; months end where they end."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_core.domain.calendar import add_months, warsaw_day, whole_years

days = st.dates(date(2000, 1, 1), date(2150, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 21), 12, date(2027, 11, 21)),
        (date(2026, 12, 31), 14, date(2028, 2, 29)),
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_are_added(day: date, months: int, result: date) -> None:
    assert add_months(day, months) == result


@given(days, st.integers(0, 600))
def test_the_day_stays_unless_its_month_is_shorter(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_an_instant_late_in_utc_is_the_next_day_in_warsaw() -> None:
    assert warsaw_day(datetime(2026, 12, 31, 23, 0, tzinfo=UTC)) == date(2027, 1, 1)
    assert warsaw_day(datetime(2026, 10, 25, 22, 30, tzinfo=UTC)) == date(2026, 10, 25)
    assert warsaw_day(datetime(2026, 10, 24, 22, 30, tzinfo=UTC)) == date(2026, 10, 25)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 11, 21), date(2026, 11, 20), 17),
        (date(2008, 11, 21), date(2026, 11, 21), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2026, 11, 21), date(2026, 11, 21), 0),
    ],
)
def test_age_is_counted_in_whole_years(born: date, day: date, age: int) -> None:
    assert whole_years(born, day) == age


@given(days, days)
def test_a_birthday_adds_one_year_and_no_other_day_does(born: date, day: date) -> None:
    tomorrow = day + timedelta(days=1)
    grown = whole_years(born, tomorrow) - whole_years(born, day)
    birthday = (tomorrow.month, tomorrow.day) == (born.month, born.day)
    leapling = (born.month, born.day) == (2, 29) and (day.month, day.day) == (2, 28) and tomorrow.month == 3
    assert grown == (birthday or leapling)
