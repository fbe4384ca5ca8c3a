"""Item analysis: how the questions of an exam did, from scored papers. Pure, and nothing here knows who answered.

Sources: Lord & Novick, Statistical Theories of Mental Test Scores (1968); Crocker & Algina, Introduction to Classical
and Modern Test Theory (1986), chapter 14; Kelley (1939), Journal of Educational Psychology 30, 17-24; Ebel & Frisbie,
Essentials of Educational Measurement (5th ed., 1991).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import floor, fsum, sqrt

from lms_core.domain.item_kinds import kind_of
from lms_core.domain.items import Choice, Form, Item, Response
from lms_core.domain.outcome import ItemScore
from lms_core.domain.scoring import EXACT

LEAST_EXPOSURES = 10
"""Below it figures are chance, and they might tell how one person answered."""
TAIL = 0.27
"""The share of the best and of the weakest that are compared; Kelley (1939) shows why this one."""
TOO_EASY, TOO_HARD = 0.95, 0.30
"""Who learnt should pass, so that an exam is easier than a test that ranks people (there 0.20 to 0.80 is usual)."""
WEAK = 0.20
"""Ebel & Frisbie: below it a question is poor, to be rejected or improved by revision."""
TELLING_TAKERS, TELLING_LEAD = 2, 0.10
"""When a wrong choice misleads: so many took it (one may have slipped), and the best so much more often."""


class Fault(StrEnum):
    """What the figures of an item speak for."""

    KEY = "key"
    EASY = "easy"
    HARD = "hard"
    WEAK = "weak"


class ChoiceFault(StrEnum):
    """A wrong choice that does not do its work: nobody takes it, or the better people do."""

    UNUSED = "unused"
    MISLEADING = "misleading"


URGENCY = (
    *(Fault.KEY, ChoiceFault.MISLEADING, Fault.HARD, Fault.WEAK),  # learners are wronged
    *(Fault.EASY, ChoiceFault.UNUSED),  # a question is wasted
)


@dataclass(frozen=True, slots=True)
class Exposure:
    """An item on one paper: `score` is the share of its points, `rest` that of all other items' points, both 0 to 1."""

    score: float
    rest: float
    response: Response


@dataclass(frozen=True, slots=True)
class ChoiceFigures:
    """`taken` counts papers; `upper` and `lower` are the shares of the best and the weakest 27 % with this choice."""

    choice: Choice
    taken: int
    upper: float
    lower: float

    @property
    def fault(self) -> ChoiceFault | None:
        if self.choice.correct:
            return None
        if not self.taken:
            return ChoiceFault.UNUSED
        misleads = self.taken >= TELLING_TAKERS and self.upper - self.lower > TELLING_LEAD
        return ChoiceFault.MISLEADING if misleads else None


@dataclass(frozen=True, slots=True)
class Figures:
    """`discrimination` is None where nothing varies; `choices` only for items that are answered by choosing."""

    difficulty: float
    discrimination: float | None
    omitted: int
    choices: tuple[ChoiceFigures, ...]


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """`figures` are None below LEAST_EXPOSURES."""

    item: Item
    exposures: int
    figures: Figures | None

    @property
    def faults(self) -> tuple[Fault, ...]:
        return tuple(_faults(self.figures)) if self.figures else ()

    @property
    def choice_faults(self) -> tuple[ChoiceFigures, ...]:
        return tuple(one for one in self.figures.choices if one.fault) if self.figures else ()

    @property
    def flagged(self) -> bool:
        return bool(self.faults or self.choice_faults)

    @property
    def urgency(self) -> int:
        """Return how soon somebody should look at the item; 0 comes first."""
        found = {*self.faults, *(one.fault for one in self.choice_faults)}
        return next((place for place, fault in enumerate(URGENCY) if fault in found), len(URGENCY))


def is_blank(responses: Mapping[str, Response]) -> bool:
    """Say whether a paper bears no answer at all: somebody left or ran out of time, which tells nothing of its items.

    Counted, such papers would be none right here and none right elsewhere, and make every item seem to tell people
    apart.
    """
    return not any(responses.values())


def exposures(scores: Sequence[ItemScore], responses: Mapping[str, Response]) -> dict[str, Exposure]:
    """Return each item of one paper with what it earned and what all the others did.

    Papers are drawn, so the rest is a share, not a sum. Points that a wrong answer took away count as none: how well
    somebody guessed is not what is asked here.
    """
    earned = {one.item_id: max(0.0, one.points) for one in scores}
    raw, most = fsum(earned.values()), fsum(one.max for one in scores)
    return {
        one.item_id: Exposure(
            score=_share(earned[one.item_id], one.max),
            rest=_share(raw - earned[one.item_id], most - one.max),
            response=responses.get(one.item_id, ()),
        )
        for one in scores
    }


