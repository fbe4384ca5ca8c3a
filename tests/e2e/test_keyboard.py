"""The whole road without a mouse: from signing in to a certificate's PDF by Tab, Space, arrows and Enter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lms_core.content.loader import load_program
from lms_core.domain.item_kinds import key_of
from tests.e2e.conftest import PASSWORD, Demo

pytestmark = pytest.mark.browser
KOS = load_program(Path(__file__).parents[2] / "plugins/kos_clubs/src/kos_clubs/content")
FOCUSED = "document.activeElement"
MOST_TABS = 120


def tab_to(page: Page, condition: str) -> None:
    """Press Tab until the focused element fulfils the condition; each stop on the way must be visible."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        box = page.evaluate(f"{FOCUSED}.getBoundingClientRect().toJSON()")
        outline = page.evaluate(f"getComputedStyle({FOCUSED}).outlineStyle + getComputedStyle({FOCUSED}).boxShadow")
        where = page.evaluate(f"{FOCUSED}.outerHTML.slice(0, 120)")
        assert box["width"], f"focus is on what nobody sees: {where}"
        native = page.evaluate(f"['INPUT', 'SUMMARY', 'BODY'].includes({FOCUSED}.tagName)")  # marked on their label
        assert native or outline != "nonenone", f"focus cannot be seen: {where}"
        if page.evaluate(f"(one => {condition})({FOCUSED})"):
            return
    raise AssertionError(f"not reached in {MOST_TABS} steps: {condition}")


def reach(page: Page, words: str) -> None:
    """Go to the button or link with these words."""
    said = f"one.textContent.replace(/\\s+/g, ' ').trim().startsWith('{words}')"
    tab_to(page, f"['A', 'BUTTON'].includes(one.tagName) && {said}")


def press(page: Page, words: str) -> None:
    """Press the button or link with these words, which leads to another page."""
    reach(page, words)
    enter(page)


def enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def sign_in(page: Page, demo: Demo, who: str) -> None:
    page.goto(f"{demo.url}/sign-in")
    tab_to(page, "one.name === 'email'")
    page.keyboard.type(f"{who}@demo.example")
    tab_to(page, "one.name === 'password'")
    page.keyboard.type(PASSWORD)
    enter(page)


def answer(page: Page) -> None:
    """Mark the right choices of every question shown: radios by arrows, checkboxes by Space."""
    for field in page.locator("input[name^='was.']").all():
        item = KOS.items[field.get_attribute("name").removeprefix("was.")]
        name, right = f"answer.{item.id}", key_of(item)
        if item.kind == "multiple_choice":
            for choice in right:
                tab_to(page, f"one.name === '{name}' && one.value === '{choice}'")
                page.keyboard.press("Space")
            continue
        tab_to(page, f"one.name === '{name}'")
        page.keyboard.press("Space")
        for _ in item.choices:
            if page.evaluate(f"{FOCUSED}.value") == right[0]:
                break
            page.keyboard.press("ArrowDown")
        assert page.evaluate(f"{FOCUSED}.value") == right[0]


def test_from_signing_in_to_a_certificate(desktop: Page, demo: Demo) -> None:
    sign_in(desktop, demo, "naczelnik")
    desktop.goto(f"{demo.url}/programs")
    press(desktop, "KOS: 72 godziny w domu")
    press(desktop, "Zapisz się")
    expect(desktop).to_have_url(re.compile(r"/learn/\d+/trzy-dni-w-domu"))
    press(desktop, "Zaznacz lekcję jako ukończoną")
    press(desktop, "Rozpocznij egzamin")
    expect(desktop).to_have_url(re.compile(r"/attempts/\d+"))
    answer(desktop)
    expect(desktop.get_by_text("Odpowiedzi: 3 z 3")).to_be_visible()
    press(desktop, "Przejdź do podsumowania")
    press(desktop, "Prześlij odpowiedzi")
    expect(desktop.get_by_role("heading", name="Egzamin zaliczony")).to_be_visible()
    expect(desktop.get_by_text("Zobacz zaświadczenie")).to_be_visible(timeout=20_000)  # once it is signed
    press(desktop, "Zobacz zaświadczenie")
    expect(desktop.get_by_role("link", name="Pobierz PDF")).to_be_visible(timeout=20_000)
    reach(desktop, "Pobierz PDF")
    with desktop.expect_download() as paper:
        desktop.keyboard.press("Enter")
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF")


def test_a_role_is_chosen_by_arrows_and_an_error_is_led_to(desktop: Page, demo: Demo) -> None:
    """Nothing chosen: the summary has the focus, its link leads to the first radio, the arrows choose."""
    sign_in(desktop, demo, "naczelnik")
    desktop.goto(f"{demo.url}/programs/zpos-modul-2#zapis")
    tab_to(desktop, "one.name === 'since'")
    enter(desktop)
    expect(desktop.locator(".govuk-error-summary")).to_be_focused()
    tab_to(desktop, "one.getAttribute('href') === '#role'")
    desktop.keyboard.press("Enter")
    assert desktop.evaluate(f"{FOCUSED}.name") == "role"
    desktop.keyboard.press("Space")
    desktop.keyboard.press("ArrowDown")
    assert desktop.evaluate(f"{FOCUSED}.value") == "starosta"
    tab_to(desktop, "one.name === 'since'")
    desktop.keyboard.press("Enter")
    expect(desktop).to_have_url(re.compile(r"/learn/\d+/kto-i-kiedy"))
