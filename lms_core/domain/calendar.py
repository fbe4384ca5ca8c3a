"""Days and instants. "A day" is a Warsaw day; an instant is UTC (design, section 5)."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WARSAW = ZoneInfo("Europe/Warsaw")


def warsaw_day(instant: datetime) -> date:
    return instant.astimezone(WARSAW).date()


def end_of_day(day: date) -> datetime:
    """Return the last second of that Warsaw day, in UTC."""
    midnight = datetime.combine(day + timedelta(days=1), time(), WARSAW)
    return midnight.astimezone(UTC) - timedelta(seconds=1)


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, or the last of that month when it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
