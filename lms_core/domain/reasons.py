"""Reason and trace codes in words for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from lms_core.domain.lessons import Lesson
from lms_core.domain.numbers import shown_number
from lms_core.domain.program import TrainingProgram

MOST_LESSONS = 3
MODE_NAMES = {
    "in_person": "zajęć stacjonarnych",
    "remote_sync": "zajęć na żywo przez internet",
    "remote_async": "nauki własnej przez internet",
}


def explain(reason: str, program: TrainingProgram) -> str:
    """Return the Polish sentence for a reason code; an unknown code is shown as it is, never hidden."""
    code, _, detail = reason.partition(":")
    if wording := WORDINGS.get(code):
        return wording(detail, program)
    own = next((one.text for one in program.reasons if one.code == code), None)
    return str(own).replace("{detail}", detail) if own else f"Niespełniony warunek programu: {reason}."


def explained(reasons: Iterable[str], program: TrainingProgram) -> list[str]:
    """Return each sentence once: two wrong critical items are told in one."""
    return list(dict.fromkeys(explain(reason, program) for reason in reasons))


def briefly(reasons: Iterable[str], program: TrainingProgram) -> list[str]:
    """Return the sentences for a list: many unread lessons are one number, not as many lines."""
    codes = list(reasons)
    unread = [code for code in codes if _is_lesson(code, program)]
    if len(unread) <= MOST_LESSONS:
        return explained(codes, program)
    return [
        f"Lekcje do ukończenia: {len(unread)}.",
        *explained((code for code in codes if code not in unread), program),
    ]


def _is_lesson(reason: str, program: TrainingProgram) -> bool:
    code, _, unit_id = reason.partition(":")
    return code == "not_completed" and isinstance(program.unit(unit_id), Lesson)


def _not_passed(assessment_id: str, program: TrainingProgram) -> str:
    unit = program.unit_of(assessment_id)
    return f"Zalicz: „{unit.title if unit else assessment_id}”."


def _not_completed(unit_id: str, program: TrainingProgram) -> str:
    unit = program.unit(unit_id)
    what = "Ukończ lekcję" if isinstance(unit, Lesson) else "Ukończ"
    return f"{what}: „{unit.title if unit else unit_id}”."


def _not_observed(unit_id: str, program: TrainingProgram) -> str:
    unit = program.unit(unit_id)
    return f"Osoba prowadząca musi potwierdzić: „{unit.title if unit else unit_id}”."


def _minutes_short(detail: str, _program: TrainingProgram) -> str:
    mode, _, minutes = detail.rpartition(":")
    return f"Brakuje {minutes}\u00a0min {MODE_NAMES.get(mode, mode)}."


def _score(detail: str, _program: TrainingProgram) -> str:
    return f"Punkty: {shown_number(detail)}."


def _pass_mark(detail: str, _program: TrainingProgram) -> str:
    percent, _, state = detail.partition(":")
    return f"Próg zaliczenia {percent}%: {'osiągnięty' if state == 'reached' else 'nieosiągnięty'}."


def _stratum(detail: str, program: TrainingProgram) -> str:
    """Word "temat-3:3/5:4:missed" as „Temat 3: 3/5 < wymagane 4”."""
    pool_id, _, result = detail.partition(":")
    points, _, limit = result.partition(":")
    pool = program.pool(pool_id)
    said = f"{pool.title if pool and pool.title else pool_id}: {shown_number(points)}"
    if not limit:
        return said
    minimum, _, state = limit.partition(":")
    return f"{said} {'≥' if state == 'reached' else '<'} wymagane {shown_number(minimum)}"


def _penalty(detail: str, _program: TrainingProgram) -> str:
    return f"Za błędne odpowiedzi odjęto punkty: {shown_number(detail)}."


WORDINGS: Mapping[str, Callable[[str, TrainingProgram], str]] = {
    "not_passed": _not_passed,
    "not_completed": _not_completed,
    "not_observed": _not_observed,
    "minutes_short": _minutes_short,
    "no_credential": lambda detail, _program: f"Potrzebne jest ważne zaświadczenie: {detail}.",
    "too_late": lambda days, _program: f"Minął termin ukończenia programu: {days}\u00a0dni od zapisania się.",
    "critical_wrong": lambda _item, _program: "Na pytanie obowiązkowe trzeba odpowiedzieć prawidłowo.",
    "rule_error": lambda _detail, _program: "Nie udało się sprawdzić warunków ukończenia – sprawdzi je człowiek.",
    "nothing_required": lambda _detail, _program: "Program nie określa żadnego warunku ukończenia.",
    "score": _score,
    "pass_mark": _pass_mark,
    "stratum": _stratum,
    "penalty": _penalty,
}
