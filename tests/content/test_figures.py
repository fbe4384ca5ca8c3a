"""Drawings in lessons show something and do nothing."""

from pathlib import Path

import pytest

from lms_core.content.figures import figure_problems
from lms_core.content.loader import load_program as load
from lms_core.content.markdown import figure_names
from lms_core.content.reading import reading
from tests.content.sample import FILES, problems, write

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
GOOD = f'{HEAD}<title>Kto kogo szkoli</title><style>.a{{fill:#000}}</style><path class="a" d="M0 0h1"/></svg>'
SHOWN = "![Kto kogo](figures/kto.svg)\n\n"


def test_a_plain_drawing_is_fine() -> None:
    assert list(figure_problems(GOOD)) == []


@pytest.mark.parametrize(
    ("svg", "says"),
    [
        (GOOD.replace("<path", "<script>alert(1)</script><path"), "<script> nie jest dozwolony"),
        (GOOD.replace("<path", '<path onclick="alert(1)"'), "atrybut onclick"),
        (GOOD.replace("<path", '<use href="https://example.org/#a"/><path'), "atrybut href"),
        (GOOD.replace("fill:#000", "fill:url(https://example.org)"), "<style> nie może"),
        (GOOD.replace("<path", '<image href="data:,x"/><path'), "<image> nie jest dozwolony"),
        (GOOD.replace("<path", "<foreignObject/><path"), "<foreignObject> nie jest dozwolony"),
        (GOOD.replace("<title>Kto kogo szkoli</title>", ""), "nie ma tytułu"),
        (GOOD.replace(' viewBox="0 0 10 10"', ""), "ma się zaczynać"),
        (f'<!DOCTYPE svg [<!ENTITY a "b">]>{GOOD}', "<!DOCTYPE>"),
        (GOOD[:-6], "nie jest poprawny SVG"),
        ("<html/>", "ma się zaczynać"),
    ],
)
def test_what_acts_loads_or_says_nothing_is_refused(svg: str, says: str) -> None:
    assert any(says in problem for problem in figure_problems(svg))


def test_a_program_takes_along_what_its_lessons_show(tmp_path: Path) -> None:
    lesson = {"lessons/woda.md": SHOWN + FILES["lessons/woda.md"], "figures/kto.svg": GOOD}
    found = load(write(tmp_path, lesson)).figure("kto")
    assert found
    assert found.svg == GOOD


@pytest.mark.parametrize(
    "shown",
    [
        '![Plan](figures/kto.svg "Tytuł")',
        "![Plan [a]](figures/kto.svg)",
        "![Plan][p]\n\n[p]: figures/kto.svg",
        "![Plan](<figures/kto.svg>)",
        "![Plan]( figures/kto.svg )",
        "- ![Plan](figures/kto.svg)",
        "Tak: ![Plan](figures/kto.svg) jest.",
    ],
)
def test_a_drawing_is_taken_along_however_it_is_written(tmp_path: Path, shown: str) -> None:
    lesson = {"lessons/woda.md": f"{shown}\n\n{FILES['lessons/woda.md']}", "figures/kto.svg": GOOD}
    assert load(write(tmp_path, lesson)).figure("kto")
    assert 'src="/f/kto.svg"' in reading(shown, (), "/f/").html


@pytest.mark.parametrize(
    "shown",
    [
        "`![Plan](figures/kto.svg)`",
        "<!-- ![Plan](figures/kto.svg) -->",
        "\\![Plan](figures/kto.svg)",
        "![a](figures/a/b.svg)",
    ],
)
def test_what_the_page_shows_as_no_drawing_is_not_asked_for(shown: str) -> None:
    assert list(figure_names(shown)) == []


def test_a_missing_drawing_is_told_where_it_is_asked_for(tmp_path: Path) -> None:
    [problem] = problems(write(tmp_path, {"lessons/woda.md": SHOWN + FILES["lessons/woda.md"]}))
    assert "figures/kto.svg" in problem.message


def test_a_bad_drawing_is_told_with_its_file(tmp_path: Path) -> None:
    spoilt = {
        "lessons/woda.md": SHOWN + FILES["lessons/woda.md"],
        "figures/kto.svg": GOOD.replace("<path", "<script/><path"),
    }
    [problem] = problems(write(tmp_path, spoilt))
    assert (problem.file, "<script>" in problem.message) == ("figures/kto.svg", True)
