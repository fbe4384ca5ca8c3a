"""The paper of an attempt: which items, in which order, drawn from a stored seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from lms_core.domain.items import Item
from lms_core.domain.program import Assessment, Draw, TrainingProgram

FIXED_ORDER_KINDS = {"true_false"}


@dataclass(frozen=True, slots=True)
class PaperItem:
    item_id: str
    choices: tuple[str, ...]


Paper = tuple[PaperItem, ...]


def draw_paper(program: TrainingProgram, assessment: Assessment, *, seed: int) -> Paper:
    """Return the same paper for the same seed. Critical items of a pool are always in it."""
    random = Random(seed)  # noqa: S311 - a seeded draw must be repeatable; the seed itself is secret
    pools = {pool.id: pool.items for pool in program.pools}
    items = [item for part in assessment.draw for item in _drawn(pools[part.pool], part, random=random)]
    random.shuffle(items)
    return tuple(PaperItem(item.id, _choice_order(item, random)) for item in items)


def _drawn(items: tuple[Item, ...], part: Draw, *, random: Random) -> list[Item]:
    critical = [item for item in items if item.critical]
    others = [item for item in items if not item.critical]
    return critical + random.sample(others, part.count - len(critical))


def _choice_order(item: Item, random: Random) -> tuple[str, ...]:
    order = [choice.id for choice in item.choices]
    if item.kind not in FIXED_ORDER_KINDS:
        random.shuffle(order)
    return tuple(order)
