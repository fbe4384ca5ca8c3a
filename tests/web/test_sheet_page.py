"""The page of a running attempt without JavaScript: all questions or one, saved by the way, summed up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lms_core.models import ResponseEvent
from lms_core.plugin_host import Source, installed_sources
from tests.road import Browser, Site

EVERY_KIND = Path(__file__).parents[1] / "e2e" / "every_kind"
COUNT = 9


@pytest.fixture
def sources() -> list[Source]:
    return installed_sources([EVERY_KIND])


@pytest.fixture
def sitting(site: Site) -> tuple[Browser, str]:
    """Return a learner and the address of an open practice attempt."""
    learner = site.learner()
    return learner, f"/attempts/{learner.start(learner.enrol('kazdy-rodzaj'), 'cwiczenie')}"


def shown(page: str) -> list[int]:
    """Return the numbers of the questions that are not hidden."""
    fields = re.findall(r'<fieldset [^>]*id="pytanie-(\d+)"([^>]*)>', page)
    return [int(number) for number, rest in fields if not re.search(r"\bhidden\b", rest)]


def steps(page: str) -> dict[str, str]:
    """Return where the visible buttons below the question lead, by their direction."""
    found = re.findall(r'<button [^>]*value="([^"]+)" data-step="([^"]+)"([^>]*)>', page)
    return {step: value for value, step, rest in found if "hidden" not in rest}


def test_all_questions_stand_on_one_page(sitting: tuple[Browser, str]) -> None:
    browser, path = sitting
    page = browser.get(path).text
    assert shown(page) == list(range(1, COUNT + 1))
    assert re.search(r'value="go\.1" data-view-switch>Pokazuj po jednym pytaniu', page)


@pytest.mark.parametrize(("asked", "got"), [("1", 1), ("5", 5), ("0", 1), ("-3", 1), ("999999999999999999999", COUNT)])
def test_one_question_stands_alone_and_a_number_that_is_none_leads_to_the_nearest(
    sitting: tuple[Browser, str], asked: str, got: int
) -> None:
    browser, path = sitting
    assert shown(browser.get(f"{path}?pytanie={asked}").text) == [got]


@pytest.mark.parametrize("asked", ["", "x", "1.5", "9" * 5000])
def test_what_is_no_number_shows_them_all(sitting: tuple[Browser, str], asked: str) -> None:
    browser, path = sitting
    assert len(shown(browser.get(f"{path}?pytanie={asked}").text)) == COUNT


def test_the_first_and_the_last_question_have_one_neighbour(sitting: tuple[Browser, str]) -> None:
    browser, path = sitting
    first, middle, last = (steps(browser.get(f"{path}?pytanie={number}").text) for number in (1, 4, COUNT))
    assert first == {"next": "go.2", "summary": "summary"}
    assert middle == {"previous": "go.3", "next": "go.5", "summary": "summary"}
    assert last == {"previous": f"go.{COUNT - 1}"}


def test_going_on_saves_the_answer(site: Site, sitting: tuple[Browser, str]) -> None:
    browser, path = sitting
    choice = site.program("kazdy-rodzaj").items["jeden"].choices[0].id
    form = {"action": "go.2", "pytanie": "1", "was.jeden": "", "answer.jeden": choice}
    answer = browser.post(path, form, page=path)
    assert answer.location == f"{path}?pytanie=2"
    assert [(one.item_id, one.response) for one in site.rows(ResponseEvent)] == [("jeden", [choice])]


@pytest.mark.parametrize(
    ("form", "where"),
    [
        ({"action": "go.1"}, "?pytanie=1"),
        ({"action": "all", "pytanie": "3"}, ""),
        ({"action": "save", "pytanie": "3"}, "?pytanie=3"),
        ({"action": "save"}, ""),
        ({"action": "summary", "pytanie": "3"}, "/summary?pytanie=3"),
        ({"action": "summary"}, "/summary"),
        ({"action": "check.pytanie-3", "pytanie": "3"}, "?feedback=1&pytanie=3#pytanie-3"),
        ({"action": "check.pytanie-3"}, "?feedback=1#pytanie-3"),
        ({"action": "go.//evil.example"}, "?pytanie=//evil.example"),
    ],
)
def test_each_button_leads_where_it_says(sitting: tuple[Browser, str], form: dict, where: str) -> None:
    browser, path = sitting
    assert browser.post(path, form, page=path).location == path + where


def test_the_summary_leads_back_the_way_one_came(sitting: tuple[Browser, str]) -> None:
    browser, path = sitting
    alone, together = browser.get(f"{path}/summary?pytanie=3").text, browser.get(f"{path}/summary").text
    assert f'href="{path}?pytanie=5"' in alone
    assert f'href="{path}?pytanie=3"' in alone
    assert f'href="{path}#pytanie-5"' in together
    assert "?pytanie" not in together


def test_a_case_is_read_at_each_of_its_questions_and_at_no_other(sitting: tuple[Browser, str]) -> None:
    browser, path = sitting
    page = browser.get(path).text
    of_case = {int(number) for number in re.findall(r'id="pytanie-(\d+)"[^>]*data-of-case="powodz"', page)}
    assert len(of_case) > 1
    for number in range(1, COUNT + 1):
        case = re.search(r"<section [^>]*data-case[^>]*>", browser.get(f"{path}?pytanie={number}").text).group()
        assert ("hidden" not in case) == (number in of_case), number


def test_when_time_is_up_the_page_still_sends_what_waits_on_the_device(site: Site) -> None:
    learner = site.learner()
    path = f"/attempts/{learner.start(learner.enrol('kazdy-rodzaj'), 'egzamin')}"
    site.clock.advance(minutes=20, seconds=1)
    page = learner.get(path).text
    assert "Odpowiedzi nie można już zmienić" in page
    assert re.search(r'data-saving data-attempt="\d+-\d{20}" data-api="/api/v1/attempts/\d+"[^>]* hidden', page)
    assert re.search(r'<script type="module" src="/static/summary.js\?v=\w+">', page)
    assert shown(page) == []


def test_a_question_about_order_says_so(sitting: tuple[Browser, str]) -> None:
    browser, path = sitting
    page = browser.get(path).text
    assert page.count("data-order") == 1
    assert page.count("wybierz jego miejsce") == 1
