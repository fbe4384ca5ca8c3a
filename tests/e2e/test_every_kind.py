"""A question of every kind: answered with and without JavaScript, checked at once in practice, scored, retried."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from lms_core.content.loader import load_program
from lms_core.domain.item_kinds import key_of, kind_of
from lms_core.domain.items import Form, Item
from tests.e2e.conftest import EVERY_KIND, Demo, sign_in
from tests.e2e.test_pages import look

pytestmark = pytest.mark.browser
PROGRAM = load_program(EVERY_KIND)


@pytest.fixture
def demo(every_kind: Demo) -> Demo:
    return every_kind


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A phone whose browser runs no JavaScript."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="pl-PL")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def enrol(page: Page, demo: Demo, who: str) -> str:
    """Return the address of the enrolment's units."""
    sign_in(page, demo, who)
    page.goto(f"{demo.url}/programs/kazdy-rodzaj")
    button = page.locator("main form[action$='/enrolment'] button")
    (button if button.count() else page.locator("main a[href$='/powtorka']")).first.click()
    return page.url.rsplit("/", 1)[0]


def start(page: Page, unit: str) -> None:
    page.goto(unit)
    page.get_by_role("button", name="Rozpocznij").click()
    expect(page).to_have_url(re.compile(r"/attempts/\d+$"))


def fields(page: Page, item: Item) -> Locator:
    return page.locator(f"[name='answer.{item.id}']")


def answer(page: Page, item: Item, response: tuple[str, ...]) -> None:
    form = kind_of(item).form
    if form in {Form.TEXT, Form.NUMBER}:
        fields(page, item).fill(response[0])
        return
    for part in response:
        if form is Form.PAIRS:
            page.locator(f"select:has(option[value='{part}'])").and_(fields(page, item)).select_option(part)
        else:
            page.locator(f"[name='answer.{item.id}'][value='{part}']").check()


def answer_all_rightly(page: Page) -> None:
    for item in PROGRAM.items.values():
        answer(page, item, key_of(item))


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="Przejdź do podsumowania").click()
    expect(page.get_by_text("Na każde pytanie jest odpowiedź")).to_be_visible()
    page.get_by_role("button", name="Prześlij odpowiedzi").click()


def test_every_kind_is_saved_at_once(desktop: Page, demo: Demo) -> None:
    unit = enrol(desktop, demo, "anna")
    start(desktop, f"{unit}/cwiczenie")
    attempt = desktop.url
    answer_all_rightly(desktop)
    expect(desktop.get_by_text("Odpowiedzi: 9")).to_be_visible()
    expect(desktop.locator("[data-save-state=''][data-state='saved']")).to_be_visible()
    desktop.goto(attempt)
    expect(desktop.locator("[data-answered]")).to_have_text("9")
    expect(desktop.get_by_label("Odpowiedź")).to_have_value("wójt")
    hand_in(desktop)
    expect(desktop.get_by_role("heading", level=1)).to_have_text("Ćwiczenie zaliczone")
    expect(desktop.get_by_text("100%").first).to_be_visible()


def test_every_kind_works_without_javascript_and_the_exam_explains_itself(plain: Page, demo: Demo) -> None:
    unit = enrol(plain, demo, "anna")
    start(plain, f"{unit}/egzamin")
    answer_all_rightly(plain)
    hand_in(plain)
    expect(plain.get_by_role("heading", level=1)).to_have_text("Egzamin zaliczony")
    expect(plain.get_by_text("Rodzaje pytań: 14/14 ≥ wymagane 8")).to_be_visible()


def test_practice_explains_an_answer_at_once(plain: Page, demo: Demo) -> None:
    unit = enrol(plain, demo, "zaneta")
    start(plain, f"{unit}/cwiczenie")
    word, number = PROGRAM.items["slowo"], PROGRAM.items["liczba"]
    answer(plain, word, ("  WÓJT gminy. ",))
    answer(plain, number, ("dziewięć",))
    asked = plain.locator("fieldset", has=fields(plain, number))
    asked.get_by_role("button", name="Sprawdź odpowiedź").click()
    expect(asked.get_by_text("To nie jest liczba")).to_be_visible()
    expect(asked.get_by_text("Źle")).to_be_visible()
    expect(asked.get_by_text("Trzy litry na dobę")).to_be_visible()
    expect(plain.locator("fieldset", has=fields(plain, word)).get_by_text("Dobrze")).to_be_visible()
    untouched = plain.locator("fieldset", has=fields(plain, PROGRAM.items["prawda"]))
    assert untouched.get_by_text("Źródło").count() == 0


def test_the_pages_are_accessible_at_every_width(desktop: Page, demo: Demo) -> None:
    unit = enrol(desktop, demo, "zaneta")
    look(desktop, f"{unit}/egzamin")
    desktop.goto(f"{unit}/cwiczenie")
    desktop.locator("main").get_by_role("button", name="Rozpocznij").or_(
        desktop.locator("main a[href^='/attempts/']")
    ).first.click()
    attempt = re.sub(r"\?.*", "", desktop.url)
    answer(desktop, PROGRAM.items["liczba"], ("12",))
    expect(desktop.locator("[data-save-state=''][data-state='saved']")).to_be_visible()
    look(desktop, f"{attempt}?feedback=1")
    look(desktop, f"{attempt}/summary")


def test_a_used_up_series_leads_through_the_refresher_to_the_next_one(desktop: Page, demo: Demo) -> None:
    unit = enrol(desktop, demo, "piotr")
    start(desktop, f"{unit}/egzamin")
    wrong = next(choice.id for choice in PROGRAM.items["jeden"].choices if not choice.correct)
    answer(desktop, PROGRAM.items["jeden"], (wrong,))
    desktop.get_by_role("button", name="Przejdź do podsumowania").click()
    desktop.get_by_role("button", name="Prześlij odpowiedzi").click()
    expect(desktop.get_by_text("Rodzaje pytań: 0/14 < wymagane 8")).to_be_visible()
    expect(desktop.get_by_text("Za błędne odpowiedzi odjęto punkty: 1.")).to_be_visible()
    desktop.goto(f"{unit}/egzamin")
    expect(desktop.get_by_text("Wykorzystano wszystkie podejścia (1).")).to_be_visible()
    desktop.get_by_role("link", name="Przejdź do powtórki").click()
    desktop.get_by_role("button", name="Zaznacz lekcję jako ukończoną").click()
    desktop.goto(f"{unit}/powtorka")
    assert desktop.get_by_role("button", name="Zaznacz lekcję jako ukończoną").count() == 0
    start(desktop, f"{unit}/egzamin")
    answer_all_rightly(desktop)
    hand_in(desktop)
    expect(desktop.get_by_role("heading", level=1)).to_have_text("Egzamin zaliczony")
    desktop.goto(f"{unit}/egzamin")
    expect(desktop.get_by_text("Seria 2, podejście 1")).to_be_visible()
