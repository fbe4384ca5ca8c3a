"""No byte that a learner sees before the policy allows contains a key."""

from __future__ import annotations

import re

import pytest

from lms_core.domain.item_kinds import key_of, kind_of
from lms_core.domain.items import Form, Item
from tests.road import Browser, Site


def texts(item: Item) -> list[str]:
    """What would give the answer away: explanations and sources."""
    feedback = [str(choice.feedback) for choice in item.choices if choice.feedback]
    return [str(item.feedback), item.source, *feedback]


@pytest.fixture
def browser(site: Site) -> Browser:
    return site.learner()


@pytest.mark.parametrize("unit", ["sprawdz-sie", "egzamin-koncowy"])
def test_nothing_shown_before_handing_in_holds_a_key(site: Site, browser: Browser, unit: str) -> None:
    enrolment = browser.enrol()
    attempt = browser.start(enrolment, unit)
    program = site.program_of(attempt)
    headers = {"X-CSRFToken": browser.token("/my")}
    item = program.items[site.attempt(attempt).paper[0]["item"]]
    body = {"client": "c" * 12, "events": [{"seq": 1, "item": item.id, "response": list(key_of(item))}]}
    answers = [
        browser.get(f"/learn/{enrolment}/{unit}"),
        browser.get(f"/attempts/{attempt}"),
        browser.client.post(f"/api/v1/attempts/{attempt}/events", json=body, headers=headers),
        browser.get(f"/attempts/{attempt}"),
        browser.get(f"/attempts/{attempt}/summary"),
        browser.client.get(f"/attempts/{attempt}/result", follow_redirects=True),
    ]
    for answer in answers:
        seen = answer.text + str(answer.headers)
        assert answer.status_code == 200
        assert "correct" not in seen
        for one in program.items.values():
            assert not [text for text in texts(one) if text in seen or escaped(text) in seen], answer.request.path


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&#34;")


def test_right_and_wrong_choices_look_alike(site: Site, browser: Browser) -> None:
    """Beside texts and ids, the markup of a right choice is that of a wrong one."""
    attempt = browser.start(browser.enrol())
    program = site.program_of(attempt)
    page = browser.get(f"/attempts/{attempt}").text
    drawn = [program.items[entry["item"]] for entry in site.attempt(attempt).paper]
    chosen = [item for item in drawn if kind_of(item).form in {Form.ONE, Form.MANY}]
    assert chosen
    for item in chosen:
        shapes = set()
        for choice in item.choices:
            field = re.search(rf'<input[^>]*name="answer.{item.id}"[^>]*value="{choice.id}"[^>]*>', page)
            assert field, (item.id, choice.id)
            shapes.add(re.sub(r'(id|value|aria-describedby)="[^"]*"', "", field.group(0)))
        assert len(shapes) == 1


def test_order_of_choices_differs_between_papers(site: Site) -> None:
    orders = set()
    for letter in "ABCDEFGH":
        browser = site.learner(f"Osoba {letter}")
        attempt = browser.start(browser.enrol())
        orders |= {(entry["item"], tuple(entry["choices"])) for entry in site.attempt(attempt).paper}
    items = [item for item, _ in orders]
    assert any(items.count(item) > 1 for item in items)


def test_afterwards_an_exam_shows_what_its_policy_says_and_practice_all(site: Site, browser: Browser) -> None:
    enrolment = browser.enrol()
    practice = browser.start(enrolment, "sprawdz-sie")
    browser.answer(practice, right=False)
    browser.submit(practice)
    page = browser.get(f"/attempts/{practice}/result").text
    item = site.program_of(practice).items[site.attempt(practice).paper[0]["item"]]
    assert escaped(str(item.feedback)) in page
    assert "Prawidłowa odpowiedź" in page

    exam = browser.start(enrolment)
    browser.answer(exam, right=False)
    browser.submit(exam)
    page = browser.get(f"/attempts/{exam}/result").text
    assert "Prawidłowa odpowiedź" not in page
    assert "tylko pytania z błędną odpowiedzią" in page
    assert re.search(r"Następne podejście będzie możliwe od.22", page)
