"""The stock kinds of items: how each is checked, read and scored. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from lms_core.domain.choice_kinds import ChoiceKind
from lms_core.domain.items import Choice, ChoiceView, Form, Item, ItemView, Response, Scenario, ScenarioView, Target
from lms_core.domain.pair_kinds import MatchingKind, OrderingKind
from lms_core.domain.text_kinds import NumericKind, ShortTextKind


class ItemKind(Protocol):
    """How one kind of item is checked, read and scored; all methods are pure."""

    @property
    def name(self) -> str: ...

    @property
    def form(self) -> Form: ...

    @property
    def fixed_order(self) -> bool:
        """Whether choices keep their order on every paper."""

    @property
    def fields(self) -> frozenset[str]:
        """Return the fields of `Item` that belong to this kind, beside those of every kind."""

    def problems(self, item: Item) -> Iterable[str]:
        """Yield what the item's author has to mend, in Polish."""

    def targets(self, item: Item) -> tuple[Target, ...]:
        """Return what choices are paired with; () where nothing is paired."""

    def key(self, item: Item) -> Response:
        """Return a fully right response."""

    def read(self, item: Item, raw: object) -> Response:
        """Return the response, or raise `Invalid` when it cannot be an answer to this item."""

    def share(self, item: Item, response: Response) -> float:
        """Return which share of the item's points the response earns, 0.0 to 1.0."""

    def remark(self, item: Item, response: Response) -> str | None:
        """Return what the learner should look at before handing in, never whether it is right."""

    def wording(self, item: Item, response: Response) -> tuple[str, ...]:
        """Return the response in words, a line each."""


STOCK_KINDS: Mapping[str, ItemKind] = {
    kind.name: kind
    for kind in (
        ChoiceKind("single_choice", Form.ONE),
        ChoiceKind("multiple_choice", Form.MANY),
        ChoiceKind("true_false", Form.ONE, choices=("true", "false")),
        NumericKind(),
        ShortTextKind(),
        MatchingKind(),
        OrderingKind(),
    )
}

KIND_FIELDS = frozenset[str]().union(*(kind.fields for kind in STOCK_KINDS.values()))


def kind_of(item: Item) -> ItemKind:
    return STOCK_KINDS[item.kind]


def key_of(item: Item) -> Response:
    return kind_of(item).key(item)


def problems(item: Item) -> Iterable[str]:
    """Yield what the item's author has to mend: fields that its kind does not have, then what the kind says."""
    kind = kind_of(item)
    for name in sorted(KIND_FIELDS - kind.fields):
        if getattr(item, name):
            yield f"pytanie rodzaju {item.kind} nie ma klucza {name}"
    yield from kind.problems(item)


def view(item: Item, choices: Iterable[str], targets: Iterable[str] = (), scenario: Scenario | None = None) -> ItemView:
    """Return what a learner may see of the item, its choices and targets in the paper's order."""
    kind = kind_of(item)
    return ItemView(
        id=item.id,
        kind=item.kind,
        form=kind.form,
        prompt=item.prompt,
        points=item.points,
        choices=_shown(item.choices, choices),
        targets=_shown(kind.targets(item), targets),
        unit=item.unit,
        scenario=ScenarioView(scenario.id, scenario.title, scenario.text) if scenario else None,
    )


def _shown(parts: Iterable[Choice | Target], order: Iterable[str]) -> tuple[ChoiceView, ...]:
    texts = {part.id: part.text for part in parts}
    return tuple(ChoiceView(one, texts[one]) for one in order)
