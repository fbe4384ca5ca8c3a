"""Items (questions), their keys, and what a learner may see of them (QTI words)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms_core.domain.text import Text

Response = tuple[str, ...]
"""What the learner gave, sorted; () is no answer.

Chosen identifiers; for matching and ordering pairs "left:right"; for numbers and short texts the one text as typed.
"""

PAIR = ":"
"""Parts a pair; no identifier holds it."""


class Form(StrEnum):
    """How an item is asked on a page."""

    ONE = "one"
    MANY = "many"
    TEXT = "text"
    NUMBER = "number"
    PAIRS = "pairs"


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice; in matching items `match` names the target that belongs to it."""

    id: str
    text: Text
    correct: bool = False
    feedback: Text | None = None
    match: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What a choice may be paired with."""

    id: str
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question. Which of `choices`, `targets`, `answers`, `tolerance` and `unit` it has, its kind decides.

    `answers` are the accepted texts, or the one number, as decimal text; choices to be ordered stand in right order.
    `partial_credit` gives points for parts of a right answer; without `shuffle` choices stay in the author's order.
    """

    id: str
    kind: str
    prompt: Text
    feedback: Text
    source: str
    certainty: str
    law_as_of: date
    choices: tuple[Choice, ...] = ()
    targets: tuple[Target, ...] = ()
    answers: tuple[str, ...] = ()
    tolerance: str | None = None
    unit: str | None = None
    partial_credit: bool = False
    points: float = 1.0
    critical: bool = False
    shuffle: bool = True
    facts: tuple[int | str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """A case with several questions, drawn and shown together, in their order."""

    id: str
    title: Text
    text: Text
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class ChoiceView:
    id: str
    text: Text


@dataclass(frozen=True, slots=True)
class ScenarioView:
    id: str
    title: Text
    text: Text


@dataclass(frozen=True, slots=True)
class ItemView:
    """What a learner sees before the policy allows more: this type has no field for a key, feedback or source."""

    id: str
    kind: str
    form: Form
    prompt: Text
    points: float
    choices: tuple[ChoiceView, ...] = ()
    targets: tuple[ChoiceView, ...] = ()
    unit: str | None = None
    scenario: ScenarioView | None = None
