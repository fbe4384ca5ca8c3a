"""Prose becomes HTML that can do no harm and keeps its tables."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_core.content.markdown import TAGS, to_html

SCROLLS = {"class": "table-scroll", "tabindex": "0"}
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<style>body{display:none}</style>",
    "<iframe src='https://example.pl'></iframe>",
    "<p onclick='x()'>tekst</p>",
    "<a href='javascript:x()'>a</a>",
    "<svg/onload=x()>",
    "`<script>`",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    "[a](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    '[a](https://example.pl "onmouseover=x()")',
    "<!-<!-- -->- <script>x()</script> -->",
    "<!-- niedomknięty <script>x()</script>",
]


class Elements(HTMLParser):
    """The elements that a browser would make: (tag, attributes)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def assert_harmless(html: str) -> None:
    for tag, attributes in Elements(html).found:
        assert tag in TAGS | {"div"}
        assert attributes.keys() <= {"href", "rel", "start", "title"} or (tag, attributes) == ("div", SCROLLS)
        assert urlsplit(attributes.get("href") or "").scheme in {"", "https", "http", "mailto"}


@pytest.mark.parametrize("markdown", HOSTILE)
def test_nothing_active_comes_through(markdown: str) -> None:
    assert_harmless(to_html(markdown))


def test_raw_html_is_shown_not_run() -> None:
    assert "&lt;b&gt;" in to_html("Nie <b>tak</b>.")


def test_comments_for_editors_are_dropped() -> None:
    html = to_html("Trzy litry. <!-- fakt 7 -->\n\n<!--\nfakt 8\n-->\n\n- punkt <!-- fakt 9 -->")
    assert "fakt" not in html
    assert "--" not in html
    assert "<p>Trzy litry." in html


def test_a_comment_does_not_swallow_the_next_one() -> None:
    assert "zostaje" in to_html("<!-- a --> zostaje <!-- b -->")


def test_tables_keep_their_cells_in_a_box_that_scrolls_by_keyboard() -> None:
    html = to_html("| Kto | Kiedy |\n|:---|---:|\n| wójt | 3 miesiące |\n")
    assert html.startswith('<div class="table-scroll" tabindex="0"><table>')
    assert html.rstrip().endswith("</table></div>")
    assert "<th>Kto</th>" in html
    assert "<td>3 miesiące</td>" in html


def test_the_marks_that_authors_use_are_kept() -> None:
    html = to_html(
        "## Woda\n\n> **Przykład.** *Gmina* kupuje.\n\n3. trzy\n4. cztery\n\n[OLiOC](https://example.pl/a)\n\n---\n"
    )
    for piece in ("<h2>Woda</h2>", "<blockquote>", "<strong>Przykład.</strong>", "<em>", '<ol start="3">', "<hr"):
        assert piece in html
    assert '<a href="https://example.pl/a" rel="noopener noreferrer">OLiOC</a>' in html


def test_a_title_of_the_page_stays_the_pages() -> None:
    assert "<h1" not in to_html("# Tytuł")
    assert "Tytuł" in to_html("# Tytuł")


def test_polish_typography_is_left_alone() -> None:
    assert "„ustawa” – art. 49 ust. 1" in to_html("„ustawa” – art. 49 ust. 1")


@given(st.text(alphabet=st.sampled_from("<>&\"'`!-[]()#*|\n aX:/")) | st.lists(st.sampled_from(HOSTILE)).map("".join))
def test_only_allowed_elements_ever_come_out(markdown: str) -> None:
    assert_harmless(to_html(markdown))


def test_a_browser_would_see_what_this_test_looks_for() -> None:
    with pytest.raises(AssertionError):
        assert_harmless("<p onclick='x()'>")
    with pytest.raises(AssertionError):
        assert_harmless("<a href='javascript:x()'>")
