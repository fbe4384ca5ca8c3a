"""Steps of the road in the browser."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from lms_core.content.loader import load_program
from lms_core.domain.item_kinds import key_of
from tests.e2e.conftest import Demo, sign_in

CONTENT = Path(__file__).parents[2] / "plugins/zpos_module2/src/zpos_module2/content"


def answer_all(page: Page, *, right: bool) -> None:
    """Answer what the page shows; the tests know the keys from the content's files."""
    items = load_program(CONTENT).items
    shown = page.locator("input[name^='was.']")
    for number in range(shown.count()):
        item = items[shown.nth(number).get_attribute("name").removeprefix("was.")]
        wrong = [choice.id for choice in item.choices if choice.id not in key_of(item)][:1]
        for choice in key_of(item) if right else wrong:
            page.locator(f"input[name='answer.{item.id}'][value='{choice}']").check()


def go_to_the_exam(page: Page, demo: Demo, who: str) -> None:
    sign_in(page, demo, who)
    page.goto(f"{demo.url}/programs")
    page.get_by_role("link", name="ZPOS Moduł II").first.click()
    page.locator("main form[action$='/enrolment'] button").click()
    for _ in range(2):
        page.get_by_role("button", name="Zaznacz lekcję jako ukończoną").click()
    page.goto(page.url.replace("sprawdz-sie", "egzamin-koncowy"))
    page.get_by_role("button", name="Rozpocznij").click()


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="Przejdź do podsumowania").click()
    page.get_by_role("button", name="Prześlij odpowiedzi").click()


def wait_for_the_pdf(page: Page, demo: Demo) -> None:
    """Open the list of certificates until the worker has signed, which takes a second or two."""
    page.goto(f"{demo.url}/certificates")
    for _ in range(40):
        if page.get_by_role("link", name="Pobierz PDF").count():
            return
        page.wait_for_timeout(250)
        page.reload()
