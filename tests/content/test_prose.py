"""Markdown of lessons: what the page would lose is told with its line, comments and Windows line ends or not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_core.content import markdown as markdown_module
from lms_core.content.lint import lint
from lms_core.content.loader import read_program
from lms_core.content.markdown import COMMENT, TAGS
from lms_core.content.problems import Problem, Severity
from lms_core.content.prose import prose_findings, words
from tests.content.mistake import TODAY
from tests.content.sample import FILES, write
from tests.content.test_markdown import HOSTILE, Elements

ERROR, WARNING = Severity.ERROR, Severity.WARNING
HEAD = "## Cel\n\nAkapit,\nktóry ma dwa wiersze.\n\n"
SPOILT = [
    ("image without words", "![](mapa.png)", ERROR, "obraz bez tekstu alternatywnego"),
    ("image with spaces", "![ ](mapa.png)", ERROR, "obraz bez tekstu alternatywnego"),
    ("image", "![Mapa gminy](https://example.pl/mapa.png)", ERROR, "lekcje pokazują tylko własne rysunki"),
    ("title", "# Tytuł", ERROR, "nagłówek # jest dla tytułu strony"),
    ("underlined title", "Tytuł\n===", ERROR, "nagłówek # jest dla tytułu strony"),
    ("skipped level", "#### Za głęboko", ERROR, "nagłówek #### przeskakuje poziom: użyj ###"),
    ("level the page drops", "##### Piąty", ERROR, "nagłówki głębsze niż #### znikają"),
    ("block of HTML", "<div>tekst</div>", ERROR, "HTML (<div>tekst</div>) nie działa w lekcjach"),
    ("script", "<script>x()</script>", ERROR, "HTML (<script>"),
    ("HTML in a line", "Nie <b>tak</b>.", ERROR, "HTML (<b>) nie działa"),
    ("comment left open", "<!-- do poprawy", ERROR, "HTML (<!-- do poprawy)"),
    ("script address", "[a](javascript:alert(1))", ERROR, "odnośnik javascript: nie zadziała"),
    ("hidden script", "[a](&#106;avascript:x)", ERROR, "odnośnik javascript: nie zadziała"),
    ("telephone", "[Zadzwoń](tel:112)", ERROR, "odnośnik tel: nie zadziała: dozwolone są https, http i mailto"),
    ("automatic link", "<ftp://example.pl/x>", ERROR, "odnośnik ftp: nie zadziała"),
    ("link to a file", "[dalej](nastepna.md)", WARNING, "odnośnik „nastepna.md” prowadzi donikąd"),
    ("link to a heading", "[wyżej](#cel)", WARNING, "odnośnik „#cel” prowadzi donikąd"),
    ("link without words", "[](https://example.pl)", ERROR, "odnośnik bez tekstu"),
]
FINE = [
    "## Woda\n\n### Zapas\n\n#### Litry\n\n## Jedzenie\n",
    "[ustawa](https://example.pl/a) i [poczta](mailto:a@example.pl), [weryfikacja](/verify), <https://example.pl>",
    "Trzy litry. <!-- fakt 7 -->\n\n<!--\n# nie tytuł\n<b>\n-->\n\n- punkt",
    "| Kto | Kiedy |\n|---|---|\n| wójt | 3 < 5 & więcej |\n",
    "`<b>` i ```# kod```\n\n    <div>\n",
    "> **Przykład.** 3. punkt\n\n---\n",
]


@pytest.mark.parametrize(("_name", "markdown", "severity", "says"), SPOILT, ids=[one[0] for one in SPOILT])
def test_what_comes_out_spoilt_is_told_at_its_line(_name: str, markdown: str, severity: Severity, says: str) -> None:
    found = list(prose_findings(f"{HEAD}{markdown}\n\nDalej.\n"))
    assert {(line, how) for line, how, _ in found} == {(6, severity)}, found
    assert says in found[0][2]


@pytest.mark.parametrize("markdown", FINE)
def test_what_lessons_may_hold_is_left_alone(markdown: str) -> None:
    assert list(prose_findings(markdown)) == []


PLACES = [
    ("Jeden\ndwa\n[a](x.md) trzy\n", [3]),
    ("Jeden  \n[a](x.md)\n\n[b](y.md)\n", [2, 4]),
    ("- jeden\n- dwa\n  - [a](x.md)\n", [3]),
    ("> jeden\n> [a](x.md)\n", [2]),
    ("| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | [a](x.md) |\n", [4]),
    ("<!-- jeden -->\n[a](x.md)\n", [2]),
    ("<!--\nfakt 1\nfakt 2\n-->\n\nTekst <!-- fakt\n3 --> dalej\n[a](x.md)\n", [8]),
    ("Tekst <i\nclass='x'> i [a](x.md)\n", [1, 2]),
]


@pytest.mark.parametrize(("markdown", "lines"), PLACES)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old-mac"])
def test_lines_are_those_of_the_file(markdown: str, lines: list[int], end: str) -> None:
    assert [line for line, _, _ in prose_findings(markdown.replace("\n", end))] == lines


@pytest.mark.parametrize("markdown", ["<!-- potem -->", "\n<!-- a -->\n \n<!-- b -->\n"])
def test_a_lesson_of_comments_is_empty(markdown: str) -> None:
    assert list(prose_findings(markdown)) == [(1, ERROR, "lekcja nie ma tekstu: napisz ją")]


def test_words_are_those_that_are_read() -> None:
    assert words("## Zapas wody\n\n- **3** litry – <!-- fakt 7, A -->na [osobę](https://example.pl/x)\n") == 6
    assert words("| Kto | Co |\n|---|---|\n| wójt | plan |\n\n```\nart. 5\n```\n<b>\n") == 6


def test_both_languages_are_read_and_a_file_that_serves_twice_is_told_once(tmp_path: Path) -> None:
    program = FILES["program.toml"].replace("lessons/syreny.md", "lessons/woda.md")
    changes = {"program.toml": program, "lessons/woda.en.md": "## Water\n\n![](map.png)\n"}
    changes["lessons/woda.md"] = FILES["lessons/woda.md"] + "\n# Koniec\n"
    found = [problem for problem in lint(read_program(write(tmp_path, changes)), today=TODAY) if ".md" in problem.file]
    last = changes["lessons/woda.md"].count("\n")
    assert found == [
        Problem("lessons/woda.en.md", 3, "obraz bez tekstu alternatywnego: w ![ ] opisz, co na nim widać"),
        Problem("lessons/woda.md", last, "nagłówek # jest dla tytułu strony: zacznij od ##"),
    ]


marks = st.text(alphabet=st.sampled_from("<>&\"'`!-[]()#*|\n\r aX:/=_~\\")) | st.lists(
    st.sampled_from([*HOSTILE, "<!--", "-->", "\n", "\r\n", "# ", "![](x)", "[", "](", "| a |\n|---|\n"])
).map("".join)


@given(marks | st.text())
def test_any_text_is_judged_within_its_lines(markdown: str) -> None:
    lines = markdown.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(1 <= line <= lines for line, _, _ in prose_findings(markdown))
    assert words(markdown) >= 0


@given(marks)
def test_what_the_page_drops_is_an_error(markdown: str) -> None:
    drawn = {tag for tag, _ in Elements(markdown_module._PARSER.render(COMMENT.sub("", markdown))).found}
    if drawn - TAGS:
        assert ERROR in {severity for _, severity, _ in prose_findings(markdown)}
