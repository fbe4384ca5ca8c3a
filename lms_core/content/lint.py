"""What is wrong, doubtful or could be better in a program's files: errors, warnings and hints with their lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import chain
from types import MappingProxyType

from lms_core.content.lint_assessments import assessment_remarks
from lms_core.content.lint_items import item_remarks
from lms_core.content.lint_lessons import lesson_remarks, prose_problems
from lms_core.content.loader import Loaded
from lms_core.content.problems import Problem, Remark, Severity
from lms_core.content.prose import prose_findings
from lms_core.content.snapshot import canonical_json
from lms_core.content.structure import units_with_paths
from lms_core.content.toml_lines import Path
from lms_core.domain.calendar import WARSAW
from lms_core.domain.lessons import Lesson
from lms_core.domain.outcome import Outcome
from lms_core.domain.permissions import ROLES_FOR, Act
from lms_core.domain.program import TrainingProgram
from lms_core.domain.reasons import WORDINGS, explained
from lms_core.domain.rules import MODES, STOCK_RULES, HoldsCredential, MinMinutes, Progress, Status, parts

HALF_A_YEAR = 184
"""Days of the longest six months: the law of civil protection has moved faster than once a year."""
PASSED = Outcome(scaled=1.0, raw=1.0, max=1.0, success=True, completion=True)


def lint(loaded: Loaded, *, today: date) -> list[Problem]:
    """Return all that an author should know on this day, sorted by file and line."""
    remarks = _remarks(loaded.program, today)
    found = [loaded.files.problem(path, message, severity) for path, severity, message in remarks]
    return in_order([*loaded.misfits(), *found, *prose_problems(loaded)])


def lint_values(program: TrainingProgram, *, today: date) -> list[Problem]:
    """Return the same of a program whose files are not at hand: `file` is the place among its values."""
    found = [Problem(_dotted(path), None, message, severity) for path, severity, message in _remarks(program, today)]
    for path, unit in units_with_paths(program):
        if isinstance(unit, Lesson):
            place = _dotted((*path, "body"))
            found += [Problem(place, line, said, grave) for line, grave, said in prose_findings(unit.body.pl)]
    return found


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)


def _remarks(program: TrainingProgram, today: date) -> Iterator[Remark]:
    return chain(
        _law(program, today),
        _certificate(program),
        _completion(program),
        _reason_texts(program),
        lesson_remarks(program),
        assessment_remarks(program),
        item_remarks(program),
    )


def in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda one: (one.file, one.line or 0))


def changed_under_its_version(loaded: Loaded, earlier: TrainingProgram) -> Problem | None:
    """Return what speaks against the version when an earlier state of the same program is known."""
    program = loaded.program
    if program.version == earlier.version and canonical_json(loaded.offered) != canonical_json(earlier):
        return version_problem(loaded)
    if _ordered(program.version) < _ordered(earlier.version):
        message = f"wersja {program.version} jest niższa niż wcześniejsza, {earlier.version}: podnieś version"
        return loaded.files.problem(("version",), message)
    return None


def version_problem(loaded: Loaded) -> Problem:
    message = (
        f"treść zmieniła się pod wersją {loaded.program.version}: podnieś version; "
        "kto już się zapisał, zostaje przy poprzedniej treści"
    )
    return loaded.files.problem(("version",), message)


def _ordered(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def _law(program: TrainingProgram, today: date) -> Iterator[Remark]:
    if program.overdue(today):
        message = f"stan prawny z {program.law_as_of} miał zostać sprawdzony do {program.review_by}"
        yield ("review_by",), Severity.WARNING, f"{message}: przejrzyj treść i podnieś law_as_of, review_by i version"
    if (program.review_by - program.law_as_of).days > HALF_A_YEAR:
        message = "przegląd dopiero po ponad pół roku: przepisy zmieniają się częściej, podaj bliższy review_by"
        yield ("review_by",), Severity.WARNING, message
    if program.law_as_of > today:
        yield (
            ("law_as_of",),
            Severity.WARNING,
            f"stan prawny z przyszłości ({program.law_as_of}): podaj dzień sprawdzenia",
        )


def _certificate(program: TrainingProgram) -> Iterator[Remark]:
    paper = program.certificate
    if paper is None:
        return
    path = ("certificate", "legal_basis")
    if not paper.legal_basis:
        yield (
            path,
            Severity.WARNING,
            "zaświadczenie nie podaje podstawy prawnej: dopisz ją albo opisz charakter programu",
        )
    if not all(basis.strip() for basis in paper.legal_basis):
        yield path, Severity.ERROR, "pusta podstawa prawna: usuń ją albo wpisz przepis"


def _completion(program: TrainingProgram) -> Iterator[Remark]:
    """Ask the rule about somebody who did everything. Only stock rules: what a plugin's own needs is not known here."""
    if not all(isinstance(part, STOCK_RULES) for part in parts(program.completion)):
        return
    verdict = program.completion(_everything_done(program))
    if verdict.status is not Status.SATISFIED:
        said = " ".join(explained(verdict.reasons, program))
        yield ("completion",), Severity.ERROR, f"tego warunku nikt nie spełni, nawet po zrobieniu wszystkiego: {said}"


def _everything_done(program: TrainingProgram) -> Progress:
    rules = list(parts(program.completion))
    own = program.certificate.id if program.certificate else None
    witnesses = frozenset(str(role) for role in ROLES_FOR[Act.RECORD_FACTS])
    minutes = max((rule.minutes for rule in rules if isinstance(rule, MinMinutes)), default=0)
    now = datetime.combine(program.law_as_of, time(12), WARSAW)
    return Progress(
        now,
        now,
        outcomes=MappingProxyType({one.id: PASSED for one in program.assessments}),
        completed_units=frozenset(unit.id for unit in program.units),
        minutes=MappingProxyType(dict.fromkeys(MODES, minutes)),
        credentials=frozenset(rule.achievement_id for rule in rules if isinstance(rule, HoldsCredential)) - {own},
        observations=MappingProxyType({unit.id: witnesses for unit in program.units}),
    )


def _reason_texts(program: TrainingProgram) -> Iterator[Remark]:
    seen = set(WORDINGS)
    for index, reason in enumerate(program.reasons):
        if reason.code in seen:
            message = (
                f"kod „{reason.code}” ma już swój tekst, więc ten nigdy się nie pokaże: zmień kod albo usuń tabelę"
            )
            yield ("reason", index, "code"), Severity.WARNING, message
        seen.add(reason.code)
