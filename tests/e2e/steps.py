"""Steps of the road in the browser."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from lms_core.content.loader import load_program
from lms_core.domain.item_kinds import key_of
from lms_core.domain.lessons import Lesson
from tests.e2e.conftest import Demo, sign_in
from tests.e2e.test_every_kind import answer
from tests.road import wrong_answer

CONTENT = Path(__file__).parents[2] / "plugins/zpos_module2/src/zpos_module2/content"
PROGRAM = load_program(CONTENT)


def answer_all(page: Page, *, right: bool) -> None:
    """Answer what the page shows; the tests know the keys from the content's files."""
    shown = page.locator("input[name^='was.']")
    for number in range(shown.count()):
        item = PROGRAM.items[shown.nth(number).get_attribute("name").removeprefix("was.")]
        answer(page, item, key_of(item) if right else wrong_answer(item))


def go_to_the_exam(page: Page, demo: Demo, who: str) -> None:
    """Join in a role, read every lesson and start the exam."""
    sign_in(page, demo, who)
    page.goto(f"{demo.url}/programs")
    page.get_by_role("link", name="ZPOS Moduł II").first.click()
    page.get_by_role("radio", name="Osoba wykonująca zadania").check()
    page.locator("main form[action$='/enrolment'] button").click()
    expect(page).to_have_url(re.compile("/learn/"))
    units = page.url.rsplit("/", 1)[0]
    for lesson in (unit.id for unit in PROGRAM.units if isinstance(unit, Lesson)):
        page.goto(f"{units}/{lesson}")
        page.get_by_role("button", name="Zaznacz lekcję jako ukończoną").click()
        expect(page).not_to_have_url(f"{units}/{lesson}")
    page.goto(f"{units}/egzamin-koncowy")
    page.get_by_role("button", name="Rozpocznij").click()


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="Przejdź do podsumowania").click()
    page.get_by_role("button", name="Prześlij odpowiedzi").click()
    expect(page).to_have_url(re.compile("/result$"))


def wait_for_the_pdf(page: Page, demo: Demo) -> None:
    """Open the list of certificates until the worker has signed, which takes a second or two."""
    page.goto(f"{demo.url}/certificates")
    for _ in range(40):
        if page.get_by_role("link", name="Pobierz PDF").count():
            return
        page.wait_for_timeout(250)
        page.reload()
