"""Find the line of a value in a TOML text; `tomllib` keeps no positions."""

from __future__ import annotations

import re
from collections.abc import Sequence

Path = tuple[str | int, ...]

HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
KEY = re.compile(r"^\s*([A-Za-z0-9_-]+|\"[^\"]+\")\s*=")


def line_of(text: str, path: Path) -> int | None:
    """Return the 1-based line of the value at the path, or of its nearest known ancestor; None when nothing fits."""
    places = _places(text.splitlines())
    for length in range(len(path), 0, -1):
        if path[:length] in places:
            return places[path[:length]]
    return None


def _places(lines: Sequence[str]) -> dict[Path, int]:
    places: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    in_string: str | None = None
    for number, line in enumerate(lines, start=1):
        if in_string is None:
            if header := HEADER.match(line):
                table = _open_table(header, counts)
                places.setdefault(table, number)
            elif key := KEY.match(line):
                places.setdefault((*table, key.group(1).strip('"')), number)
        in_string = _string_after(line, in_string)
    return places


def _open_table(header: re.Match[str], counts: dict[Path, int]) -> Path:
    """Resolve `[[course.unit]]` to ("course", 0, "unit", 3): the newest element of each array on the way."""
    *parents, last = [part.strip().strip('"') for part in header.group(2).split(".")]
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


def _string_after(line: str, opened: str | None) -> str | None:
    """Return the delimiter of a multi-line string that is still open after this line."""
    for mark in ('"""', "'''"):
        if opened in {None, mark} and line.count(mark) % 2:
            return None if opened else mark
    return opened
