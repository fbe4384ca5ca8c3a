"""A lesson as it is read: sections that can be jumped to, its drawings, and the words that the glossary explains."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from lms_core.content.figures import FIGURE
from lms_core.content.markdown import to_html
from lms_core.domain.lessons import Term

CHECKLIST = "Lista kontrolna"
HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
TAG = re.compile(r"(<[^>]+>)")
DRAWING = re.compile(rf'(<img src="){FIGURE.pattern}(?=")')
ALONE = re.compile(r'<p>(<img src="[^>]*>)</p>')
CHECKED = '<section class="checklist" data-checklist aria-labelledby="{id}">{content}</section>'
NOT_LINKED = ("a", "h2", "h3", "h4", "code", "pre", "th")
"""Where a word is left as it is: a link in a link or in a heading helps nobody."""


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Reading:
    """`terms` are those that the text uses, each with the id of its explanation, in the order of the text."""

    html: str
    sections: tuple[Section, ...]
    terms: tuple[tuple[str, Term], ...]


@lru_cache(maxsize=512)
def reading(markdown: str, glossary: tuple[Term, ...], figures: str) -> Reading:
    """Return the lesson; `figures` is the address under which its drawings are served, with a slash at its end."""
    html, sections = _with_sections(to_html(markdown))
    html, terms = _with_terms(html, glossary)
    addressed = DRAWING.sub(rf"\g<1>{figures}\g<2>.svg", html)
    return Reading(ALONE.sub(r'<figure class="diagram">\1</figure>', addressed), sections, terms)


def slug(text: str) -> str:
    """Return the text as a part of an address: small letters a to z, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "cz"


def _with_sections(html: str) -> tuple[str, tuple[Section, ...]]:
    """Give each h2 an id, and wrap the checklist, which people print, in a section of its own."""
    sections: list[Section] = []
    parts = HEADING.split(html)
    shown = [parts[0]]
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        text = unescape(TAG.sub("", title))
        section = Section(_free_id(f"s-{slug(text)}", {one.id for one in sections}), text)
        sections.append(section)
        heading = f'<h2 id="{section.id}">{title}</h2>{body}'
        shown.append(heading if " ".join(text.split()) != CHECKLIST else CHECKED.format(id=section.id, content=heading))
    return "".join(shown), tuple(sections)


def _free_id(wanted: str, taken: Collection[str]) -> str:
    names = (wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _with_terms(html: str, glossary: tuple[Term, ...]) -> tuple[str, tuple[tuple[str, Term], ...]]:
    """Link the first use of each term to its explanation."""
    if not glossary:
        return html, ()
    by_form = {" ".join(form.split()).casefold(): term for term in glossary for form in (term.term, *term.forms)}
    longest_first = sorted(by_form, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w&])({'|'.join(map(_spaced, longest_first))})(?!\w)", re.IGNORECASE)
    found: dict[str, tuple[str, Term]] = {}

    def link(match: re.Match[str]) -> str:
        term = by_form.get(" ".join(unescape(match[1]).split()).casefold())
        if term is None or term.term in found:  # the pattern takes a Turkish i for ours, casefold does not
            return match[1]
        found[term.term] = (_free_id(f"pojecie-{slug(term.term)}", {at for at, _ in found.values()}), term)
        return f'<a class="term" href="#{found[term.term][0]}">{match[1]}</a>'

    shown = "".join(pattern.sub(link, piece) if linked else piece for piece, linked in _pieces(html))
    return shown, tuple(found.values())


def _spaced(form: str) -> str:
    """A term is the same with spaces that do not break."""
    return r"(?:\s|&nbsp;)+".join(map(re.escape, form.split()))


def _pieces(html: str) -> Iterator[tuple[str, bool]]:
    """Yield tags and texts; the second says whether words of the text may become links."""
    depth = 0
    for piece in TAG.split(html):
        if not piece.startswith("<"):
            yield piece, depth == 0
            continue
        name = re.sub(r"[</>\s].*", "", piece.lstrip("</"))
        if name in NOT_LINKED:
            depth += -1 if piece.startswith("</") else 1
        yield piece, False
