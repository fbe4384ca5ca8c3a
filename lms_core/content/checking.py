"""A program directory checked: what the loader refuses and what the lint remarks, for a command and for a page."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from lms_core.content.lint import in_order, lint
from lms_core.content.loader import PROGRAM_FILE, Loaded, read_program
from lms_core.content.problems import ContentInvalid, Problem, Severity
from lms_core.content.snapshot import canonical_json, digest_of
from lms_core.content.structure import items_with_paths
from lms_core.domain.rules import CompletionRule, HoldsCredential

PLACES = (PROGRAM_FILE, f"content/{PROGRAM_FILE}", f"*/content/{PROGRAM_FILE}", f"src/*/content/{PROGRAM_FILE}")
RULE_IN_PYTHON = HoldsCredential("regula-w-pythonie")
"""Stands for a rule that only the package's code knows: a check of files runs no code."""
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Checked:
    """`program_id` is what program.toml says, if anything; `loaded` is None when there is no program to be had."""

    program_id: str | None
    problems: tuple[Problem, ...]
    loaded: Loaded | None = None
    rule_in_python: bool = False

    @cached_property
    def digest(self) -> str | None:
        """The digest under which this content would be offered; None where code has a say in it, or nothing is."""
        if self.loaded is None or self.rule_in_python or self.loaded.misfits():
            return None
        return digest_of(canonical_json(self.loaded.offered))

    @cached_property
    def item_places(self) -> Mapping[str, Problem]:
        """Return by item the file and line where it begins, as a problem without words."""
        if self.loaded is None:
            return {}
        files = self.loaded.files
        return {item.id: files.problem(path, "") for path, item in items_with_paths(self.loaded.program)}


def roots_in(folder: Path) -> list[Path]:
    """Return the program directories in the folder: itself, or those of a plugin's package."""
    return [path.parent for place in PLACES for path in sorted(folder.glob(place))]


def checked(root: Path, *, today: date) -> Checked:
    """Return what is to be said of the directory on this day, sorted by file and line."""
    document = _document(root)
    name = document.get("id")
    program_id = name if isinstance(name, str) else None
    completion = stand_in(root)
    try:
        loaded = read_program(root, completion=completion)
    except ContentInvalid as invalid:
        return Checked(program_id, tuple(in_order(list(invalid.problems))))
    found = lint(loaded, today=today)
    if completion:
        message = "warunek ukończenia jest w Pythonie: sprawdza go pytest (lms_core.testing), a nie to polecenie"
        found.append(Problem(PROGRAM_FILE, None, message, Severity.HINT))
    return Checked(program_id, tuple(in_order(list(dict.fromkeys(found)))), loaded, completion is not None)


def checked_again(root: Path, *, today: date) -> Checked:
    """Return the same, remembered for as long as no file of the directory changes."""
    return _remembered(root, today, _stamp(root))


@lru_cache(maxsize=32)
def _remembered(root: Path, today: date, _stamp: Stamp) -> Checked:
    return checked(root, today=today)


def _stamp(root: Path) -> Stamp:
    found: list[tuple[str, int, int]] = []
    for path in sorted(root.rglob("*")):
        with suppress(OSError):  # an editor's own files come and go
            stat = path.stat()
            found.append((path.relative_to(root).as_posix(), stat.st_mtime_ns, stat.st_size))
    return tuple(found)


def stand_in(root: Path) -> CompletionRule | None:
    """Return a rule for a package whose program.toml has none; what is wrong with that file the loader says."""
    if not (root.parent / "__init__.py").is_file():
        return None
    document = _document(root)
    return RULE_IN_PYTHON if document and "completion" not in document else None


def _document(root: Path) -> dict[str, Any]:
    """Return program.toml as it stands, {} where it cannot be read."""
    try:
        return tomllib.loads((root / PROGRAM_FILE).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}
