"""One mistake in the sample, and what must be said about it."""

from dataclasses import dataclass
from pathlib import Path

from tests.content.sample import FILES, line_with, problems, spoilt, write


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
    """The mistake and nothing else is found, at its place."""
    text = spoilt(mistake.file, mistake.old, mistake.new)
    found = problems(write(root, {mistake.file: text}))
    assert len(found) == 1, found
    told_in = mistake.told_in or mistake.file
    named = text if told_in == mistake.file else FILES[told_in]
    line = None if mistake.at is None else line_with(named, mistake.at)
    assert (found[0].file, found[0].line) == (told_in, line), found[0]
    assert mistake.says in found[0].message
