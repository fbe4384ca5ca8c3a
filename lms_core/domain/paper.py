"""The paper of an attempt: which items, in which order, drawn from a stored seed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from lms_core.domain.item_kinds import kind_of
from lms_core.domain.items import Item
from lms_core.domain.program import Assessment, Draw, Pool, TrainingProgram

MOST_SHUFFLES = 20


@dataclass(frozen=True, slots=True)
class PaperItem:
    item_id: str
    choices: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


Paper = tuple[PaperItem, ...]


def draw_paper(program: TrainingProgram, assessment: Assessment, *, seed: int) -> Paper:
    """Return the same paper for the same seed. Critical items of a pool are always in it; scenarios stay together."""
    random = Random(seed)  # noqa: S311 - a seeded draw must be repeatable; the seed itself is secret
    pools = {pool.id: pool for pool in program.pools}
    blocks = [block for part in assessment.draw for block in _drawn(pools[part.pool], part, random=random)]
    random.shuffle(blocks)
    return tuple(_paper_item(item, random) for block in blocks for item in block)


def _drawn(pool: Pool, part: Draw, *, random: Random) -> list[tuple[Item, ...]]:
    critical = [block for block in pool.blocks if any(item.critical for item in block)]
    others = [block for block in pool.blocks if not any(item.critical for item in block)]
    return critical + random.sample(others, part.count - len(critical))


def _paper_item(item: Item, random: Random) -> PaperItem:
    kind = kind_of(item)
    choices = [choice.id for choice in item.choices]
    targets = [target.id for target in kind.targets(item)]
    if item.targets:  # an author's targets; the places of an ordering stay 1, 2, 3
        random.shuffle(targets)
    if item.shuffle and not kind.fixed_order:
        choices = _shuffled(choices, random, unless=_telling(item))
    return PaperItem(item.id, tuple(choices), tuple(targets))


def _telling(item: Item) -> list[str]:
    """The order that would give the answer away; [] where none does."""
    return [choice.id for choice in item.choices] if item.kind == "ordering" else []


def _shuffled(choices: Iterable[str], random: Random, *, unless: list[str]) -> list[str]:
    order = list(choices)
    for _ in range(MOST_SHUFFLES):
        random.shuffle(order)
        if order != unless:
            return order
    return order[1:] + order[:1]  # no shuffle helped, as happens to two choices once in a million papers
