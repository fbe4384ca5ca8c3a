"""Reason and trace codes in words for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from lms_core.domain.lessons import Lesson
from lms_core.domain.numbers import shown_number
from lms_core.domain.program import TrainingProgram
from lms_core.domain.sentences import Sentence, say, spoken
from lms_core.domain.text import Text

MOST_LESSONS = 3
MODE_NAMES = {
    "in_person": say("zajęć stacjonarnych"),
    "remote_sync": say("zajęć na żywo przez internet"),
    "remote_async": say("nauki własnej przez internet"),
}


def explain(reason: str, program: TrainingProgram) -> str:
    """Return the sentence for a reason code; an unknown code is shown as it is, never hidden."""
    code, _, detail = reason.partition(":")
    if wording := WORDINGS.get(code):
        return wording(detail, program)
    own = next((one.text for one in program.reasons if one.code == code), None)
    return _own(own, detail) if own else say("Niespełniony warunek programu: {reason}.", reason=reason)


def _own(text: Text, detail: str) -> Sentence:
    return spoken(Text(text.pl.replace("{detail}", detail), text.en and text.en.replace("{detail}", detail)))


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
        say("Lekcje do ukończenia: {number}.", number=len(unread)),
        *explained((code for code in codes if code not in unread), program),
    ]


def _is_lesson(reason: str, program: TrainingProgram) -> bool:
    code, _, unit_id = reason.partition(":")
    return code == "not_completed" and isinstance(program.unit(unit_id), Lesson)


def _not_passed(assessment_id: str, program: TrainingProgram) -> str:
    unit = program.unit_of(assessment_id)
    return say("Zalicz: „{title}”.", title=unit.title if unit else assessment_id)


def _not_completed(unit_id: str, program: TrainingProgram) -> str:
    unit = program.unit(unit_id)
    title = unit.title if unit else unit_id
    return (
        say("Ukończ lekcję: „{title}”.", title=title)
        if isinstance(unit, Lesson)
        else say("Ukończ: „{title}”.", title=title)
    )


def _not_observed(unit_id: str, program: TrainingProgram) -> str:
    unit = program.unit(unit_id)
    return say("Osoba prowadząca musi potwierdzić: „{title}”.", title=unit.title if unit else unit_id)


def _minutes_short(detail: str, _program: TrainingProgram) -> str:
    mode, _, minutes = detail.rpartition(":")
    return say("Brakuje {minutes}\u00a0min {mode}.", minutes=minutes, mode=MODE_NAMES.get(mode, mode))


def _score(detail: str, _program: TrainingProgram) -> str:
    return say("Punkty: {points}.", points=shown_number(detail))


def _pass_mark(detail: str, _program: TrainingProgram) -> str:
    percent, _, state = detail.partition(":")
    if state == "reached":
        return say("Próg zaliczenia {percent}%: osiągnięty.", percent=percent)
    return say("Próg zaliczenia {percent}%: nieosiągnięty.", percent=percent)


def _stratum(detail: str, program: TrainingProgram) -> str:
    """Word "temat-3:3/5:4:missed" as „Temat 3: 3/5 < wymagane 4”."""
    pool_id, _, result = detail.partition(":")
    points, _, limit = result.partition(":")
    pool = program.pool(pool_id)
    known = {"title": pool.title if pool and pool.title else pool_id, "points": shown_number(points)}
    if not limit:
        return say("{title}: {points}", **known)
    minimum, _, state = limit.partition(":")
    sign = "≥" if state == "reached" else "<"
    return say("{title}: {points} {sign} wymagane {minimum}", **known, sign=sign, minimum=shown_number(minimum))


def _penalty(detail: str, _program: TrainingProgram) -> str:
    return say("Za błędne odpowiedzi odjęto punkty: {points}.", points=shown_number(detail))


WORDINGS: Mapping[str, Callable[[str, TrainingProgram], str]] = {
    "not_passed": _not_passed,
    "not_completed": _not_completed,
    "not_observed": _not_observed,
    "minutes_short": _minutes_short,
    "no_credential": lambda detail, _program: say("Potrzebne jest ważne zaświadczenie: {title}.", title=detail),
    "too_late": lambda days, _program: say(
        "Minął termin ukończenia programu: {days}\u00a0dni od zapisania się.", days=days
    ),
    "critical_wrong": lambda _item, _program: say("Na pytanie obowiązkowe trzeba odpowiedzieć prawidłowo."),
    "rule_error": lambda _detail, _program: say("Nie udało się sprawdzić warunków ukończenia – sprawdzi je człowiek."),
    "nothing_required": lambda _detail, _program: say("Program nie określa żadnego warunku ukończenia."),
    "score": _score,
    "pass_mark": _pass_mark,
    "stratum": _stratum,
    "penalty": _penalty,
}
