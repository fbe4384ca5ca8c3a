"""What the pages of an attempt show: open sheets, feedback, results."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lms_core.domain.items import ItemView, Response, ScenarioView
from lms_core.domain.numbers import points_text
from lms_core.domain.pair_kinds import paired
from lms_core.domain.program import Mode, Review
from lms_core.domain.sentences import say
from lms_core.domain.text import Text
from lms_core.models import Attempt
from lms_core.services.credentials import BEING_ISSUED
from lms_core.services.results import ItemReview, Result, Sheet
from lms_core.web.filters import prose

WRONG_ONLY = say("Po tym egzaminie widać tylko pytania z błędną odpowiedzią, każde z wyjaśnieniem.")
SCORE_ONLY = say("Po tym egzaminie widać tylko wynik.")
ALWAYS_EXPLAINED = 2
"""The points and the pass mark, which every result page shows anyway."""


def shown_sheet(sheet: Sheet, *, now: datetime, only: int | None = None) -> dict[str, Any]:
    """Return the template's `attempt` for an open attempt.

    `only` is the number of the one question to show, the nearest one when there is no such number.
    """
    worth = {item.points for item in sheet.items}
    items = [_item(number, item, sheet, says_points=worth != {1.0}) for number, item in enumerate(sheet.items, start=1)]
    _name_scenarios(items, [item.scenario for item in sheet.items])
    return _about(sheet.attempt, sheet.unit.title, sheet.assessment.mode) | {
        "server_now": now,
        "late": sheet.attempt.deadline is not None and now > sheet.attempt.deadline,
        "wrong_penalty": bool(sheet.assessment.wrong_penalty),
        "items": items,
        **_only(items, only),
    }


def _only(items: list[dict[str, Any]], number: int | None) -> dict[str, Any]:
    """Return which question is shown alone, and the case that it belongs to."""
    if number is None:
        return {"only": None, "only_case": None}
    one = items[min(max(number, 1), len(items)) - 1]
    return {"only": one["number"], "only_case": one["case_id"]}


def _item(number: int, item: ItemView, sheet: Sheet, *, says_points: bool) -> dict[str, Any]:
    response = sheet.responses.get(item.id, ())
    review = sheet.feedback.get(item.id)
    return {
        "id": item.id,
        "number": number,
        "form": item.form,
        "is_order": item.kind == "ordering",
        "prompt": item.prompt,
        "prompt_html": prose(item.prompt),
        "choices": item.choices,
        "targets": [{"id": target.id, "label": target.text} for target in item.targets],
        "unit": item.unit,
        "points": say("{points}\u00a0pkt", points=item.points) if says_points else None,
        "response": response,
        "text": response[0] if response else "",
        "pairs": paired(response),
        "was": rendered(response),
        "answered": bool(response),
        "remark": sheet.remarks.get(item.id),
        "feedback": _review(number, review) if review else None,
    }


def rendered(response: Response) -> str:
    """Return the response as the form carries it, so that what was changed since can be told."""
    return json.dumps(list(response), ensure_ascii=False, separators=(",", ":")) if response else ""


def _name_scenarios(items: list[dict[str, Any]], scenarios: list[ScenarioView | None]) -> None:
    """Put the case before its first question, its id and title at each of them."""
    before: ScenarioView | None = None
    for item, scenario in zip(items, scenarios, strict=True):
        opens = scenario if scenario and (before is None or scenario.id != before.id) else None
        item["case_id"] = scenario.id if scenario else None
        item["case_title"] = scenario.title if scenario else None
        item["case"] = _case(opens) if opens else None
        before = scenario


def _case(scenario: ScenarioView) -> dict[str, Any]:
    return {"id": scenario.id, "title": scenario.title, "text": scenario.text, "html": prose(scenario.text)}


def shown_result(found: Result) -> dict[str, Any]:
    """Return the template's context for a finished attempt."""
    outcome = found.outcome
    told_above = {f"{one.title}: {points_text(one.raw)}/{points_text(one.max)}" for one in found.subjects}
    explanation = [one for one in found.explanation if one not in told_above]
    explained = explanation if len(explanation) > ALWAYS_EXPLAINED else ()
    return {
        "attempt": _about(found.attempt, found.unit.title, found.assessment.mode),
        "outcome": {
            "percent": outcome.percent if outcome else None,
            "raw": outcome.raw if outcome else None,
            "max": outcome.max if outcome else None,
            "passed": bool(outcome and outcome.success),
            "needs_review": outcome is None,
        },
        "pass_percent": found.assessment.pass_percent,
        "explanation": explained,
        "failures": found.failures,
        "subjects": found.subjects,
        "reasons": found.reasons,
        "review": [_in_case(_review(number, one), one, found) for number, one in enumerate(found.review, start=1)],
        "review_note": _review_note(found),
        "certificate_code": found.certificate_code,
        "certificate_pending": found.certificate_state in BEING_ISSUED,
        "again_note": found.again,
        "tries": found.tries,
        "following": found.following,
    }


def _about(attempt: Attempt, title: Text, mode: Mode) -> dict[str, Any]:
    return {
        "id": attempt.id,
        "on_device": _on_device(attempt),
        "title": title,
        "mode": mode,
        "number": attempt.number,
        "series": attempt.series,
        "deadline": attempt.deadline,
        "enrolment_id": attempt.enrolment_id,
        "unit_id": attempt.unit_id,
        "submitted_at": attempt.finished_at,
        "state": attempt.state,
    }


def _on_device(attempt: Attempt) -> str:
    """Return what answers are kept under on a device: numbers come back when a database is restored or begun anew."""
    return f"{attempt.id}-{attempt.started_at:%Y%m%d%H%M%S%f}"


def _review_note(found: Result) -> str | None:
    if found.outcome is None or found.assessment.mode is Mode.PRACTICE:
        return None
    notes: Mapping[Review, str] = {Review.WRONG: WRONG_ONLY, Review.SCORE: SCORE_ONLY}
    return notes.get(found.assessment.review)


def _in_case(shown: dict[str, Any], one: ItemReview, found: Result) -> dict[str, Any]:
    case = found.program.scenario_of.get(one.item.id)
    return shown | {"case_title": case.title if case else None}


def _review(number: int, one: ItemReview) -> dict[str, Any]:
    points, most = one.score.points, one.score.max
    return {
        "number": number,
        "prompt": one.item.prompt,
        "prompt_html": prose(one.item.prompt),
        "given": one.given,
        "correct": one.correct,
        "right": one.right,
        "critical": one.score.critical,
        "partly": say("Częściowo: {points} z {most} pkt", points=points, most=most) if 0 < points < most else None,
        "notes": one.notes,
        "feedback": one.item.feedback,
        "source": one.item.source,
    }
