"""Checks that one schema cannot make: identifiers that repeat or point nowhere, draws nobody can draw or pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import fsum

from lms_core.content.rule_code import RuleReference
from lms_core.content.toml_lines import Path
from lms_core.domain.errors import Invalid
from lms_core.domain.item_kinds import kind_of
from lms_core.domain.items import Item
from lms_core.domain.lessons import Lesson
from lms_core.domain.program import Assessment, AssessmentUnit, Draw, Mode, Pool, TrainingProgram, Unit
from lms_core.domain.rules import CompletionRule, mentioned, parts
from lms_core.domain.scoring import EXACT

Finding = tuple[Path, str]
EXAM_CERTAINTIES = {"A", "D"}
PRACTICE_CERTAINTIES = {"A", "B", "D"}


def findings(program: TrainingProgram) -> Iterator[Finding]:
    """Yield (path in the program document, message) for everything that does not fit together."""
    yield from _repeated(program)
    for index, pool in enumerate(program.pools):
        yield from ((("pool", index), message) for message in _pool(pool))
        if pool.course and not program.course(pool.course):
            yield ("pool", index, "course"), f"pula „{pool.id}” należy do kursu „{pool.course}”, którego nie ma"
    for index, assessment in enumerate(program.assessments):
        yield from _draws(program, assessment, path=("assessment", index, "draw"))
        yield from ((("assessment", index, "refresher"), message) for message in _refresher(program, assessment))
    yield from _assessment_units(program)
    for path, item in items_with_paths(program):
        yield from ((path, message) for message in _key(item))
    yield from ((("completion",), message) for message in _rule(program, program.completion))
    yield from _roles_and_notes(program)
    if program.review_by < program.law_as_of:
        yield ("review_by",), "termin przeglądu jest wcześniejszy niż stan prawny"


def _repeated(program: TrainingProgram) -> Iterator[Finding]:
    named: dict[str, list[tuple[Path, str]]] = {
        "kursu": [(("course", index), course.id) for index, course in enumerate(program.courses)],
        "jednostki": [(path, unit.id) for path, unit in units_with_paths(program)],
        "puli": [(("pool", index), pool.id) for index, pool in enumerate(program.pools)],
        "sprawdzianu": [(("assessment", index), one.id) for index, one in enumerate(program.assessments)],
        "opisu sytuacji": list(_cases(program)),
        "pytania": [(path, item.id) for path, item in items_with_paths(program)],
        "roli": [(("role", index), role.id) for index, role in enumerate(program.roles)],
    }
    for noun, places in named.items():
        seen: set[str] = set()
        for path, name in places:
            if name in seen:
                yield (*path, "id"), f"identyfikator {noun} „{name}” powtarza się"
            seen.add(name)


def _roles_and_notes(program: TrainingProgram) -> Iterator[Finding]:
    known = {role.id for role in program.roles}
    for index, note in enumerate(program.notes):
        if not program.unit(note.unit):
            yield ("notes", index, "unit"), f"uwaga dotyczy jednostki „{note.unit}”, której nie ma"
        for role in note.roles:
            if role not in known:
                yield ("notes", index, "roles"), f"uwaga dotyczy roli „{role}”, której nie ma"
    terms = [term.term.casefold() for term in program.glossary]
    for index, term in enumerate(terms):
        if term in terms[:index]:
            yield ("glossary", index, "term"), f"hasło słownika „{term}” powtarza się"
    wording = program.certificate.entitled if program.certificate else None
    if wording and not any(role.entitlement for role in program.roles):
        message = "potrzebna jest rola, która mówi, kto może szkolić: dopisz entitlement w [[role]]"
        yield ("certificate", "entitled"), message


def _cases(program: TrainingProgram) -> Iterator[tuple[Path, str]]:
    for at, pool in enumerate(program.pools):
        yield from ((("pool", at, "scenario", index), case.id) for index, case in enumerate(pool.scenarios))


def units_with_paths(program: TrainingProgram) -> Iterator[tuple[Path, Unit]]:
    """Yield every unit with its path in the program document."""
    for at, course in enumerate(program.courses):
        yield from ((("course", at, "unit", index), unit) for index, unit in enumerate(course.units))


def items_with_paths(program: TrainingProgram) -> Iterator[tuple[Path, Item]]:
    """Yield every item with its path in the program document."""
    for at, pool in enumerate(program.pools):
        yield from ((("pool", at, "item", index), item) for index, item in enumerate(pool.items))
        for index, case in enumerate(pool.scenarios):
            path = ("pool", at, "scenario", index, "item")
            yield from (((*path, number), item) for number, item in enumerate(case.items))


def _assessment_units(program: TrainingProgram) -> Iterator[Finding]:
    """Only the first place of an assessment is ever completed, so there is one."""
    places: dict[str, str] = {}
    for path, unit in units_with_paths(program):
        if not isinstance(unit, AssessmentUnit):
            continue
        if not program.assessment(unit.assessment):
            yield (*path, "assessment"), f"nie ma sprawdzianu „{unit.assessment}”"
        elif unit.assessment in places:
            first = places[unit.assessment]
            yield (*path, "assessment"), f"sprawdzian „{unit.assessment}” ma już miejsce w jednostce „{first}”"
        places.setdefault(unit.assessment, unit.id)


def _refresher(program: TrainingProgram, assessment: Assessment) -> Iterator[str]:
    if assessment.refresher is None:
        return
    unit = program.unit(assessment.refresher)
    if unit is None:
        yield f"nie ma jednostki „{assessment.refresher}”"
    elif not isinstance(unit, Lesson):
        yield f"powtórką może być tylko lekcja, a „{unit.id}” to sprawdzian"


def _key(item: Item) -> Iterator[str]:
    """What the author calls right must be right when a learner gives it."""
    kind = kind_of(item)
    accepted = [[answer] for answer in item.answers] or [list(kind.key(item))]
    for answer in accepted:
        try:
            earned = kind.share(item, kind.read(item, answer))
        except Invalid as refusal:
            yield f"prawidłowej odpowiedzi nie da się podać: {refusal.message}"
        else:
            if earned < 1:
                yield f"prawidłowa odpowiedź „{', '.join(answer)}” nie daje punktów: sprawdź answer i unit"


def _pool(pool: Pool) -> Iterator[str]:
    """A paper must be worth the same for everybody, whatever is drawn."""
    if pool.items and pool.scenarios:
        yield "pula ma albo pytania (item), albo opisy sytuacji z pytaniami (scenario), nie jedne i drugie"
    elif not pool.blocks:
        yield "pula jest pusta"
    elif len({len(block) for block in pool.blocks}) > 1:
        yield "opisy sytuacji w jednej puli muszą mieć tyle samo pytań"
    elif len({round(fsum(item.points for item in block), EXACT) for block in pool.blocks}) > 1:
        yield "pytania losowane z jednej puli muszą być warte tyle samo punktów; inne przenieś do osobnej puli"


def _draws(program: TrainingProgram, assessment: Assessment, *, path: Path) -> Iterator[Finding]:
    allowed = EXAM_CERTAINTIES if assessment.mode is Mode.EXAM else PRACTICE_CERTAINTIES
    for pool_id, times in Counter(part.pool for part in assessment.draw).items():
        if times > 1:
            yield path, f"pula „{pool_id}” jest losowana więcej niż raz; połącz to w jedno losowanie"
    for index, part in enumerate(assessment.draw):
        pool = program.pool(part.pool)
        if pool is None:
            yield (*path, index), f"nie ma puli „{part.pool}”"
        elif pool.blocks:
            yield from (((*path, index), message) for message in _draw(pool, part, allowed=allowed))


def _draw(pool: Pool, part: Draw, *, allowed: set[str]) -> Iterator[str]:
    what = "opisów sytuacji" if pool.scenarios else "pytań"
    critical = sum(any(item.critical for item in block) for block in pool.blocks)
    reachable = round(part.count * fsum(item.points for item in pool.blocks[0]), EXACT)
    if len(pool.blocks) < part.count:
        yield f"pula „{part.pool}” ma za mało {what} ({len(pool.blocks)}): losowanych ma być {part.count}"
    if critical > part.count:
        yield f"pula „{part.pool}” ma za dużo obowiązkowych {what} ({critical}): losowanych ma być {part.count}"
    if part.minimum is not None and part.minimum > reachable:
        yield f"minimum {part.minimum:g} jest nieosiągalne: z puli „{part.pool}” można zdobyć {reachable:g} pkt"
    for item in pool.every_item:
        if item.certainty not in allowed:
            yield f"pytanie „{item.id}” ma pewność {item.certainty}; tu wolno tylko: {', '.join(sorted(allowed))}"


def _rule(program: TrainingProgram, rule: CompletionRule) -> Iterator[str]:
    named = mentioned(rule)
    for assessment_id in sorted(named.assessments):
        if not program.assessment(assessment_id):
            yield f"reguła wymaga sprawdzianu „{assessment_id}”, którego nie ma"
        elif not program.unit_of(assessment_id):
            yield f"sprawdzian „{assessment_id}” nie jest częścią żadnego kursu, więc nikt go nie zaliczy"
    for unit_id in sorted(named.units):
        if not program.unit(unit_id):
            yield f"reguła wymaga jednostki „{unit_id}”, której nie ma"
    for part in parts(rule):
        if isinstance(part, RuleReference):
            yield f"nie ma kodu reguły „{part.code.name}”; regułę w Pythonie podaje się w load_program(…, completion=…)"
