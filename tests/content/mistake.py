"""One mistake in the sample, and what must be said about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lms_core.content.lint import lint
from lms_core.content.loader import read_program
from lms_core.content.problems import Problem, Severity
from tests.content.sample import FILES, line_with, problems, spoilt, write

TODAY = date(2026, 11, 21)


@dataclass(frozen=True)
class Mistake:
    """`old` becomes `new` in `file`; `at` is a fragment of the line that must be named, None when no line fits.

    The line is one of the spoilt file, unless `told_in` names another file of the sample.
    """

    name: str
    file: str
    old: str
    new: str
    at: str | None
    says: str
    told_in: str | None = None


def expect(mistake: Mistake, root: Path) -> None:
    """The loader finds the mistake and nothing else, at its place."""
    text = spoilt(mistake.file, mistake.old, mistake.new)
    _judge(mistake, text, problems(write(root, {mistake.file: text})), Severity.ERROR)


def expect_remark(mistake: Mistake, root: Path, severity: Severity, *, today: date = TODAY) -> None:
    """The lint finds the mistake and nothing else, at its place; whether it loads, its severity says."""
    text = spoilt(mistake.file, mistake.old, mistake.new)
    loaded = read_program(write(root, {mistake.file: text}))
    _judge(mistake, text, lint(loaded, today=today), severity)


def _judge(mistake: Mistake, text: str, found: Sequence[Problem], severity: Severity) -> None:
    assert len(found) == 1, found
    told_in = mistake.told_in or mistake.file
    named = text if told_in == mistake.file else FILES[told_in]
    line = None if mistake.at is None else line_with(named, mistake.at)
    assert (found[0].file, found[0].line, found[0].severity) == (told_in, line, severity), found[0]
    assert mistake.says in found[0].message
