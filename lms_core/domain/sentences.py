"""Sentences for people: Polish from the start, and able to be said in English when a page asks for it.

A sentence is a `str`, so that it goes wherever a text goes; cut, joined or formatted it is an ordinary Polish text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from lms_core.domain.calendar import WARSAW, long_date, warsaw_moment
from lms_core.domain.numbers import points_text
from lms_core.domain.text import Text

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
HOUR = 60
TEEN = 10


@dataclass(frozen=True, slots=True)
class Words:
    """English for Polish: `sentences` by template, `counted` by the Polish forms for 1 and for 5 (one, other)."""

    sentences: Mapping[str, str] = field(default_factory=dict)
    counted: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def of(self, template: str) -> str:
        return self.sentences.get(template) or template


class Sentence(str):
    """What `say` and `counted` return; `in_english` says the same with the words of a translation."""

    __slots__ = ()

    def in_english(self, words: Words) -> str:
        return words.of(self)


class _Filled(Sentence):
    template: str
    values: Mapping[str, object]

    def in_english(self, words: Words) -> str:
        values = {name: english(value, words) for name, value in self.values.items()}
        return words.of(self.template).format(**values)


class _Counted(Sentence):
    number: int
    forms: tuple[str, str]

    def in_english(self, words: Words) -> str:
        one, other = words.counted.get(self.forms, self.forms)
        return f"{self.number}\u00a0{one if self.number == 1 else other}"


def say(template: str, **values: object) -> Sentence:
    """Return the Polish sentence; `{name}` stands for a value.

    A date, a moment or a float among the values is written as its language writes it.
    """
    if not values:
        return Sentence(template)
    sentence = _Filled(template.format(**{name: polish(value) for name, value in values.items()}))
    sentence.template, sentence.values = template, values
    return sentence


def spoken(text: Text) -> Sentence:
    """Return what a program says, to stand among sentences; in English where the program has it."""
    sentence = _Filled(text)
    sentence.template, sentence.values = "{text}", {"text": text}
    return sentence


def counted(number: int, one: str, few: str, many: str) -> Sentence:
    """Return the number with the noun in its Polish form: 1 dzień, 2 dni, 5 dni; no line breaks between them."""
    ones, tens = number % TEEN, number // TEEN % TEEN
    form = one if number == 1 else few if ones in {2, 3, 4} and tens != 1 else many
    sentence = _Counted(f"{number}\u00a0{form}")
    sentence.number, sentence.forms = number, (one, many)
    return sentence


def polish(value: object) -> object:
    """Return the value as a Polish text writes it."""
    if isinstance(value, datetime):
        return warsaw_moment(value)
    if isinstance(value, date):
        return long_date(value)
    return points_text(value) if isinstance(value, float) else value


def english(value: object, words: Words) -> object:
    """Return the value as an English text writes it; what has no English stays as it is."""
    if isinstance(value, Sentence):
        return value.in_english(words)
    if isinstance(value, Text):
        return value.best("en")[0]
    if isinstance(value, datetime):
        return english_moment(value)
    if isinstance(value, date):
        return english_date(value)
    return points_text(value).replace(",", ".") if isinstance(value, float) else value


def english_date(day: date) -> str:
    """`21 November 2026`, with spaces that do not break."""
    return f"{day.day}\u00a0{MONTHS[day.month - 1]}\u00a0{day.year}"


def english_moment(instant: datetime) -> str:
    """`21 November 2026, 12:36` in Warsaw."""
    local = instant.astimezone(WARSAW)
    return f"{english_date(local.date())}, {local:%H:%M}"


def english_duration(minutes: int) -> str:
    """`1 h 40 min`, `2 h` or `40 min`."""
    hours, rest = divmod(minutes, HOUR)
    parts = [f"{hours}\u00a0h"] * bool(hours) + [f"{rest}\u00a0min"] * bool(rest or not hours)
    return "\u00a0".join(parts)
