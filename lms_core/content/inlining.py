"""Files that a program's other files name: drawings in lessons, the glossary, notes for roles."""

from __future__ import annotations

from typing import Any

from lms_core.content.directory import Directory
from lms_core.content.figures import figure_problems
from lms_core.content.markdown import figure_names

LISTS = {"glossary": "term", "notes": "note"}
"""Keys of program.toml that name a file, and what that file is a list of."""


def inline_figures(directory: Directory, document: dict[str, Any]) -> None:
    """Take along every drawing that a lesson shows, each once."""
    found: dict[str, str] = {}
    for (path, _), file in directory.lesson_files.items():
        for name in figure_names(directory.texts[file]):
            if name not in found:
                found[name] = _figure(directory, f"figures/{name}.svg", asked_at=(*path, "body"))
    if "figures" in document:
        directory.refuse(("figures",), "figures: rysunki wstawia się w lekcji: ![opis](figures/nazwa.svg)")
    elif found:
        document["figures"] = [{"name": name, "svg": svg} for name, svg in found.items()]


def _figure(directory: Directory, file: str, *, asked_at: tuple[str | int, ...]) -> str:
    svg = directory.read(file, asked_at=asked_at)
    for message in figure_problems(svg) if svg else ():
        directory.refuse((), message, file=file)
    return svg


def inline_lists(directory: Directory, document: dict[str, Any]) -> None:
    """Put the list in the place of its file's name."""
    for key, inner in LISTS.items():
        name = document.get(key)
        if isinstance(name, str):
            table = directory.toml(name, asked_at=(key,))
            directory.list_files[key] = (name, inner)
            document[key] = table.pop(inner, [])
            for other in table:
                directory.refuse((other,), f"{other}: nieznany klucz; w tym pliku jest tylko [[{inner}]]", file=name)
