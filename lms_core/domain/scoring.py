"""Scoring: pure, from the paper, the responses and the text that the learner saw."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import fsum

from lms_core.domain.item_kinds import kind_of
from lms_core.domain.items import Item, Response
from lms_core.domain.outcome import ItemScore, Outcome
from lms_core.domain.paper import Paper
from lms_core.domain.program import Assessment, Draw, TrainingProgram

EXACT = 9
"""Parts of points are binary fractions: sums are rounded to this many places before they are compared."""


def item_scores(
    program: TrainingProgram, assessment: Assessment, paper: Paper, *, responses: Mapping[str, Response]
) -> tuple[ItemScore, ...]:
    """Return the points of each item in the paper's order; a wrong answer may take points away."""
    return tuple(
        _item_score(
            program, program.items[one.item_id], responses.get(one.item_id, ()), penalty=assessment.wrong_penalty
        )
        for one in paper
    )


def _item_score(program: TrainingProgram, item: Item, response: Response, *, penalty: float) -> ItemScore:
    share = kind_of(item).share(item, response) if response else 0.0
    points = share * item.points
    if response and not share:
        points = -penalty * item.points
    return ItemScore(item.id, points, item.points, critical=item.critical, stratum=program.pool_of[item.id].id)


def outcome(assessment: Assessment, scores: tuple[ItemScore, ...]) -> Outcome:
    """Passed when the points reach the pass mark, each stratum its minimum, and no critical item is wrong."""
    raw, maximum = _points(scores), _most(scores)
    enough = bool(maximum) and round(assessment.pass_percent * maximum - raw * 100, EXACT) <= 0
    strata = [_stratum(part, scores) for part in assessment.draw]
    wrong_critical = [score.item_id for score in scores if score.critical and not score.right]
    return Outcome(
        scaled=raw / maximum if maximum else 0.0,
        raw=raw,
        max=maximum,
        success=enough and not wrong_critical and all(stratum.reached for stratum in strata),
        completion=True,
        trace=tuple(_trace(assessment, scores, strata, enough=enough)),
    )


def _points(scores: Iterable[ItemScore]) -> float:
    """Penalties take away what was earned, never more."""
    return max(0.0, round(fsum(score.points for score in scores), EXACT))


def _most(scores: Iterable[ItemScore]) -> float:
    """Rounded like what was earned: a full score is exactly the maximum, in whatever order the paper stands."""
    return round(fsum(score.max for score in scores), EXACT)


@dataclass(frozen=True, slots=True)
class Stratum:
    """What was reached in one pool of the paper."""

    pool: str
    raw: float
    max: float
    minimum: float | None

    @property
    def reached(self) -> bool:
        return self.minimum is None or round(self.minimum - self.raw, EXACT) <= 0

    def code(self) -> str:
        result = f"stratum:{self.pool}:{self.raw:g}/{self.max:g}"
        return (
            result if self.minimum is None else f"{result}:{self.minimum:g}:{'reached' if self.reached else 'missed'}"
        )


CRITICAL_WRONG = "critical_wrong"
NUMBER = "[0-9.e+-]+"
STRATUM = re.compile(rf"stratum:(?P<pool>[^:]+):(?P<raw>{NUMBER})/(?P<max>{NUMBER})(?::(?P<minimum>{NUMBER}):\w+)?")


def strata_of(trace: Iterable[str]) -> tuple[Stratum, ...]:
    """Return what was reached in each pool, as the decision's trace keeps it; a paper of one pool keeps none."""
    found = (STRATUM.fullmatch(code) for code in trace)
    return tuple(
        Stratum(one["pool"], float(one["raw"]), float(one["max"]), float(one["minimum"]) if one["minimum"] else None)
        for one in found
        if one
    )


def is_critical(code: str) -> bool:
    """Say whether this code of a trace tells of a critical item that was answered wrongly."""
    return code.startswith(f"{CRITICAL_WRONG}:")


def _stratum(part: Draw, scores: Iterable[ItemScore]) -> Stratum:
    mine = [score for score in scores if score.stratum == part.pool]
    return Stratum(part.pool, _points(mine), _most(mine), part.minimum)


def _trace(
    assessment: Assessment, scores: tuple[ItemScore, ...], strata: list[Stratum], *, enough: bool
) -> Iterator[str]:
    """Yield how the decision came about, in codes that `reasons.explain` puts into words."""
    yield f"score:{_points(scores):g}/{_most(scores):g}"
    yield f"pass_mark:{assessment.pass_percent}:{'reached' if enough else 'missed'}"
    if len(strata) > 1 or any(stratum.minimum is not None for stratum in strata):
        yield from (stratum.code() for stratum in strata)
    if lost := round(fsum(-score.points for score in scores if score.points < 0), EXACT):
        yield f"penalty:{lost:g}"
    yield from (f"{CRITICAL_WRONG}:{score.item_id}" for score in scores if score.critical and not score.right)
