"""The English of everything, out of `translations/en.po`; nothing is read before somebody asks for English."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from lms_core.domain.sentences import Words

ENGLISH_FILE = Path(__file__).parent.parent / "translations" / "en.po"
SCRIPT = ".js"


@cache
def english_words() -> Words:
    """Return the English of templates and sentences, by their Polish."""
    sentences, counted = {}, {}
    for polish, english, _ in _messages():
        if isinstance(polish, str):
            sentences[polish] = str(english)
        else:
            counted[polish[0], polish[1]] = english[0], english[1]
    return Words(sentences, counted)


@cache
def script_words() -> dict[str, str | tuple[str, ...]]:
    """Return the English that the scripts of the pages need, by their Polish; what is counted by its form for 1."""
    return {
        polish if isinstance(polish, str) else polish[0]: english
        for polish, english, for_scripts in _messages()
        if for_scripts
    }


def _messages() -> list[tuple[str | tuple[str, ...], str | tuple[str, ...], bool]]:
    """Return Polish, English (both as (one, other) where something is counted), and whether a script says it."""
    with ENGLISH_FILE.open("rb") as file:
        return [
            (_fixed(one.id), _fixed(one.string), any(path.endswith(SCRIPT) for path, _ in one.locations))
            for one in read_po(file, locale="en")
            if one.id and one.string
        ]


def _fixed(text: str | list[str] | tuple[str, ...] | None) -> str | tuple[str, ...]:
    return text if isinstance(text, str) else tuple(text or ())
