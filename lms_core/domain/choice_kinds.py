"""Items answered by choosing: one, several, true or false."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lms_core.domain.errors import Invalid
from lms_core.domain.items import Form, Item, Response, Target
from lms_core.domain.sentences import say


@dataclass(frozen=True, slots=True)
class ChoiceKind:
    """Choices. All or nothing, or with `partial_credit`: (right chosen - wrong chosen) / right, never below nothing."""

    name: str
    form: Form
    choices: tuple[str, ...] = field(default=())

    @property
    def fixed_order(self) -> bool:
        return bool(self.choices)

    @property
    def fields(self) -> frozenset[str]:
        return frozenset({"choices", "partial_credit"} if self.form is Form.MANY else {"choices"})

    def problems(self, item: Item) -> Iterable[str]:
        ids = [choice.id for choice in item.choices]
        right = self.key(item)
        if len(ids) < 2:  # noqa: PLR2004 - fewer than two is no choice
            yield "potrzebne są co najmniej dwie odpowiedzi do wyboru"
        if len(set(ids)) < len(ids):
            yield "identyfikatory odpowiedzi powtarzają się"
        if any(choice.match for choice in item.choices):
            yield "match mają tylko pytania rodzaju matching"
        if not right:
            yield "żadna odpowiedź nie jest oznaczona jako prawidłowa (correct = true)"
        if self.form is Form.ONE and len(right) > 1:
            yield "prawidłowa może być tylko 1 odpowiedź; przy większej liczbie użyj multiple_choice"
        if self.choices and tuple(ids) != self.choices:
            yield "pytanie prawda/fałsz zapisuje się jako answer = true albo answer = false, bez choices"

    def targets(self, _item: Item) -> tuple[Target, ...]:
        return ()

    def key(self, item: Item) -> Response:
        return tuple(sorted(choice.id for choice in item.choices if choice.correct))

    def read(self, item: Item, raw: object) -> Response:
        if not isinstance(raw, list) or not all(isinstance(choice, str) for choice in raw):
            raise Invalid("response_shape", say("Odpowiedź ma być listą identyfikatorów wybranych odpowiedzi."))
        response = tuple(sorted(set(raw)))
        known = {choice.id for choice in item.choices}
        if not known.issuperset(response):
            raise Invalid("response_choice", say("Wybrano odpowiedź, której nie ma w tym pytaniu. Odśwież stronę."))
        if self.form is Form.ONE and len(response) > 1:
            raise Invalid("response_count", say("W tym pytaniu można wybrać tylko jedną odpowiedź."))
        return response

    def share(self, item: Item, response: Response) -> float:
        key = set(self.key(item))
        if not item.partial_credit:
            return float(set(response) == key)
        chosen = set(response)
        return max(0, len(chosen & key) - len(chosen - key)) / len(key)

    def remark(self, _item: Item, _response: Response) -> str | None:
        return None

    def wording(self, item: Item, response: Response) -> tuple[str, ...]:
        return tuple(str(choice.text) for choice in item.choices if choice.id in response)
