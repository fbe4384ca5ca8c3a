"""Find the line of a value in a TOML text; `tomllib` keeps no positions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

Path = tuple[str | int, ...]

PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
NAME = rf"{PART}(?:[ \t]*\.[ \t]*{PART})*"
HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({NAME})[ \t]*\]")
KEY = re.compile(rf"[ \t]*({NAME})[ \t]*=")
TOKEN = re.compile(
    r""""{3}(?:\\.|[^\\])*?"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*|[\[\]{}\n]""", re.DOTALL
)
"""Strings and comments, whole, so that what they hold is not mistaken for a bracket or the end of a line."""


def line_of(text: str, path: Path) -> int | None:
    """Return the 1-based line of the value at the path, or of its nearest known ancestor; None when nothing fits."""
    places = _places(text)
    for length in range(len(path), 0, -1):
        if path[:length] in places:
            return places[path[:length]]
    return None


@lru_cache(maxsize=8)
def _places(text: str) -> Mapping[Path, int]:
    places: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, line in _statements(text):
        if header := HEADER.match(line):
            table = _open_table(header, counts)
            places.setdefault(table, number)
            if header.group(1) == "[[":
                places.setdefault(table[:-1], number)
        elif key := KEY.match(line):
            names = _names(key.group(1))
            for length in range(1, len(names) + 1):
                places.setdefault((*table, *names[:length]), number)
    return places


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield (number, line) for the lines that begin outside every string, array and inline table."""
    lines = text.split("\n")  # not splitlines(): to TOML and to editors U+2028 and a form feed end no line
    number, depth = 1, 0
    yield number, lines[0]
    for token in TOKEN.finditer(text):
        mark = token.group()
        depth += (mark in {"[", "{"}) - (mark in {"]", "}"})
        number += mark.count("\n")
        if mark == "\n" and not depth:
            yield number, lines[number - 1]


def _names(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in re.findall(PART, dotted)]


def _open_table(header: re.Match[str], counts: dict[Path, int]) -> Path:
    """Resolve `[[course.unit]]` to ("course", 0, "unit", 3): the newest element of each array on the way."""
    *parents, last = _names(header.group(2))
    path: Path = ()
    for name in parents:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    path = (*path, last)
    if header.group(1) == "[[":
        counts[path] = counts.get(path, -1) + 1
        path = (*path, counts[path])
    return path
