"""Items (questions): stock kinds, their keys and what a learner may see of them (QTI words)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from lms_core.domain.errors import Invalid
from lms_core.domain.text import Text

Response = tuple[str, ...]
"""The identifiers of the chosen choices, sorted; () is no answer."""


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    text: Text
    correct: bool = False
    feedback: Text | None = None


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    kind: str
    prompt: Text
    choices: tuple[Choice, ...]
    feedback: Text
    source: str
    certainty: str
    law_as_of: date
    facts: tuple[int, ...] = ()
    critical: bool = False

    @property
    def key(self) -> Response:
        return tuple(sorted(choice.id for choice in self.choices if choice.correct))


@dataclass(frozen=True, slots=True)
class ChoiceView:
    id: str
    text: Text


@dataclass(frozen=True, slots=True)
class ItemView:
    """What a learner sees before the policy allows more: this type has no field for a key, feedback or source."""

    id: str
    kind: str
    prompt: Text
    choices: tuple[ChoiceView, ...]


class ItemKind(Protocol):
    """How one kind of item is checked, read and scored; all methods are pure."""

    @property
    def name(self) -> str: ...

    def problems(self, item: Item) -> Iterable[str]:
        """Yield what the item's author has to mend, in Polish."""

    def read(self, item: Item, raw: object) -> Response:
        """Return the response, or raise `Invalid` when it cannot be an answer to this item."""

    def points(self, item: Item, response: Response) -> float:
        """Return 0.0 to 1.0."""


@dataclass(frozen=True, slots=True)
class ChoiceKind:
    """Choices, all or nothing: right when exactly the key was chosen."""

    name: str
    most: int | None = 1
    choices: tuple[str, ...] = field(default=())

    def problems(self, item: Item) -> Iterable[str]:
        ids = [choice.id for choice in item.choices]
        if len(ids) < 2:  # noqa: PLR2004 - fewer than two is no choice
            yield "potrzebne są co najmniej dwie odpowiedzi do wyboru"
        if len(set(ids)) < len(ids):
            yield "identyfikatory odpowiedzi powtarzają się"
        if not item.key:
            yield "żadna odpowiedź nie jest oznaczona jako prawidłowa (correct = true)"
        if self.most and len(item.key) > self.most:
            yield f"prawidłowa może być tylko {self.most} odpowiedź; przy większej liczbie użyj multiple_choice"
        if self.choices and tuple(ids) != self.choices:
            yield "pytanie prawda/fałsz zapisuje się jako answer = true albo answer = false, bez choices"

    def read(self, item: Item, raw: object) -> Response:
        if not isinstance(raw, list) or not all(isinstance(choice, str) for choice in raw):
            raise Invalid("response_shape", "Odpowiedź ma być listą identyfikatorów wybranych odpowiedzi.")
        response = tuple(sorted(set(raw)))
        known = {choice.id for choice in item.choices}
        if not known.issuperset(response):
            raise Invalid("response_choice", "Wybrano odpowiedź, której nie ma w tym pytaniu. Odśwież stronę.")
        if self.most and len(response) > self.most:
            raise Invalid("response_count", "W tym pytaniu można wybrać tylko jedną odpowiedź.")
        return response

    def points(self, item: Item, response: Response) -> float:
        return float(response == item.key)


STOCK_KINDS: Mapping[str, ItemKind] = {
    kind.name: kind
    for kind in (
        ChoiceKind("single_choice"),
        ChoiceKind("multiple_choice", most=None),
        ChoiceKind("true_false", choices=("true", "false")),
    )
}


def view(item: Item, order: Iterable[str]) -> ItemView:
    """Return what a learner may see of the item, its choices in the paper's order."""
    texts = {choice.id: choice.text for choice in item.choices}
    return ItemView(item.id, item.kind, item.prompt, tuple(ChoiceView(one, texts[one]) for one in order))
