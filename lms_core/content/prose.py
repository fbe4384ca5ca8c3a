"""Markdown as its author wrote it: words, and what the page would lose or a screen reader would miss."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from lms_core.content.figures import FIGURE
from lms_core.content.markdown import COMMENT
from lms_core.content.problems import Severity

ProseFinding = tuple[int, Severity, str]
"""The line of the Markdown file, how grave it is, and what to do."""
SCHEMES = {"https", "http", "mailto"}
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
PIECES = re.compile(f"({COMMENT.pattern})", re.DOTALL)
WORD = re.compile(r"\S*\w\S*")
DEEPEST_HEADING = 4


class _Everything(MarkdownIt):
    """Keeps the links that the page's parser would leave as text, so that they are found."""

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - the parser's own name and argument
        return True


_PARSER = _Everything("commonmark", {"html": True}).enable("table")


def words(markdown: str) -> int:
    """Count what is read: no comments, no marks."""
    blocks = (_text(token) for token in _PARSER.parse(COMMENT.sub("", markdown)))
    return sum(len(WORD.findall(block)) for block in blocks)


def prose_findings(markdown: str) -> Iterator[ProseFinding]:
    """Yield findings in the order of the text."""
    text, lines = _without_comments(re.sub(r"\r\n?", "\n", markdown))
    if not text.strip():
        yield 1, Severity.ERROR, "lekcja nie ma tekstu: napisz ją"
    level = 1  # the page's own title
    for token in _PARSER.parse(text):
        line = token.map[0] if token.map else 0
        if token.type == "heading_open":
            found = int(token.tag[1:])
            yield from ((lines[line], Severity.ERROR, said) for said in _heading(found, after=level))
            level = found
        elif token.type == "html_block":
            yield lines[line], Severity.ERROR, _html(token.content)
        elif token.type == "inline":
            for at, severity, message in _inline(token.children or []):
                yield lines[min(line + at, len(lines) - 1)], severity, message


def _without_comments(markdown: str) -> tuple[str, list[int]]:
    """Return the text as the page's parser sees it, and for each of its lines the line in the file."""
    lines, number = [1], 1
    kept: list[str] = []
    for index, piece in enumerate(PIECES.split(markdown)):
        is_comment = index % 2 == 1
        kept += [] if is_comment else [piece]
        for _ in range(piece.count("\n")):
            number += 1
            lines += [] if is_comment else [number]
    return "".join(kept), lines


def _heading(level: int, *, after: int) -> Iterator[str]:
    if level == 1:
        yield "nagłówek # jest dla tytułu strony: zacznij od ##"
    elif level > DEEPEST_HEADING:
        yield f"nagłówki głębsze niż {'#' * DEEPEST_HEADING} znikają: podziel lekcję inaczej"
    elif level > after + 1:
        yield f"nagłówek {'#' * level} przeskakuje poziom: użyj {'#' * (after + 1)}"


def _inline(tokens: list[Token]) -> Iterator[tuple[int, Severity, str]]:
    """Yield with the number of lines from the start of the block."""
    at = 0
    for index, token in enumerate(tokens):
        if token.type in {"softbreak", "hardbreak"}:
            at += 1
        elif token.type == "html_inline":
            yield at, Severity.ERROR, _html(token.content)
            at += token.content.count("\n")
        elif token.type == "image":
            yield from ((at, Severity.ERROR, said) for said in _image(token))
        elif token.type == "link_open":
            yield from ((at, severity, said) for severity, said in _link(str(token.attrs.get("href", ""))))
            if not _linked_text(tokens[index + 1 :]).strip():
                yield at, Severity.ERROR, "odnośnik bez tekstu: napisz w nawiasie [ ], dokąd prowadzi"


def _html(content: str) -> str:
    return f"HTML ({content.strip().splitlines()[0][:40]}) nie działa w lekcjach: użyj Markdown albo usuń znaczniki"


def _image(token: Token) -> Iterator[str]:
    if not token.content.strip():
        yield "obraz bez tekstu alternatywnego: w ![ ] opisz, co na nim widać"
    elif not FIGURE.fullmatch(str(token.attrs.get("src", ""))):
        yield "lekcje pokazują tylko własne rysunki: ![opis](figures/nazwa.svg)"


def _link(address: str) -> Iterator[tuple[Severity, str]]:
    scheme = SCHEME.match(address)
    if scheme and scheme[1].lower() not in SCHEMES:
        yield Severity.ERROR, f"odnośnik {scheme[1]}: nie zadziała: dozwolone są https, http i mailto"
    elif not scheme and not address.startswith("/"):
        yield Severity.WARNING, f"odnośnik „{address}” prowadzi donikąd: podaj pełny adres, od https://"


def _linked_text(tokens: list[Token]) -> str:
    found = ""
    for token in tokens:
        if token.type == "link_close":
            break
        found += token.content
    return found


def _text(token: Token) -> str:
    if token.type.startswith("html"):
        return ""
    if token.children:
        return "".join(_text(child) or " " for child in token.children)
    return token.content
