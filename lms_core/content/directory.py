"""The files of one program, read once: their texts, their tables, and where in them a value stands."""

from __future__ import annotations

import pathlib
import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any

from lms_core.content.problems import Problem, Severity
from lms_core.content.toml_lines import Path, line_of

ITEM_KEYS = {"item", "scenario"}
"""What an item file may hold."""
LARGEST_FILE = 2_000_000
DEEPEST = 30
AT_LINE = re.compile(r"at line (\d+)")
"""`tomllib` says the line in words only."""


@dataclass
class Directory:
    """`main` is the file that names the others; problems are collected on the way.

    `pool_files` are item files by the pool's index, `lesson_files` Markdown files by (path of the unit, language),
    `list_files` a list's file and the name of its tables there by its key.
    """

    root: Traversable
    main: str
    texts: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    pool_files: dict[int, str] = field(default_factory=dict)
    lesson_files: dict[tuple[Path, str], str] = field(default_factory=dict)
    list_files: dict[str, tuple[str, str]] = field(default_factory=dict)

    def read(self, name: str, *, asked_at: Path = ()) -> str:
        """Return the file's text; "" with a problem noted when it cannot be had."""
        if name not in self.texts:
            self.texts[name] = ""
            try:
                content = self._bytes(name)
                self.texts[name] = content.decode("utf-8-sig")  # Notepad writes a byte order mark
            except (OSError, ValueError) as error:  # ValueError: not UTF-8, or a name with a null character
                self.refuse(asked_at, _unreadable(name, error), file=None if asked_at else name)
                return ""
            if len(content) > LARGEST_FILE:
                self.refuse(asked_at, f"plik „{name}” jest większy niż {LARGEST_FILE // 1_000_000} MB")
        return self.texts[name]

    def toml(self, name: str, *, asked_at: Path = ()) -> dict[str, Any]:
        text = self.read(name, asked_at=asked_at)
        table: dict[str, Any] = {}
        try:
            table = _plain_dates(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            at = AT_LINE.search(str(error))
            line = int(at[1]) if at else text.count("\n") + 1  # else "at end of document"
            self.problems.append(Problem(name, line, f"to nie jest poprawny TOML: {error}"))
        except (ValueError, RecursionError):  # a number of thousands of digits, thousands of brackets
            self.problems.append(Problem(name, None, "liczba jest zbyt długa albo zagnieżdżenie zbyt głębokie"))
        return table

    def refuse(self, path: Path, message: str, *, file: str | None = None) -> None:
        """Note an error at the path within one file, the main one unless it is named."""
        file = file or self.main
        self.problems.append(Problem(file, line_of(self.texts.get(file, ""), path), message))

    def problem(self, path: Path, message: str, severity: Severity = Severity.ERROR) -> Problem:
        """Return the problem with the file and line of the value at this path of the whole program."""
        match path:
            case ("pool", int(index), *rest) if index in self.pool_files and rest and rest[0] in ITEM_KEYS:
                file, path = self.pool_files[index], tuple(rest)
            case (str(key), int(index), *rest) if key in self.list_files:
                file, inner = self.list_files[key]
                path = (inner, index, *rest)
            case _:
                file = self.main
        return Problem(file, line_of(self.texts.get(file, ""), path), message, severity)

    def _bytes(self, name: str) -> bytes:
        """Raise `OutsideDirectory` for a name or a symbolic link that leads out, OSError or ValueError for no file."""
        parts = pathlib.PurePosixPath(name).parts
        if ".." in parts or pathlib.PurePosixPath(name).is_absolute():
            raise OutsideDirectory
        file = self.root.joinpath(*parts)
        if not file.is_file():  # reading a pipe or a device might never end
            raise FileNotFoundError
        if _leads_out(file, self.root):
            raise OutsideDirectory
        return file.read_bytes()


class OutsideDirectory(OSError):
    """A program's files may show learners nothing else of the machine that they lie on."""


def _leads_out(file: Traversable, root: Traversable) -> bool:
    """Only files on a disk, not those of a zipped package, can be symbolic links."""
    if not isinstance(file, pathlib.Path) or not isinstance(root, pathlib.Path):
        return False
    return not file.resolve().is_relative_to(root.resolve())


def _unreadable(name: str, error: Exception) -> str:
    if isinstance(error, OutsideDirectory):
        return f"plik „{name}” leży poza katalogiem programu"
    if isinstance(error, UnicodeDecodeError):
        return f"plik „{name}” nie jest zapisany w UTF-8"
    return f"nie można odczytać pliku „{name}” (czy istnieje?)"


def _plain_dates(value: Any, depth: int = 0) -> Any:
    """TOML dates as ISO text, which is how snapshots carry them too; raises ValueError for what no author nests."""
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        return {key: _plain_dates(part, depth + 1) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain_dates(part, depth + 1) for part in value]
    return value.isoformat() if isinstance(value, date) else value
