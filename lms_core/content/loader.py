"""A program directory to a `TrainingProgram`; every mistake is named with its file and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib.resources.abc import Traversable
from typing import Any

from marshmallow import ValidationError

from lms_core.content import item_schemas, lesson_schemas, schemas
from lms_core.content.base_schemas import ValueSchema
from lms_core.content.directory import ITEM_KEYS, Directory
from lms_core.content.inlining import LISTS, inline_figures, inline_lists
from lms_core.content.marks import marked
from lms_core.content.problems import ContentInvalid, Problem
from lms_core.content.rule_code import bound, rule_classes
from lms_core.content.rule_field import RuleField
from lms_core.content.schemas import ProgramSchema
from lms_core.content.structure import findings
from lms_core.content.toml_lines import Path
from lms_core.domain.program import TrainingProgram
from lms_core.domain.rules import CompletionRule

PROGRAM_FILE = "program.toml"
HOST_KEYS = {"api"}
"""Keys of a plain directory's program.toml that speak to the plugin host, not to the program."""
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


@dataclass(frozen=True, slots=True)
class Loaded:
    """A program with the files that it came from; its parts need not fit together."""

    program: TrainingProgram
    files: Directory

    @property
    def offered(self) -> TrainingProgram:
        """The program as people get it, its choices under marks of their own."""
        return marked(self.program)

    def misfits(self) -> list[Problem]:
        """Return every error because of which the program cannot be used."""
        return [_problem(self.files, path, message) for path, message in findings(self.program)]


def load_program(root: Traversable, *, completion: CompletionRule | None = None) -> TrainingProgram:
    """Return the program of a directory; raise `ContentInvalid` with every problem found.

    The directory holds program.toml, the Markdown files that its lessons name and the item files that its pools name.
    `completion` is a rule written in Python, for a program whose program.toml has none.
    """
    loaded = read_program(root, completion=completion)
    if misfits := loaded.misfits():
        raise ContentInvalid(misfits)
    return loaded.offered


def read_program(root: Traversable, *, completion: CompletionRule | None = None) -> Loaded:
    """Return the program with its files, whether or not its parts fit; raise `ContentInvalid` when there is none."""
    files = Directory(root, PROGRAM_FILE)
    document = {key: value for key, value in files.toml(PROGRAM_FILE).items() if key not in HOST_KEYS}
    _inline_pools(files, document)
    _inline_lessons(files, document)
    inline_figures(files, document)
    inline_lists(files, document)
    _put_rule(files, document, completion)
    if files.problems:
        raise ContentInvalid(files.problems)
    try:
        program: TrainingProgram = ProgramSchema().load(document)
    except ValidationError as error:
        raise ContentInvalid([_problem(files, *one) for one in _flatten(error.messages)]) from None
    rule = bound(program.completion, rule_classes([completion] if completion else []))
    return Loaded(replace(program, completion=rule), files)


def _problem(files: Directory, path: Path, message: str) -> Problem:
    where = ".".join(str(part) for part in path if part != "_schema")
    return files.problem(path, f"{where}: {message}" if where else message)


def _put_rule(directory: Directory, document: dict[str, Any], rule: CompletionRule | None) -> None:
    """Put the rule in the place of a table; rules are written in one place only."""
    if rule is None:
        return
    if "completion" in document:
        directory.refuse(("completion",), "regułę podano już w Pythonie (completion=…); usuń tę tabelę")
    try:
        document["completion"] = RuleField().serialize("completion", {"completion": rule})
    except ValidationError as error:
        directory.refuse((), f"completion: {error}")


def _inline_lessons(directory: Directory, document: dict[str, Any]) -> None:
    """Put the Markdown in the place of its file name; the schema then judges the text."""
    for path, unit in _tables(document, ("course", "unit")):
        body = unit.get("body")
        names = {"pl": body} if isinstance(body, str) else body
        if isinstance(names, Mapping) and all(isinstance(name, str) for name in names.values()):
            unit["body"] = {
                language: directory.read(name, asked_at=(*path, "body")) for language, name in names.items()
            }
            directory.lesson_files |= {(path, str(language)): name for language, name in names.items()}


def _inline_pools(directory: Directory, document: dict[str, Any]) -> None:
    for path, pool in _tables(document, ("pool",)):
        name = pool.get("file")
        if isinstance(name, str) and not pool.keys() & ITEM_KEYS:
            directory.pool_files[int(path[1])] = pool.pop("file")
            _inline_items(directory, pool, name, asked_at=(*path, "file"))
        elif "file" in pool or not pool.keys() & ITEM_KEYS:
            directory.refuse(path, 'pula wymaga klucza file = "items/….toml" i żadnego item ani scenario obok niego')


def _inline_items(directory: Directory, pool: dict[str, Any], name: str, *, asked_at: Path) -> None:
    """Take the items of an item file, and nothing else that it may say about the pool."""
    for key, value in directory.toml(name, asked_at=asked_at).items():
        if key in ITEM_KEYS:
            pool[key] = value
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
    found = (value for module in (schemas, item_schemas, lesson_schemas) for value in vars(module).values())
    every = [one for one in found if isinstance(one, type) and issubclass(one, ValueSchema)]
    fields = [field for schema in every for field in schema().fields.values()]
    return {str(field.data_key or field.name) for field in fields} | {"kind", "file", "answer"} | set(LISTS.values())
