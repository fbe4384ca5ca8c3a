"""What the people of Przykładowo answer: right, or wrong as their sitting says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, repeat

from lms_core.demo.roads import Sitting
from lms_core.domain.item_kinds import key_of, kind_of
from lms_core.domain.items import Form, Item, Response
from lms_core.domain.pair_kinds import pair
from lms_core.domain.program import Assessment, TrainingProgram


def responses(
    program: TrainingProgram, assessment: Assessment, paper: Sequence[str], sitting: Sitting, *, taste: int
) -> Mapping[str, Response]:
    """Return the responses to the items of the paper, in its order; `taste` decides between wrong choices.

    The later an item stands in its pool, the harder it is for everybody: so statistics have something to say.
    """
    wrong = set(_wrong(program, assessment, paper, sitting))
    return {
        item_id: wrong_response(program.items[item_id], taste) if item_id in wrong else key_of(program.items[item_id])
        for item_id in paper[: sitting.answered]
    }


def _wrong(program: TrainingProgram, assessment: Assessment, paper: Sequence[str], sitting: Sitting) -> Iterator[str]:
    drawn = [[item for item in _pool(program, part.pool) if item.id in paper] for part in assessment.draw]
    for items, mistakes in zip(drawn, chain(sitting.wrong, repeat(0)), strict=False):
        usual = [item.id for item in items if not item.critical]
        yield from usual[len(usual) - mistakes :]
    if sitting.critical_wrong:
        yield from [item.id for items in drawn for item in items if item.critical][:1]


def _pool(program: TrainingProgram, pool_id: str) -> tuple[Item, ...]:
    pool = program.pool(pool_id)
    return pool.every_item if pool else ()


def wrong_response(item: Item, taste: int) -> Response:
    """Return a response that the item's form can give and that earns nothing."""
    kind, key = kind_of(item), key_of(item)
    if kind.form is Form.TEXT:
        return ("nie wiem",)
    if kind.form is Form.NUMBER:
        return (f"{Decimal(item.answers[0]) + Decimal(item.tolerance or 0) + 1:f}",)
    if kind.form is Form.PAIRS:
        rights = [target.id for target in kind.targets(item)]
        offered = ([pair(one.id, right) for right in rights] for one in item.choices)
        return tuple(next(one for one in pairs if one not in key) for pairs in offered)
    others = [choice.id for choice in item.choices if choice.id not in key]
    return (others[taste % len(others)],)
