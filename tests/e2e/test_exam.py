"""Sitting an exam: with JavaScript each answer is saved at once, without it nothing is missing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Demo, sign_in

pytestmark = pytest.mark.browser


def start_practice(page: Page, demo: Demo) -> str:
    """Return the address of an open practice attempt of the graduate."""
    sign_in(page, demo, "zaneta")
    page.goto(f"{demo.url}/my")
    href = page.locator("main a[href^='/learn/']").first.get_attribute("href")
    page.goto(demo.url + re.sub(r"[^/]+$", "sprawdz-sie", href))
    page.locator("main").get_by_role("button", name=re.compile("Rozpocznij|Wróć|Kontynuuj")).or_(
        page.locator("main a[href^='/attempts/']")
    ).first.click()
    expect(page).to_have_url(re.compile(r"/attempts/\d+$"))
    return page.url


def test_an_answer_is_saved_at_once_and_survives_a_reload(desktop: Page, demo: Demo) -> None:
    attempt = start_practice(desktop, demo)
    choice = desktop.locator("input[type=radio]").first
    choice.check()
    expect(desktop.get_by_text("Zapisano o").first).to_be_visible()
    desktop.goto(attempt)
    expect(choice).to_be_checked()


def test_what_was_answered_while_the_network_was_gone_is_saved_when_it_is_back(desktop: Page, demo: Demo) -> None:
    attempt = start_practice(desktop, demo)
    desktop.context.set_offline(True)
    choice = desktop.locator("input[type=radio]").nth(1)
    choice.check()
    expect(desktop.get_by_text("odpowiedź czeka na\u00a0połączenie").first).to_be_visible()
    desktop.context.set_offline(False)
    expect(desktop.get_by_text("Zapisano o").first).to_be_visible(timeout=20_000)
    desktop.goto(attempt)
    expect(choice).to_be_checked()


def test_two_tabs_of_one_attempt_agree_with_the_server(desktop: Page, demo: Demo) -> None:
    """A stale tab never takes back what another one saved later."""
    attempt = start_practice(desktop, demo)
    stale = desktop.context.new_page()
    stale.goto(attempt)
    first, second = desktop.locator("input[type=radio]").nth(0), desktop.locator("input[type=radio]").nth(1)
    (second if first.is_checked() else first).check()
    expect(desktop.get_by_text("Zapisano o").first).to_be_visible()
    desktop.wait_for_timeout(300)
    chosen = desktop.locator("input[type=radio]:checked").first.get_attribute("value")
    expect(stale.get_by_role("button", name="Zapisz odpowiedzi")).to_be_hidden()
    stale.get_by_role("button", name="Przejdź do podsumowania").click()
    expect(stale).to_have_url(re.compile(r"/summary$"))
    stale.goto(attempt)
    assert stale.locator("input[type=radio]:checked").first.get_attribute("value") == chosen


def test_the_whole_attempt_without_javascript(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    attempt = start_practice(page, demo)
    radio = page.locator("input[type=radio]").first
    radio.check()
    page.get_by_role("button", name="Zapisz odpowiedzi").click()
    expect(page.get_by_text("Odpowiedzi zapisane").first).to_be_visible()
    expect(radio).to_be_checked()
    page.get_by_role("button", name="Przejdź do podsumowania").click()
    page.get_by_role("button", name="Prześlij odpowiedzi").click()
    expect(page).to_have_url(re.compile(r"/result$"))
    page.goto(attempt)
    expect(page).to_have_url(re.compile(r"/result$"))
    context.close()


def test_the_exam_by_keyboard_alone(desktop: Page, demo: Demo) -> None:
    """From the address bar to a saved answer and the summary, no mouse."""
    start_practice(desktop, demo)
    desktop.locator("body").focus()
    desktop.keyboard.press("Tab")
    assert desktop.evaluate("document.activeElement.getAttribute('href')") == "#tresc"
    desktop.keyboard.press("Enter")
    for _ in range(80):
        desktop.keyboard.press("Tab")
        if desktop.evaluate("document.activeElement.matches('[type=radio], [type=checkbox][name]')"):
            break
    desktop.keyboard.press("Space")
    desktop.keyboard.press("ArrowDown")
    expect(desktop.get_by_text("Zapisano o").first).to_be_visible()
    for _ in range(150):
        desktop.keyboard.press("Tab")
        if desktop.evaluate("document.activeElement.value") == "summary":
            break
    desktop.keyboard.press("Enter")
    expect(desktop).to_have_url(re.compile(r"/summary$"))
