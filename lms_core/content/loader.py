"""A program directory to a `TrainingProgram`; every mistake is named with its file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import Any

from marshmallow import Schema, ValidationError

from lms_core.content import schemas
from lms_core.content.problems import ContentInvalid, Problem
from lms_core.content.schemas import ProgramSchema
from lms_core.content.structure import findings
from lms_core.content.toml_lines import Path, line_of
from lms_core.domain.program import TrainingProgram

PROGRAM_FILE = "program.toml"
HOST_KEYS = {"api"}
"""Keys of a plain directory's program.toml that speak to the plugin host, not to the program."""
LARGEST_FILE = 2_000_000
DEEPEST = 30
AT_LINE = re.compile(r"at line (\d+)")
"""`tomllib` says the line in words only."""
MESSAGES = {
    "Missing data for required field.": "brakuje tego klucza",
    "Not a valid string.": "ma być tekstem w cudzysłowie",
    "Not a valid integer.": "ma być liczbą całkowitą",
    "Not a valid boolean.": "ma być true albo false",
    "Not a valid date.": "ma być datą w postaci 2026-11-21",
    "Not a valid list.": "ma być listą",
    "Invalid type.": "ma być tabelą",
    "Invalid input type.": "ma być tabelą",
}


@dataclass
class Directory:
    """The files of one program, read once; collects problems on the way."""

    root: Traversable
    texts: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def read(self, name: str, *, asked_at: Path = ()) -> str:
        """Return the file's text; "" with a problem noted when it cannot be had."""
        if name not in self.texts:
            self.texts[name] = ""
            parts = PurePosixPath(name).parts
            if ".." in parts or PurePosixPath(name).is_absolute():
                self.refuse(asked_at, f"plik „{name}” leży poza katalogiem programu")
                return ""
            try:
                content = self.root.joinpath(*parts).read_bytes()
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
        file = file or PROGRAM_FILE
        self.problems.append(Problem(file, line_of(self.texts.get(file, ""), path), message))


def _unreadable(name: str, error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"plik „{name}” nie jest zapisany w UTF-8"
    return f"nie można odczytać pliku „{name}” (czy istnieje?)"


def load_program(root: Traversable) -> TrainingProgram:
    """Return the program of a directory; raise `ContentInvalid` with every problem found.

    The directory holds program.toml, the Markdown files that its lessons name and the item files that its pools name.
    """
    directory = Directory(root)
    document = {key: value for key, value in directory.toml(PROGRAM_FILE).items() if key not in HOST_KEYS}
    pool_files = _inline_pools(directory, document)
    _inline_lessons(directory, document)
    if directory.problems:
        raise ContentInvalid(directory.problems)
    try:
        program: TrainingProgram = ProgramSchema().load(document)
    except ValidationError as error:
        for path, message in _flatten(error.messages):
            _note(directory, path, message, pool_files=pool_files)
        raise ContentInvalid(directory.problems) from None
    for path, message in findings(program):
        _note(directory, path, message, pool_files=pool_files)
    if directory.problems:
        raise ContentInvalid(directory.problems)
    return program


def _inline_lessons(directory: Directory, document: dict[str, Any]) -> None:
    """Put the Markdown in the place of its file name; the schema then judges the text."""
    for path, unit in _tables(document, ("course", "unit")):
        body = unit.get("body")
        names = {"pl": body} if isinstance(body, str) else body
        if isinstance(names, Mapping) and all(isinstance(name, str) for name in names.values()):
            unit["body"] = {
                language: directory.read(name, asked_at=(*path, "body")) for language, name in names.items()
            }


def _inline_pools(directory: Directory, document: dict[str, Any]) -> dict[int, str]:
    files: dict[int, str] = {}
    for path, pool in _tables(document, ("pool",)):
        name = pool.get("file")
        if isinstance(name, str) and "item" not in pool:
            files[int(path[1])] = pool.pop("file")
            _inline_items(directory, pool, name, asked_at=(*path, "file"))
        elif "file" in pool or "item" not in pool:
            directory.refuse(path, 'pula wymaga klucza file = "items/….toml" i żadnego item obok niego')
    return files


def _inline_items(directory: Directory, pool: dict[str, Any], name: str, *, asked_at: Path) -> None:
    """Take the items of an item file, and nothing else that it may say about the pool."""
    for key, value in directory.toml(name, asked_at=asked_at).items():
        if key == "item":
            pool["item"] = value
        else:
            directory.refuse((key,), f"{key}: {_unknown(key)}", file=name)


def _tables(document: Any, keys: tuple[str, ...], path: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield (path, table) for every element of nested arrays of tables; wrong shapes are left to the schema."""
    if not keys:
        if isinstance(document, dict):
            yield path, document
        return
    children = document.get(keys[0]) if isinstance(document, dict) else None
    for index, child in enumerate(children if isinstance(children, list) else ()):
        yield from _tables(child, keys[1:], (*path, keys[0], index))


def _note(directory: Directory, path: Path, message: str, *, pool_files: Mapping[int, str]) -> None:
    where = ".".join(str(part) for part in path if part != "_schema")
    said = f"{where}: {message}" if where else message
    match path:
        case ("pool", int(index), *rest) if index in pool_files and rest[:1] == ["item"]:
            directory.refuse(tuple(rest), said, file=pool_files[index])
        case _:
            directory.refuse(path, said)


def _flatten(messages: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _flatten(inner, (*path, key))
        return
    for message in messages if isinstance(messages, list) else [messages]:
        yield path, _in_polish(str(message), path)


def _in_polish(message: str, path: Path) -> str:
    return _unknown(str(path[-1])) if message == "Unknown field." else MESSAGES.get(message, message)


def _unknown(key: str) -> str:
    known = _known_keys()
    if key in known:
        return "nieznany klucz w tym miejscu"
    close = get_close_matches(key, known, n=1)
    return f"nieznany klucz; czy chodziło o „{close[0]}”?" if close else "nieznany klucz"


def _known_keys() -> set[str]:
    every = [one for one in vars(schemas).values() if isinstance(one, type) and issubclass(one, Schema)]
    fields = [field for schema in every for field in schema().fields.values()]
    return {str(field.data_key or field.name) for field in fields} | {"kind", "file", "answer"}


def _plain_dates(value: Any, depth: int = 0) -> Any:
    """TOML dates as ISO text, which is how snapshots carry them too; raises ValueError for what no author nests."""
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        return {key: _plain_dates(part, depth + 1) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain_dates(part, depth + 1) for part in value]
    return value.isoformat() if isinstance(value, date) else value
