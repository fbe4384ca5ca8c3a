"""The coordinator's whole road in a browser: from Excel's file to a colleague who learns, and back to Excel."""

from __future__ import annotations

import email
import re
import time
from email.policy import default
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lms_core.content import workbooks
from tests.e2e.conftest import Demo, sign_in
from tests.e2e.test_pages import WIDTHS, findings

pytestmark = pytest.mark.browser
COLLEAGUE = "krystyna.sliwinska@gmina.example"
LIST = f"Imię;Nazwisko;Adres e-mail;Telefon\r\nKrystyna;Śliwińska;{COLLEAGUE};600 100 200\r\n"
NEW_PASSWORD = "zielony-zeszyt-w-kratke"


def look(page: Page) -> None:
    """What stands on the page now, at each width: nothing cut off, nothing that axe finds."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{page.url} is {overflow} px wider than {width}"
        assert findings(page) == [], f"{page.url} at {width}"
    page.set_viewport_size({"width": 1280, "height": 900})


def become_coordinator(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "admin")
    page.goto(f"{demo.url}/people")
    page.get_by_label(re.compile("Nowa rola: Barbara Kowalczyk")).select_option("coordinator")
    page.get_by_role("button", name=re.compile("Nadaj rolę: Barbara Kowalczyk")).click()


def upload(page: Page, content: bytes, folder: Path) -> None:
    """Choose the file and, of the first program that is offered, the last role or the program itself."""
    file = folder / "lista.csv"
    file.write_bytes(content)
    page.get_by_role("navigation", name="Moja organizacja").get_by_role("link", name="Dodaj osoby z listy").click()
    page.get_by_label("Plik z Excela").set_input_files(file)
    options = page.get_by_label("Zapisz na program").locator("option")
    page.get_by_label("Zapisz na program").select_option(index=options.count() - 1)
    look(page)
    page.get_by_role("button", name="Pokaż podgląd").click()


def link_of_the_invitation(demo: Demo) -> str:
    outbox = demo.output.parent / "data" / "outbox"
    for _ in range(60):
        for path in outbox.glob("*.eml"):
            letter = email.message_from_bytes(path.read_bytes(), policy=default)
            if letter["To"] == COLLEAGUE:
                return re.findall(rf"{demo.url}/password/reset/i\.[\w-]+", letter.get_content())[0]
        time.sleep(0.25)
    raise AssertionError("no invitation in a quarter of a minute")


def mend_and_take_in(page: Page, folder: Path) -> None:
    """A list with a mistake, then the right one."""
    upload(page, LIST.replace("@gmina", " @gmina").encode("cp1250"), folder)
    expect(page.get_by_role("heading", level=1)).to_have_text("Lista do poprawienia")
    expect(page.get_by_role("row", name=re.compile("2 Krystyna Śliwińska.*Podaj adres e-mail"))).to_be_visible()
    look(page)
    page.get_by_role("link", name="Wyślij inną listę").click()
    upload(page, LIST.encode("cp1250"), folder)
    expect(page.get_by_role("row", name=re.compile("2 Krystyna Śliwińska.*nowe konto"))).to_be_visible()
    expect(page.get_by_text("Nie czytamy kolumn: Telefon.")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Zapisz wszystkich (1)").click()
    expect(page.get_by_text("Nowe konta: 1.")).to_be_visible()
    look(page)


def follow_the_invitation_and_learn(page: Page, demo: Demo) -> None:
    page.goto(link_of_the_invitation(demo))
    page.get_by_role("textbox", name="Nowe hasło", exact=True).fill(NEW_PASSWORD)
    page.get_by_role("textbox", name="Nowe hasło jeszcze raz").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Ustaw hasło").click()
    page.get_by_label("Adres e-mail").fill(COLLEAGUE)
    page.get_by_role("textbox", name="Hasło").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Zaloguj się").click()
    page.goto(f"{demo.url}/my")
    page.get_by_role("link", name="Rozpocznij naukę").click()
    page.get_by_role("button", name="Zaznacz lekcję jako ukończoną").click()


def test_from_a_file_to_a_colleague_who_learns_and_to_the_results(desktop: Page, demo: Demo, tmp_path: Path) -> None:
    page = desktop
    become_coordinator(page, demo)
    page.get_by_role("link", name="Moja organizacja").click()
    look(page)
    mend_and_take_in(page, tmp_path)
    page.get_by_role("button", name="Zapisz zaznaczone").click()
    expect(page.get_by_role("alert")).to_contain_text("Zaznacz osoby")
    look(page)
    page.get_by_role("button", name="Wyloguj się").click()

    follow_the_invitation_and_learn(page, demo)
    page.get_by_role("button", name="Wyloguj się").click()

    sign_in(page, demo, "admin")
    page.goto(f"{demo.url}/organisation")
    page.get_by_label("Nazwisko albo e-mail").fill("śliwińska")
    page.get_by_role("button", name="Pokaż").click()
    expect(page.get_by_role("row", name=re.compile(r"Krystyna Śliwińska.*w toku 1\sz\s"))).to_be_visible()
    page.get_by_label("Stan").select_option("open")
    page.get_by_role("button", name="Pokaż").click()
    look(page)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Pobierz Excel")).click()
    lines = workbooks.first_sheet(Path(download.value.path()).read_bytes()).lines
    assert {"Krystyna Śliwińska", COLLEAGUE, "w toku"} <= {cell for _, cells in lines for cell in cells}
