"""What `lms plugin check` says of one program directory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

import click

from lms_core.content.checking import checked, roots_in, stand_in
from lms_core.content.lint import changed_under_its_version, in_order, version_problem
from lms_core.content.loader import PROGRAM_FILE, Loaded, read_program
from lms_core.content.problems import ContentInvalid, Problem, Severity
from lms_core.content.snapshot import canonical_json, digest_of
from lms_core.domain.program import TrainingProgram
from lms_core.plugin_host import Offer, Plugins

Contradictions = Callable[[Plugins], dict[str, str]]
"""Asks an installation's database: program id -> why its content cannot be what the version says."""


@dataclass(frozen=True, slots=True)
class Report:
    root: Path
    problems: tuple[Problem, ...]
    loaded: Loaded | None

    @property
    def errors(self) -> int:
        return sum(problem.severity is Severity.ERROR for problem in self.problems)

    def lines(self) -> Iterator[str]:
        """Yield each problem with a path that an editor opens from here, then the sum."""
        yield from (f"{self.root / problem.file}{str(problem).removeprefix(problem.file)}" for problem in self.problems)
        times = Counter(problem.severity for problem in self.problems)
        doubts = f"ostrzeżenia: {times[Severity.WARNING]}, wskazówki: {times[Severity.HINT]}"
        if self.errors or self.loaded is None:
            yield f"{self.root}: błędy: {self.errors}, {doubts}"
            return
        program = self.loaded.program
        verdict = f"bez błędów, {doubts}" if self.problems else "w porządku"
        counts = f"jednostek: {len(program.units)}, pytań: {len(program.items)}"
        yield f"{self.root}: {verdict}: {program.id} {program.version}, {counts}"


def program_roots(folder: Path) -> list[Path]:
    """Return the program directories in the folder: itself, or those of a plugin's package."""
    if not folder.is_dir():
        what = "to plik, a potrzebny jest katalog programu" if folder.exists() else "nie istnieje"
        raise click.UsageError(f"{folder} {what}; podaj katalog, w którym jest {PROGRAM_FILE}")
    found = roots_in(folder)
    if not found:
        raise click.ClickException(f"w katalogu {folder} nie ma pliku {PROGRAM_FILE} (ani w jego src/*/content)")
    return found


def earlier_program(folder: Path) -> TrainingProgram:
    """Return the program that an older directory holds; refuse one that cannot be read."""
    root, *others = program_roots(folder)
    if others:
        raise click.UsageError(f"{folder} zawiera kilka programów; podaj katalog jednego z nich")
    try:
        return read_program(root, completion=stand_in(root)).offered
    except ContentInvalid as invalid:
        raise click.ClickException(f"nie da się porównać z {root}: {invalid.problems[0]}") from invalid


def check(root: Path, *, today: date, earlier: TrainingProgram | None, stored: Contradictions) -> Report:
    found = checked(root, today=today)
    loaded = found.loaded
    if loaded is None:
        return Report(root, found.problems, None)
    problems = list(found.problems)
    if not found.rule_in_python and stored(_as_offered(loaded.offered)):
        problems.append(version_problem(loaded))
    if earlier:
        problems += _compared(loaded, earlier)
    return Report(root, tuple(in_order(list(dict.fromkeys(problems)))), loaded)


def _compared(loaded: Loaded, earlier: TrainingProgram) -> list[Problem]:
    if loaded.program.id != earlier.id:
        raise click.UsageError(f"--against wskazuje inny program: {earlier.id}, a nie {loaded.program.id}")
    problem = changed_under_its_version(loaded, earlier)
    return [problem] if problem else []


def _as_offered(program: TrainingProgram) -> Plugins:
    body = canonical_json(program)
    return Plugins(MappingProxyType({program.id: Offer(program, body, digest_of(body))}))
