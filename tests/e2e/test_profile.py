"""Registering and confirming one's name, in the browser: by keyboard, at three widths, with no axe finding."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PASSWORD, Demo
from tests.e2e.test_pages import findings, look

pytestmark = pytest.mark.browser
NAME = "Zofia Źdźbło-Nowa"


def newest_link(demo: Demo, page: Page) -> str:
    """Return the link of the newest letter that has one; the worker writes it within a second or two."""
    outbox = Path(demo.output).parent / "data" / "outbox"
    for _ in range(60):
        for path in sorted(outbox.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True):
            if found := re.search(r"/join/[\w-]{43}", path.read_text(encoding="utf-8")):
                return found.group()
        page.wait_for_timeout(250)
    raise AssertionError("no letter came")


def test_from_an_address_to_a_confirmed_name_and_ones_own_data(desktop: Page, demo: Demo) -> None:
    page = desktop
    page.goto(f"{demo.url}/sign-in")
    page.get_by_role("link", name="Załóż konto").click()
    page.get_by_label("Adres e-mail").press_sequentially("zofia.nowa@demo.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sprawdź pocztę")).to_be_visible()
    assert findings(page) == []
    path = newest_link(demo, page)
    look(page, demo.url + path)
    page.get_by_role("button", name="Załóż konto").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert findings(page) == []
    page.get_by_label("Imię i nazwisko").fill("Zofia Zdzblo")
    page.get_by_role("textbox", name="Hasło", exact=True).fill(PASSWORD)
    page.get_by_role("textbox", name="Hasło jeszcze raz").fill(PASSWORD)
    page.get_by_role("button", name="Załóż konto").press("Enter")
    expect(page.get_by_text("Konto gotowe")).to_be_visible()
    look(page, demo.url + path, expected=404)
    page.goto(f"{demo.url}/profile")
    page.get_by_text("Popraw imię lub nazwisko").press("Enter")
    page.get_by_label("Imię i nazwisko na zaświadczeniu").fill(NAME)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Tak będzie na zaświadczeniu.")).to_be_visible()
    expect(page.get_by_text("Potwierdzone")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Pobierz moje dane").click()
    assert NAME in Path(download.value.path()).read_text(encoding="utf-8")


def test_a_certificates_link_can_be_copied_from_the_list(desktop: Page, demo: Demo) -> None:
    page = desktop
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=demo.url)
    page.goto(f"{demo.url}/sign-in")
    page.get_by_label("Adres e-mail").fill("zaneta@demo.example")
    page.get_by_role("textbox", name="Hasło").fill(PASSWORD)
    page.get_by_role("button", name="Zaloguj się").click()
    page.goto(f"{demo.url}/certificates")
    card = page.locator("article", has=page.get_by_role("link", name="Pobierz PDF")).first
    expect(card.get_by_role("link", name="Podpisany dokument (JSON)")).to_be_visible()
    card.get_by_role("button", name="Skopiuj odnośnik").click()
    expect(card.get_by_role("status")).to_have_text("Skopiowano.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(re.escape(demo.url) + r"/c/[0-9A-Z]{16}", copied)
    assert page.goto(copied).status == 200
