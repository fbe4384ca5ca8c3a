"""Scoring: pure, from the paper, the responses and the text that the learner saw."""

from __future__ import annotations

from collections.abc import Mapping

from lms_core.domain.items import STOCK_KINDS, Item, Response
from lms_core.domain.outcome import ItemScore, Outcome
from lms_core.domain.paper import Paper
from lms_core.domain.program import Assessment


def item_scores(paper: Paper, items: Mapping[str, Item], responses: Mapping[str, Response]) -> tuple[ItemScore, ...]:
    return tuple(_item_score(items[entry.item_id], responses.get(entry.item_id, ())) for entry in paper)


def _item_score(item: Item, response: Response) -> ItemScore:
    points = STOCK_KINDS[item.kind].points(item, response) if response else 0.0
    return ItemScore(item.id, points, 1.0, critical=item.critical)


def outcome(assessment: Assessment, scores: tuple[ItemScore, ...]) -> Outcome:
    """Passed when the share of points reaches the pass mark and no critical item is wrong."""
    raw, maximum = sum(score.points for score in scores), sum(score.max for score in scores)
    scaled = raw / maximum if maximum else 0.0
    missing = round(assessment.pass_percent * maximum - raw * 100, 9)  # parts of points are binary fractions: 0.7
    enough = bool(maximum) and missing <= 0
    wrong_critical = [score.item_id for score in scores if score.critical and not score.right]
    trace = (
        f"score:{raw:g}/{maximum:g}",
        f"pass_mark:{assessment.pass_percent}:{'reached' if enough else 'missed'}",
        *(f"critical_wrong:{item_id}" for item_id in wrong_critical),
    )
    success = enough and not wrong_critical
    return Outcome(scaled=scaled, raw=raw, max=maximum, success=success, completion=True, trace=trace)
