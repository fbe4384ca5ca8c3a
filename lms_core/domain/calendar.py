"""Days and instants. "A day" is a Warsaw day; an instant is UTC (design, section 5)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from zoneinfo import ZoneInfo

WARSAW = ZoneInfo("Europe/Warsaw")
MONTHS = (
    "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca",
    "lipca", "sierpnia", "września", "października", "listopada", "grudnia",
)  # fmt: skip


def warsaw_day(instant: datetime) -> date:
    return instant.astimezone(WARSAW).date()


def long_date(day: date) -> str:
    """Return `22 listopada 2026 r.`, with spaces that do not break."""
    return f"{day.day}\u00a0{MONTHS[day.month - 1]}\u00a0{day.year}\u00a0r."


def warsaw_moment(instant: datetime) -> str:
    """Return `22 listopada 2026 r., godz. 12:36` for a sentence, with spaces that do not break."""
    local = instant.astimezone(WARSAW)
    return f"{long_date(local.date())}, godz.\u00a0{local:%H:%M}"


def whole_years(born: date, day: date) -> int:
    """Return the age in whole years on that day; somebody born on 29 February comes of age on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, or the last of that month when it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
