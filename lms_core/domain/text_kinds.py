"""Items answered by typing: a number with its tolerance, or a short text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from lms_core.domain.errors import Invalid
from lms_core.domain.items import Form, Item, Response, Target
from lms_core.domain.numbers import read_number, shown_number
from lms_core.domain.sentences import say

LONGEST_TEXT = 200
MOST_TYPED = 2000
"""Letters and spaces before they are normalised: composing a long run of accents takes time by its square."""
UNSTORABLE = {"Cc", "Cs"}


def normal_text(text: str) -> str:
    """Return the text as short answers are compared: NFC, one case, single spaces, no full stop at the end."""
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return " ".join(composed.split()).rstrip(".").rstrip()


def read_text(raw: object) -> Response:
    """Return the one text typed, () for none; raise `Invalid` for another shape or a text nobody would type."""
    if not isinstance(raw, list) or len(raw) > 1 or not all(isinstance(part, str) for part in raw):
        raise Invalid("response_shape", say("Odpowiedź ma być listą z jednym tekstem."))
    typed: str = raw[0] if raw else ""
    text = " ".join(unicodedata.normalize("NFC", typed).split()) if len(typed) <= MOST_TYPED else typed
    if len(text) > LONGEST_TEXT:
        raise Invalid("response_length", say("Odpowiedź może mieć najwyżej {most} znaków.", most=LONGEST_TEXT))
    if any(unicodedata.category(letter) in UNSTORABLE for letter in text):
        raise Invalid("response_letters", say("Odpowiedź zawiera znak, którego nie da się zapisać."))
    return (text,) if text else ()


@dataclass(frozen=True, slots=True)
class NumericKind:
    """A number; right within the tolerance, both ends included."""

    name: str = "numeric"
    form: Form = Form.NUMBER
    fixed_order: bool = True
    fields: frozenset[str] = frozenset({"answers", "tolerance", "unit"})

    def problems(self, item: Item) -> Iterable[str]:
        if len(item.answers) != 1 or read_number(item.answers[0]) is None:
            yield "pytanie liczbowe wymaga jednej liczby: answer = 12.5"
        tolerance = read_number(item.tolerance or "0")
        if tolerance is None or tolerance < 0:
            yield "tolerance ma być liczbą, nie mniejszą niż zero"

    def targets(self, _item: Item) -> tuple[Target, ...]:
        return ()

    def key(self, item: Item) -> Response:
        return item.answers

    def read(self, _item: Item, raw: object) -> Response:
        return read_text(raw)

    def share(self, item: Item, response: Response) -> float:
        given = read_number(response[0], item.unit) if response else None
        right, tolerance = read_number(item.answers[0]), read_number(item.tolerance or "0")
        if given is None or right is None or tolerance is None:
            return 0.0
        return float(abs(given - right) <= tolerance)

    def remark(self, item: Item, response: Response) -> str | None:
        if not response or read_number(response[0], item.unit) is not None:
            return None
        if item.unit:
            return say("To nie jest liczba. Wpisz liczbę, na przykład 12,5 (jednostka: {unit}).", unit=item.unit)
        return say("To nie jest liczba. Wpisz liczbę, na przykład 12,5.")

    def wording(self, item: Item, response: Response) -> tuple[str, ...]:
        given = response[0] if response else ""
        if read_number(given) is None:
            return response
        return (f"{shown_number(given)}\u00a0{item.unit}" if item.unit else shown_number(given),)


@dataclass(frozen=True, slots=True)
class ShortTextKind:
    """A few words; right when, normalised, they are one of the listed answers."""

    name: str = "short_text"
    form: Form = Form.TEXT
    fixed_order: bool = True
    fields: frozenset[str] = frozenset({"answers"})

    def problems(self, item: Item) -> Iterable[str]:
        if not item.answers or not all(normal_text(answer) for answer in item.answers):
            yield 'pytanie z krótką odpowiedzią wymaga listy uznawanych odpowiedzi: answers = ["…"]'
        if any(len(answer) > LONGEST_TEXT for answer in item.answers):
            yield f"uznawana odpowiedź może mieć najwyżej {LONGEST_TEXT} znaków"

    def targets(self, _item: Item) -> tuple[Target, ...]:
        return ()

    def key(self, item: Item) -> Response:
        return item.answers[:1]

    def read(self, _item: Item, raw: object) -> Response:
        return read_text(raw)

    def share(self, item: Item, response: Response) -> float:
        accepted = {normal_text(answer) for answer in item.answers}
        return float(bool(response) and normal_text(response[0]) in accepted)

    def remark(self, _item: Item, _response: Response) -> str | None:
        return None

    def wording(self, _item: Item, response: Response) -> tuple[str, ...]:
        return response