def item_statistics(item: Item, seen: Sequence[Exposure]) -> ItemStatistics:
    """Return the figures of an item from every paper it was on, in whatever order these come."""
    if len(seen) < LEAST_EXPOSURES:
        return ItemStatistics(item, len(seen), None)
    figures = Figures(
        difficulty=difficulty([one.score for one in seen]),
        discrimination=discrimination([one.score for one in seen], [one.rest for one in seen]),
        omitted=sum(not one.response for one in seen),
        choices=_choices(item, seen),
    )
    return ItemStatistics(item, len(seen), figures)


def difficulty(scores: Sequence[float]) -> float:
    """Return p, the mean share of the item's points: 1 is easy. For right or wrong it is the proportion of right.

    p = (x1 + ... + xn) / n (Lord & Novick 1968; Crocker & Algina 1986, chapter 14).
    """
    return fsum(scores) / len(scores)


def discrimination(scores: Sequence[float], rests: Sequence[float]) -> float | None:
    """Return the corrected item-total correlation, -1 to 1; None where the scores or the rests are all the same.

    It is Pearson's r = S(xy) / sqrt(S(xx) S(yy)) between the item's score and the score on the *other* items, so that
    the item does not correlate with itself; for right or wrong this is the point-biserial coefficient
    (M1 - M0) / s * sqrt(p q) (Lord & Novick 1968; Crocker & Algina 1986, chapter 14).
    """
    if len(set(scores)) < 2 or len(set(rests)) < 2:  # noqa: PLR2004 - what does not vary correlates with nothing
        return None
    mean_x, mean_y = fsum(scores) / len(scores), fsum(rests) / len(rests)
    dx, dy = [x - mean_x for x in scores], [y - mean_y for y in rests]
    together = fsum(x * y for x, y in zip(dx, dy, strict=True))
    r = together / sqrt(fsum(x * x for x in dx) * fsum(y * y for y in dy))
    return max(-1.0, min(1.0, round(r, EXACT)))


def tail_size(count: int) -> int:
    """Return how many people the upper and the lower group have: 27 %, rounded, at least one."""
    return max(1, floor(TAIL * count + 0.5))


def upper_weights(rests: Sequence[float]) -> list[float]:
    """Return how much each paper belongs to the upper group, 0 to 1; the sum is the group's size.

    Who stands equal at its edge shares the places that are left, so that no accident of order decides.
    """
    size = tail_size(len(rests))
    edge = sorted(rests, reverse=True)[size - 1]
    above = sum(one > edge for one in rests)
    shared = (size - above) / sum(one == edge for one in rests)
    return [1.0 if one > edge else shared if one == edge else 0.0 for one in rests]


def _share(part: float, whole: float) -> float:
    """Rounded, so that equal shares are equal in whatever order they were added up; 0 where there is no whole."""
    return round(part / whole, EXACT) if round(whole, EXACT) > 0 else 0.0


def _choices(item: Item, seen: Sequence[Exposure]) -> tuple[ChoiceFigures, ...]:
    """Return for each choice how the best and the weakest took it (Kelley 1939; Crocker & Algina 1986, chapter 14)."""
    if kind_of(item).form not in {Form.ONE, Form.MANY}:
        return ()
    size = tail_size(len(seen))
    upper, lower = upper_weights([one.rest for one in seen]), upper_weights([-one.rest for one in seen])

    def share(choice: Choice, weights: Sequence[float]) -> float:
        took = (weight for weight, one in zip(weights, seen, strict=True) if choice.id in one.response)
        return round(fsum(took) / size, EXACT)

    return tuple(
        ChoiceFigures(one, sum(one.id in seen_.response for seen_ in seen), share(one, upper), share(one, lower))
        for one in item.choices
    )


def _faults(figures: Figures) -> list[Fault]:
    """What nearly everybody gets right has no wrong key, and cannot tell people apart: it is easy and no more."""
    if figures.difficulty >= TOO_EASY:
        return [Fault.EASY]
    found = [Fault.HARD] if figures.difficulty < TOO_HARD else []
    if figures.discrimination is None:
        return found
    if figures.discrimination < 0:
        return [Fault.KEY, *found]
    return [*found, Fault.WEAK] if figures.discrimination < WEAK else found
