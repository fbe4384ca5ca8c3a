"""The lint of assessments and pools: pass marks that decide nothing, questions given away, minutes nobody needs."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from lms_core.content.problems import Remark, Severity
from lms_core.content.structure import units_with_paths
from lms_core.content.toml_lines import Path
from lms_core.domain.program import Assessment, AssessmentUnit, Draw, Mode, Pool, TrainingProgram
from lms_core.domain.rules import mentioned

LEAST_MINUTES, MOST_MINUTES = 0.5, 4
"""Minutes for a question: half a minute is the usual allowance for true or false; four leave time to read a case."""
PERCENT = 100


def assessment_remarks(program: TrainingProgram) -> Iterator[Remark]:
    required = mentioned(program.completion).assessments
    for index, assessment in enumerate(program.assessments):
        path = ("assessment", index)
        if not program.unit_of(assessment.id) and assessment.id not in required:
            message = (
                f"żadna jednostka nie prowadzi do sprawdzianu „{assessment.id}”: dodaj jednostkę albo usuń sprawdzian"
            )
            yield path, Severity.WARNING, message
        for key, severity, message in (*_draws(program, assessment), *_marks(program, assessment)):
            yield (*path, *key), severity, message
    yield from _pools(program)
    yield from _minutes(program)


def _known(program: TrainingProgram, assessment: Assessment) -> list[tuple[int, Draw, Pool]]:
    """The draws whose pool exists and holds something; the others are errors already."""
    found = ((index, part, program.pool(part.pool)) for index, part in enumerate(assessment.draw))
    return [(index, part, pool) for index, part, pool in found if pool and pool.blocks]


def _draws(program: TrainingProgram, assessment: Assessment) -> Iterator[Remark]:
    exams = {part.pool for one in program.assessments if one.mode is Mode.EXAM for part in one.draw}
    for index, part, pool in _known(program, assessment):
        path = ("draw", index)
        if assessment.mode is Mode.PRACTICE and part.pool in exams:
            message = (
                f"pula „{part.pool}” służy też egzaminowi, a ćwiczenie pokazuje odpowiedzi: daj ćwiczeniu własną pulę"
            )
            yield path, Severity.WARNING, message
        critical = sum(any(item.critical for item in block) for block in pool.blocks)
        if critical == part.count < len(pool.blocks):
            message = f"pytania obowiązkowe puli „{part.pool}” zajmują całe losowanie: pozostałych nikt nie zobaczy"
            yield path, Severity.WARNING, message


def _marks(program: TrainingProgram, assessment: Assessment) -> Iterator[Remark]:
    known = _known(program, assessment)
    maximum = sum(part.count * sum(item.points for item in pool.blocks[0]) for _, part, pool in known)
    minima = sum(part.minimum or 0 for _, part, _ in known)
    if minima * PERCENT > assessment.pass_percent * maximum:
        message = (
            f"minima z pul dają razem {minima:g} z {maximum:g} pkt, więcej niż próg: podnieś pass_percent albo je obniż"
        )
        yield ("pass_percent",), Severity.WARNING, message
    every = [item for _, _, pool in known for item in pool.every_item]
    if every and all(item.critical for item in every) and assessment.pass_percent < PERCENT:
        message = (
            f"każde pytanie jest obowiązkowe (critical), więc próg {assessment.pass_percent}% nic nie znaczy: ustaw 100"
        )
        yield ("pass_percent",), Severity.WARNING, message
    questions = program.items_count(assessment)
    if assessment.time_limit_minutes and assessment.time_limit_minutes < questions * LEAST_MINUTES:
        message = f"limit {assessment.time_limit_minutes} min daje mniej niż pół minuty na pytanie (pytań: {questions})"
        yield ("time_limit_minutes",), Severity.WARNING, f"{message}: wydłuż go albo losuj mniej"


def _pools(program: TrainingProgram) -> Iterator[Remark]:
    drawn = {part.pool for one in program.assessments for part in one.draw}
    reported = {part.pool for one in program.assessments for part in one.draw if _shows_strata(one)}
    for index, pool in enumerate(program.pools):
        if pool.id not in drawn:
            message = f"żaden sprawdzian nie losuje z puli „{pool.id}”: dodaj losowanie albo usuń pulę"
            yield ("pool", index), Severity.WARNING, message
        elif pool.id in reported and not pool.title:
            message = f"wynik podaje punkty z tej puli, a bez tytułu (title) uczący się zobaczy tylko „{pool.id}”"
            yield ("pool", index), Severity.WARNING, message


def _shows_strata(assessment: Assessment) -> bool:
    return len(assessment.draw) > 1 or any(part.minimum is not None for part in assessment.draw)


def _minutes(program: TrainingProgram) -> Iterator[Remark]:
    for path, unit in units_with_paths(program):
        assessment = program.assessment(unit.assessment) if isinstance(unit, AssessmentUnit) else None
        if assessment:
            questions = program.items_count(assessment)
            yield from _declared(unit.minutes, questions, path=(*path, "minutes"))


def _declared(minutes: int, questions: int, *, path: Path) -> Iterator[Remark]:
    least, most = ceil(questions * LEAST_MINUTES), questions * MOST_MINUTES
    if not least <= minutes <= most:
        message = f"zadeklarowano {minutes} min, a na tyle pytań ({questions}) potrzeba od {least} do {most} min"
        yield path, Severity.WARNING, f"{message}: popraw minutes"
