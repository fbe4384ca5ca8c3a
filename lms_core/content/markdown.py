"""Markdown to safe HTML: markdown-it without raw HTML, then nh3's allow-list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt

from lms_core.content.figures import FIGURE

TAGS = {
    *("h2", "h3", "h4", "p", "ul", "ol", "li", "strong", "em", "a", "blockquote", "code", "pre", "hr", "br"),
    *("table", "thead", "tbody", "tr", "th", "td"),
    "img",
}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "img": {"src", "alt"}}
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)

_PARSER = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")


def _own_figures(tag: str, attribute: str, value: str) -> str | None:
    return None if (tag, attribute) == ("img", "src") and not FIGURE.fullmatch(value) else value


def figure_names(markdown: str) -> Iterator[str]:
    """Yield the names of the figures that the text shows, in its order: what the page's own parser takes for images."""
    for block in _PARSER.parse(COMMENT.sub("", markdown)):
        for token in block.children or []:
            if token.type == "image" and (shown := FIGURE.fullmatch(str(token.attrs.get("src", "")))):
                yield shown[1]


@lru_cache(maxsize=2048)
def to_html(markdown: str) -> str:
    """Return HTML with allowed tags only. Comments (fact ids for editors) are dropped before parsing.

    Kept, because a program's texts are shown again and again and change with its version only.
    """
    html = _PARSER.render(COMMENT.sub("", markdown))
    clean = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, attribute_filter=_own_figures, url_schemes={"https", "http", "mailto"}
    )
    return clean.replace("<table>", '<div class="table-scroll" tabindex="0"><table>').replace(
        "</table>", "</table></div>"
    )
