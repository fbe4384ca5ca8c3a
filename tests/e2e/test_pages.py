"""Every page at 1280, 360 and 320 px: no axe finding, nothing cut off, no error in the console."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Demo, sign_in

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
WIDTHS = (1280, 360, 320)
PUBLIC = (
    "/",
    "/sign-in",
    "/programs",
    "/programs/zpos-modul-2",
    "/programs/kos-72-godziny",
    "/verify",
    "/password/reset",
    "/join",
    "/accessibility",
    "/privacy",
)
REFUSED = [("/nie-ma", 404), ("/verify?code=zły", 422), ("/c/0000000000000000", 404)]


def findings(page: Page) -> list[str]:
    page.evaluate(AXE)
    run = "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})"
    found = page.evaluate(run)["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


def look(page: Page, url: str, *, expected: int = 200) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    answer = page.goto(url)
    assert answer.status == expected, url
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{url} is {overflow} px wider than {width}"
        assert findings(page) == [], f"{url} at {width}"
    assert errors == [], url


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages(desktop: Page, demo: Demo, path: str) -> None:
    look(desktop, demo.url + path)


@pytest.mark.parametrize(("path", "status"), REFUSED)
def test_refusals(desktop: Page, demo: Demo, path: str, status: int) -> None:
    look(desktop, demo.url + path, expected=status)


def test_pages_of_a_graduate(desktop: Page, demo: Demo) -> None:
    sign_in(desktop, demo, "zaneta")
    look(desktop, demo.url)
    look(desktop, f"{demo.url}/my")
    look(desktop, f"{demo.url}/profile")
    look(desktop, f"{demo.url}/certificates")
    desktop.locator("main a[href^='/certificates/']").first.click()
    code = desktop.url.rsplit("/", 1)[1]
    look(desktop, f"{demo.url}/certificates/{code}")
    look(desktop, f"{demo.url}/c/{code}")
    look(desktop, f"{demo.url}/C/{code}")


def test_pages_of_a_learner(desktop: Page, demo: Demo) -> None:
    page = desktop
    sign_in(page, demo, "piotr")
    page.goto(f"{demo.url}/programs/osp-doskonalenie")
    page.locator("main form[action$='/enrolment'] button").click()
    lesson = page.url
    look(page, lesson)
    unit = lesson.replace("od-roty-do-plutonu", "sprawdzian-wiedzy")
    look(page, unit)
    page.get_by_role("button", name="Rozpocznij").click()
    attempt = page.url
    look(page, attempt)
    look(page, f"{attempt}/summary")
    page.get_by_role("button", name="Prześlij odpowiedzi").click()
    expect(page).to_have_url(f"{attempt}/result")
    look(page, f"{attempt}/result")
    look(page, unit)
    look(page, f"{demo.url}/people", expected=403)
    look(page, f"{demo.url}/password")


def test_pages_of_an_administrator(desktop: Page, demo: Demo) -> None:
    page = desktop
    sign_in(page, demo, "admin")
    look(page, f"{demo.url}/people")
    page.get_by_label("Imię i nazwisko").fill("Zofia Nowa")
    page.get_by_label("Adres e-mail").fill("to nie adres")
    page.get_by_role("button", name="Dodaj osobę").click()
    assert findings(page) == []
    page.get_by_label("Adres e-mail").fill("zofia@demo.example")
    page.get_by_role("button", name="Dodaj osobę").click()
    assert findings(page) == []
    for link in ("Dodatkowy czas", "Nowe hasło"):
        page.goto(f"{demo.url}/people")
        page.get_by_role("link", name=re.compile(f"{link} ?: Zofia Nowa")).click()
        look(page, page.url)
    look(page, f"{demo.url}/tokens")


def test_a_failed_sign_in(desktop: Page, demo: Demo) -> None:
    page = desktop
    page.goto(f"{demo.url}/sign-in")
    page.get_by_label("Adres e-mail").fill("nikt@demo.example")
    page.get_by_role("textbox", name="Hasło").fill("nieprawda")
    page.get_by_role("button", name="Zaloguj się").click()
    assert page.get_by_role("alert").count() == 1
    assert findings(page) == []


def test_every_page_says_its_language_and_title(browser: Browser, demo: Demo) -> None:
    context = browser.new_context()
    page = context.new_page()
    titles = set()
    for path in PUBLIC:
        page.goto(demo.url + path)
        assert page.locator("html").get_attribute("lang") == "pl"
        titles.add(page.title())
    assert len(titles) == len(PUBLIC)
    context.close()
