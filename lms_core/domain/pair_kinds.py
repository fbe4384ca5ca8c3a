"""Items answered by pairing: matching, and ordering, which pairs choices with places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lms_core.domain.errors import Invalid
from lms_core.domain.items import PAIR, Form, Item, Response, Target
from lms_core.domain.sentences import say
from lms_core.domain.text import Text


def pair(left: str, right: str) -> str:
    return f"{left}{PAIR}{right}"


def paired(response: Response) -> dict[str, str]:
    return {left: right for left, _, right in (one.partition(PAIR) for one in response)}


def read_pairs(raw: object, lefts: Iterable[str], rights: Iterable[str]) -> Response:
    """Return the pairs, each left at most once; raise `Invalid` for what this item does not offer."""
    if not isinstance(raw, list) or not all(isinstance(one, str) for one in raw):
        raise Invalid("response_shape", say("Odpowiedź ma być listą par w postaci „lewy:prawy”."))
    response = tuple(sorted(set(raw)))
    pairs = paired(response)
    if not set(pairs) <= set(lefts) or not set(pairs.values()) <= set(rights):
        raise Invalid("response_choice", say("Wybrano odpowiedź, której nie ma w tym pytaniu. Odśwież stronę."))
    if len(pairs) < len(response):
        raise Invalid("response_pair", say("Do jednego elementu można przypisać tylko jedną odpowiedź."))
    return response


def share_of_pairs(key: Response, response: Response, *, partial: bool) -> float:
    right = len(set(key) & set(response)) / len(key)
    return right if partial else float(right == 1)


def missing_pairs(key: Response, response: Response) -> str | None:
    missing = len(key) - len(response)
    if not response or not missing:
        return None
    return say("Bez odpowiedzi w tym pytaniu: {missing} z {all}.", missing=missing, all=len(key))


def repeated_ids(ids: list[str], what: str) -> Iterator[str]:
    if len(set(ids)) < len(ids):
        yield f"identyfikatory {what} powtarzają się"


@dataclass(frozen=True, slots=True)
class MatchingKind:
    """Each choice belongs to one target; targets may serve twice or not at all."""

    name: str = "matching"
    form: Form = Form.PAIRS
    fixed_order: bool = False
    fields: frozenset[str] = frozenset({"choices", "targets", "partial_credit"})

    def problems(self, item: Item) -> Iterable[str]:
        targets = [target.id for target in item.targets]
        if len(item.choices) < 2 or len(targets) < 2:  # noqa: PLR2004 - fewer than two leave nothing to match
            yield "dopasowanie wymaga co najmniej dwóch elementów (choices) i dwóch możliwości (targets)"
        yield from repeated_ids([choice.id for choice in item.choices], "elementów")
        yield from repeated_ids(targets, "możliwości")
        if any(choice.correct for choice in item.choices):
            yield "w dopasowaniu zamiast correct podaje się match"
        for choice in item.choices:
            if choice.match not in targets:
                yield f"element „{choice.id}” nie wskazuje (match) żadnej z możliwości"

    def targets(self, item: Item) -> tuple[Target, ...]:
        return item.targets

    def key(self, item: Item) -> Response:
        return tuple(sorted(pair(choice.id, choice.match or "") for choice in item.choices))

    def read(self, item: Item, raw: object) -> Response:
        return read_pairs(raw, [choice.id for choice in item.choices], [target.id for target in item.targets])

    def share(self, item: Item, response: Response) -> float:
        return share_of_pairs(self.key(item), response, partial=item.partial_credit)

    def remark(self, item: Item, response: Response) -> str | None:
        return missing_pairs(self.key(item), response)

    def wording(self, item: Item, response: Response) -> tuple[str, ...]:
        texts = {target.id: str(target.text) for target in item.targets}
        given = paired(response)
        return tuple(f"{choice.text} → {texts[given[choice.id]]}" for choice in item.choices if choice.id in given)


@dataclass(frozen=True, slots=True)
class OrderingKind:
    """Choices to be put in order, as pairs of choice and place; two at one place are a draft: at most one is right."""

    name: str = "ordering"
    form: Form = Form.PAIRS
    fixed_order: bool = False
    fields: frozenset[str] = frozenset({"choices", "partial_credit"})

    def problems(self, item: Item) -> Iterable[str]:
        if len(item.choices) < 2:  # noqa: PLR2004 - fewer than two have no order
            yield "potrzebne są co najmniej dwa elementy do ułożenia"
        yield from repeated_ids([choice.id for choice in item.choices], "elementów")
        if any(choice.correct or choice.match for choice in item.choices):
            yield "elementy zapisuje się we właściwej kolejności, bez correct i match"
        if not item.shuffle:
            yield "elementy do ułożenia muszą być mieszane (bez shuffle = false)"

    def targets(self, item: Item) -> tuple[Target, ...]:
        return tuple(Target(str(place), Text(str(place))) for place in range(1, len(item.choices) + 1))

    def key(self, item: Item) -> Response:
        return tuple(sorted(pair(choice.id, str(place)) for place, choice in enumerate(item.choices, start=1)))

    def read(self, item: Item, raw: object) -> Response:
        return read_pairs(raw, [choice.id for choice in item.choices], [place.id for place in self.targets(item)])

    def share(self, item: Item, response: Response) -> float:
        return share_of_pairs(self.key(item), response, partial=item.partial_credit)

    def remark(self, item: Item, response: Response) -> str | None:
        repeated = [place for place, times in Counter(paired(response).values()).items() if times > 1]
        if repeated:
            return say("Miejsce {place} wybrano więcej niż raz.", place=min(repeated, key=int))
        return missing_pairs(self.key(item), response)

    def wording(self, item: Item, response: Response) -> tuple[str, ...]:
        texts = {choice.id: str(choice.text) for choice in item.choices}
        places = sorted(paired(response).items(), key=lambda one: int(one[1]))
        return tuple(f"{place}. {texts[choice]}" for choice, place in places)
