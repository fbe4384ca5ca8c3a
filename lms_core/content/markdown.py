"""Markdown to safe HTML: markdown-it without raw HTML, then nh3's allow-list."""

from __future__ import annotations

import re
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
