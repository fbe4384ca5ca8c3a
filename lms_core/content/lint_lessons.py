"""The lint of lessons: Markdown that would come out spoilt, sources, and declared minutes against words."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor

from lms_core.content.loader import Loaded
from lms_core.content.problems import Problem, Remark, Severity
from lms_core.content.prose import prose_findings, words
from lms_core.content.structure import units_with_paths
from lms_core.domain.lessons import Lesson
from lms_core.domain.program import TrainingProgram

SLOWEST, FASTEST = 60, 240
"""Words a minute. People read aloud 184 ± 29 in 17 languages, Polish among them (IReST, doi:10.1167/iovs.11-8284):
faster than two deviations above that is skimming; a third of it leaves two minutes to think for each one of reading."""


def lesson_remarks(program: TrainingProgram) -> Iterator[Remark]:
    for path, unit in units_with_paths(program):
        if not isinstance(unit, Lesson):
            continue
        if not unit.sources:
            yield path, Severity.WARNING, f"lekcja „{unit.id}” nie podaje źródeł: dopisz sources"
        if not all(source.strip() for source in unit.sources):
            yield (*path, "sources"), Severity.ERROR, "puste źródło: usuń je albo podaj przepis lub publikację"
        count = words(unit.body.pl)
        least, most = max(1, floor(count / FASTEST)), ceil(count / SLOWEST)
        if count and not least <= unit.minutes <= most:
            message = f"zadeklarowano {unit.minutes} min, a na tyle słów ({count}) potrzeba od {least} do {most} min"
            yield (*path, "minutes"), Severity.WARNING, f"{message}: popraw minutes albo treść"


def prose_problems(loaded: Loaded) -> Iterator[Problem]:
    """Yield what each Markdown file has at its lines; a file that serves twice is told once."""
    for name in dict.fromkeys(loaded.files.lesson_files.values()):
        for line, severity, message in prose_findings(loaded.files.texts[name]):
            yield Problem(name, line, message, severity)
