"""Checks that one schema cannot make: identifiers that repeat or point nowhere, and draws that cannot be drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from lms_core.content.toml_lines import Path
from lms_core.domain.items import Item
from lms_core.domain.program import Assessment, AssessmentUnit, Draw, Mode, TrainingProgram
from lms_core.domain.rules import AllOf, AnyOf, Completed, CompletionRule, Passed

Finding = tuple[Path, str]
EXAM_CERTAINTIES = {"A", "D"}
PRACTICE_CERTAINTIES = {"A", "B", "D"}


def findings(program: TrainingProgram) -> Iterator[Finding]:
    """Yield (path in the program document, message) for everything that does not fit together."""
    yield from _repeated(program)
    for index, assessment in enumerate(program.assessments):
        yield from _draws(program, assessment, path=("assessment", index, "draw"))
    for course_index, course in enumerate(program.courses):
        for unit_index, unit in enumerate(course.units):
            path = ("course", course_index, "unit", unit_index, "assessment")
            if isinstance(unit, AssessmentUnit) and not program.assessment(unit.assessment):
                yield path, f"nie ma sprawdzianu „{unit.assessment}”"
    yield from ((("completion",), message) for message in _rule(program, program.completion))
    if program.review_by < program.law_as_of:
        yield ("review_by",), "termin przeglądu jest wcześniejszy niż stan prawny"


def _repeated(program: TrainingProgram) -> Iterator[Finding]:
    named: dict[str, Iterable[tuple[Path, str]]] = {
        "kursu": ((("course", index), course.id) for index, course in enumerate(program.courses)),
        "jednostki": (
            (("course", at, "unit", index), unit.id)
            for at, course in enumerate(program.courses)
            for index, unit in enumerate(course.units)
        ),
        "puli": ((("pool", index), pool.id) for index, pool in enumerate(program.pools)),
        "sprawdzianu": ((("assessment", index), one.id) for index, one in enumerate(program.assessments)),
        "pytania": (
            (("pool", at, "item", index), item.id)
            for at, pool in enumerate(program.pools)
            for index, item in enumerate(pool.items)
        ),
    }
    for noun, places in named.items():
        seen: set[str] = set()
        for path, name in places:
            if name in seen:
                yield (*path, "id"), f"identyfikator {noun} „{name}” powtarza się"
            seen.add(name)


def _draws(program: TrainingProgram, assessment: Assessment, *, path: Path) -> Iterator[Finding]:
    pools = {pool.id: pool.items for pool in program.pools}
    allowed = EXAM_CERTAINTIES if assessment.mode is Mode.EXAM else PRACTICE_CERTAINTIES
    for pool_id, times in Counter(part.pool for part in assessment.draw).items():
        if times > 1:
            yield path, f"pula „{pool_id}” jest losowana {times} razy; połącz to w jedno losowanie"
    for part in assessment.draw:
        if part.pool in pools:
            yield from ((path, message) for message in _draw(pools[part.pool], part, allowed=allowed))
        else:
            yield path, f"nie ma puli „{part.pool}”"


def _draw(items: tuple[Item, ...], part: Draw, *, allowed: set[str]) -> Iterator[str]:
    critical = sum(item.critical for item in items)
    if len(items) < part.count:
        yield f"pula „{part.pool}” liczy {len(items)} pytań, a losowanych ma być {part.count}"
    if critical > part.count:
        yield f"pula „{part.pool}” ma {critical} pytań obowiązkowych, a losowanych ma być {part.count}"
    for item in items:
        if item.certainty not in allowed:
            yield f"pytanie „{item.id}” ma pewność {item.certainty}; tu wolno tylko: {', '.join(sorted(allowed))}"


def _rule(program: TrainingProgram, rule: CompletionRule) -> Iterator[str]:
    match rule:
        case Passed(assessment_id):
            if not program.assessment(assessment_id):
                yield f"reguła wymaga sprawdzianu „{assessment_id}”, którego nie ma"
            elif not program.unit_of(assessment_id):
                yield f"sprawdzian „{assessment_id}” nie jest częścią żadnego kursu, więc nikt go nie zaliczy"
        case Completed(unit_ids):
            yield from (f"reguła wymaga jednostki „{one}”, której nie ma" for one in unit_ids if not program.unit(one))
        case AllOf(rules) | AnyOf(rules):
            for part in rules:
                yield from _rule(program, part)
