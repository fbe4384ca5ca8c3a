"""Reason codes of stock rules and traces, in words for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lms_core.domain.program import Lesson, TrainingProgram


def explain(reason: str, program: TrainingProgram) -> str:
    """Return the Polish sentence for a reason code; an unknown code is shown as it is, never hidden."""
    code, _, detail = reason.partition(":")
    wording = WORDINGS.get(code)
    return wording(detail, program) if wording else f"Niespełniony warunek programu: {reason}."


def _not_passed(assessment_id: str, program: TrainingProgram) -> str:
    unit = program.unit_of(assessment_id)
    return f"Zalicz: „{unit.title if unit else assessment_id}”."


def _not_completed(unit_id: str, program: TrainingProgram) -> str:
    unit = program.unit(unit_id)
    what = "Ukończ lekcję" if isinstance(unit, Lesson) else "Ukończ"
    return f"{what}: „{unit.title if unit else unit_id}”."


WORDINGS: Mapping[str, Callable[[str, TrainingProgram], str]] = {
    "not_passed": _not_passed,
    "not_completed": _not_completed,
    "critical_wrong": lambda _item, _program: "Na pytanie obowiązkowe trzeba odpowiedzieć prawidłowo.",
    "nothing_required": lambda _detail, _program: "Program nie określa żadnego warunku ukończenia.",
}
