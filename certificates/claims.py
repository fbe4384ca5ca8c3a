"""Everything that is frozen when a certificate is issued; the JSON, the QR code and the paper are drawn from it."""

from __future__ import annotations

import json
import re
import types
import unicodedata
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any, Self, get_type_hints
from zoneinfo import ZoneInfo

from certificates.codes import parse_code

IDENTITY_LEVELS = ("self_declared", "coordinator", "document", "eid")
WARSAW = ZoneInfo("Europe/Warsaw")
_END_OF_DAY = time(23, 59, 59)
_CONTROL = re.compile("[\\0-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""General categories Cc and Cs but for the line feed, and what turns text round."""


def end_of_warsaw_day(day: date) -> datetime:
    """The last second of a Warsaw day, in UTC: the form of `Claims.valid_until`."""
    return datetime.combine(day, _END_OF_DAY, WARSAW).astimezone(UTC)


def instant(moment: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SSZ`, the one form that every verifier reads; ValueError unless UTC and whole seconds."""
    if moment.tzinfo is not UTC or moment.microsecond:
        raise ValueError(f"{moment!r} must be in UTC (datetime.UTC) and in whole seconds")
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """The facts of one certificate. Text is kept in Unicode NFC; ValueError when the facts contradict each other.

    `issued_at` and `valid_until` are UTC; `issued_on`, `completed_on` and `law_as_of` are Warsaw days;
    `planned_minutes` is the program's size as planned, not a measured time.
    """

    template: int = 1
    code: str
    public_url: str
    number: str
    holder_name: str
    identity_level: str
    issuer_slug: str
    issuer_name: str
    issuer_email: str | None
    program_id: str
    program_version: str
    program_url: str
    title: str
    program_title: str
    description: str
    criteria: str
    statement: str
    disclaimer: str
    legal_basis: tuple[str, ...]
    planned_minutes: int
    law_as_of: date
    completed_on: date
    issued_at: datetime
    issued_on: date
    valid_until: datetime | None
    status_list: int
    status_index: int
    key_fragment: str
    language: str

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str):
                object.__setattr__(self, field.name, _clean(field.name, value))
        object.__setattr__(self, "legal_basis", tuple(_clean("legal_basis", line) for line in self.legal_basis))
        self._check_words()
        self._check_times()

    def _check_words(self) -> None:
        if parse_code(self.code) != self.code:
            raise ValueError(f"{self.code!r} is not a canonical certificate code")
        if self.identity_level not in IDENTITY_LEVELS:
            raise ValueError(f"identity_level is {self.identity_level!r}, not one of {', '.join(IDENTITY_LEVELS)}")
        if not self.holder_name.strip():
            raise ValueError("a certificate needs its holder's name")
        if min(self.planned_minutes, self.status_list, self.status_index) < 0:
            raise ValueError("planned_minutes, status_list and status_index are never negative")

    def _check_times(self) -> None:
        instant(self.issued_at)
        if self.issued_at.astimezone(WARSAW).date() != self.issued_on:
            raise ValueError("issued_on must be the Warsaw day of issued_at")
        if self.valid_until is not None:
            instant(self.valid_until)
            if self.valid_until.astimezone(WARSAW).time() != _END_OF_DAY:
                raise ValueError("valid_until must be the last second of a Warsaw day")

    @property
    def valid_through(self) -> date | None:
        """The last Warsaw day on which the certificate is valid, None when it has no end."""
        return None if self.valid_until is None else self.valid_until.astimezone(WARSAW).date()

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, no spaces, real letters; the same claims give the same text."""
        values = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote; ValueError for missing, unknown or wrongly typed fields."""
        values = json.loads(text)
        hints = _hints()
        if not isinstance(values, dict) or values.keys() != hints.keys():
            raise ValueError("these are not the fields of a certificate's claims")
        return cls(**{name: _read(name, values[name], hints[name]) for name in hints})


@cache
def _hints() -> dict[str, Any]:
    return get_type_hints(Claims)


def _clean(name: str, text: str) -> str:
    """NFC; ValueError for letters that canonical N-Quads escape differently from place to place, or that hide text."""
    if found := _CONTROL.search(text):
        raise ValueError(f"{name} contains the control character U+{ord(found[0]):04X}")
    return unicodedata.normalize("NFC", text)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _read(name: str, value: Any, hint: Any) -> Any:
    if isinstance(hint, types.UnionType):
        if value is None:
            return None
        hint = next(option for option in hint.__args__ if option is not types.NoneType)
    if hint in {date, datetime} and isinstance(value, str):
        return hint.fromisoformat(value)
    if hint == tuple[str, ...] and isinstance(value, list) and all(isinstance(line, str) for line in value):
        return tuple(value)
    if hint in {str, int} and type(value) is hint:
        return value
    raise ValueError(f"the claim {name} has the wrong type")
