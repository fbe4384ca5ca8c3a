"""Sitting the practice and the exam of the program with every kind of question."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from lms_core.content.loader import load_program
from tests.e2e.conftest import EVERY_KIND, Demo, sign_in

PROGRAM = load_program(EVERY_KIND)
SESSIONS: dict[tuple[str, str], list[Any]] = {}
"""Cookies by demo and person."""
PRACTICE, EXAM = "cwiczenie", "egzamin"
API = "**/api/v1/**"


def come_in(page: Page, demo: Demo, who: str) -> None:
    """Be signed in with a session that was begun before, where there is one: signing in often is refused."""
    key = demo.url, who
    if key not in SESSIONS:
        sign_in(page, demo, who)
        SESSIONS[key] = page.context.cookies()
    page.context.add_cookies(SESSIONS[key])


def unit(page: Page, demo: Demo, who: str, unit_id: str) -> None:
    """Open a unit of the program, enrolling first where that is still to be done."""
    come_in(page, demo, who)
    page.goto(f"{demo.url}/programs/kazdy-rodzaj")
    button = page.locator("main form[action$='/enrolment'] button")
    (button if button.count() else page.locator("main a[href$='/powtorka']")).first.click()
    page.goto(f"{page.url.rsplit('/', 1)[0]}/{unit_id}")


def practise(page: Page, demo: Demo, who: str) -> str:
    """Start a practice of one's own and return its address; one that another test left open is handed in first."""
    unit(page, demo, who, PRACTICE)
    begun = page.locator("main a[href^='/attempts/']", has_text="Wróć do podejścia")
    if begun.count():
        address = page.url
        page.goto(demo.url + begun.get_attribute("href") + "/summary")
        page.get_by_role("button", name="Prześlij odpowiedzi").click()
        expect(page).to_have_url(re.compile("/result$"))
        page.goto(address)
    page.get_by_role("button", name="Rozpocznij").click()
    expect(page).to_have_url(re.compile(r"/attempts/\d+$"))
    return page.url


def examine(page: Page, demo: Demo, who: str) -> str:
    """Open the exam, starting it where that is still to be done, and return its address."""
    unit(page, demo, who, EXAM)
    start = page.get_by_role("button", name="Rozpocznij")
    (start if start.count() else page.get_by_role("link", name="Wróć do podejścia")).click()
    expect(page).to_have_url(re.compile(r"/attempts/\d+$"))
    return page.url


def named(item: str, letter: str) -> str:
    """Return the id that a page gives to a choice, which its author called a, b or c in the order of the file."""
    return PROGRAM.items[item].choices["abc".index(letter)].id


def choice(page: Page, item: str, letter: str) -> Locator:
    return page.locator(f"[name='answer.{item}'][value='{named(item, letter)}']")


def question(page: Page, item: str) -> Locator:
    return page.locator(f"[data-item='{item}']")


def state(page: Page) -> Locator:
    return page.locator("[data-save-state]")


def help_text(page: Page) -> Locator:
    return page.locator("[data-save-help-text]")


def saved(page: Page) -> None:
    expect(page.locator("[data-save-state][data-state='saved']")).to_be_visible()


def come_back(page: Page) -> None:
    """What a browser says when somebody returns to a tab; all tabs of a test are in sight all the time."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def held(page: Page, attempt: str) -> dict[str, list[str]]:
    """Return the responses that count, as the server says."""
    return sheet(page.context, attempt)["responses"]


def sheet(context: BrowserContext, attempt: str) -> dict[str, Any]:
    return context.request.get(attempt.replace("/attempts/", "/api/v1/attempts/")).json()


def cut(page: Page) -> None:
    """No answer gets through; pages do, as they would with a network that comes and goes."""
    page.route(API, lambda route: route.abort())


def mend(page: Page) -> None:
    page.unroute(API)
    page.evaluate("dispatchEvent(new Event('online'))")
