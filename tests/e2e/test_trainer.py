"""The pages about programs with real figures on them: no axe finding, nothing cut off, everything by keyboard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from lms_core.app import create_app
from lms_core.config import Settings
from lms_core.domain.item_kinds import key_of, kind_of
from lms_core.domain.items import Form
from lms_core.domain.permissions import Actor, Role
from lms_core.installation import here
from lms_core.plugin_host import ProgramDirectory, installed_sources
from lms_core.services import people
from lms_core.services.people import NewPerson
from tests.e2e.conftest import EVERY_KIND, PASSWORD, Demo, sign_in
from tests.e2e.sittings import EXAM, PROGRAM
from tests.e2e.test_pages import look
from tests.sitting import begin, hand_in

pytestmark = pytest.mark.browser
TRAINER = "statystyki@demo.example"
PAGE = f"/trainer/{PROGRAM.id}"


def beside(demo: Demo) -> Flask:
    """The demo's installation as a second process has it, with nobody to ring for."""
    data = demo.output.parent / "data"
    settings = Settings(
        data_dir=data,
        public_url=demo.url,
        database_url=f"sqlite:///{data / 'filar.sqlite'}",
        secret_key=(data / "secret_key").read_text().strip(),
        redis_url="memory://",
        issuer_name="Filar",
    )
    sources = [*installed_sources(), ProgramDirectory(EVERY_KIND)]
    return create_app(settings, ring=lambda _job: None, sources=sources)


def added(app: Flask, email: str, role: Role) -> Actor:
    with app.app_context(), here().writing() as (session, _):
        new = NewPerson(email=email, name="Teresa Prowadząca" if email == TRAINER else "Osoba Zdająca", role=role)
        people.add_person(session, new, actor=None, now=here().clock(), password=PASSWORD)
    with app.app_context():
        return people.authenticate(here().session, email, PASSWORD).actor


@pytest.fixture(scope="module")
def sat(every_kind: Demo) -> Demo:
    """Twelve people have sat the exam; a third of them took a wrong choice wherever there is one."""
    app = beside(every_kind)
    added(app, TRAINER, Role.TRAINER)
    chosen = [one for one in PROGRAM.items.values() if kind_of(one).form in {Form.ONE, Form.MANY}]
    wrong = {one.id: [next(choice.id for choice in one.choices if choice.id not in key_of(one))] for one in chosen}
    for number in range(12):
        actor = added(app, f"zdaje-{number}@demo.example", Role.LEARNER)
        with app.app_context():
            now = here().clock()
        attempt = begin(app, actor, EXAM, program_id=PROGRAM.id, now=now)
        hand_in(app, actor, attempt, now=now, given={} if number % 3 else wrong)
    return every_kind


def test_it_works(desktop: Page, sat: Demo, tmp_path: Path) -> None:
    sign_in(desktop, sat, TRAINER)
    desktop.get_by_role("link", name="Programy – stan").click()
    desktop.get_by_role("link", name=str(PROGRAM.title)).click()
    expect(desktop).to_have_url(f"{sat.url}{PAGE}")
    details = desktop.get_by_text("Rozkład odpowiedzi").first
    details.focus()
    desktop.keyboard.press("Enter")
    expect(desktop.get_by_role("columnheader", name=re.compile("27%$")).first).to_be_visible()
    with desktop.expect_download() as download:
        desktop.get_by_role("link", name=re.compile("Pobierz CSV")).click()
    assert download.value.suggested_filename.startswith(f"pytania-{PROGRAM.id}-{PROGRAM.version}-")
    assert Path(download.value.path()).read_bytes().startswith(b'\xef\xbb\xbf"Plik";"Linia";')


def test_pages_of_a_trainer(desktop: Page, sat: Demo) -> None:
    sign_in(desktop, sat, TRAINER)
    look(desktop, f"{sat.url}/trainer")
    look(desktop, f"{sat.url}{PAGE}")
    assert desktop.get_by_text("za mało podejść").count() == 0
    look(desktop, f"{sat.url}/trainer/nie-ma", expected=404)


def test_the_wide_table_is_cards_on_a_phone(desktop: Page, sat: Demo) -> None:
    """No figure stands beyond the edge, each has its title beside it, and it is a table still."""
    sign_in(desktop, sat, TRAINER)
    desktop.set_viewport_size({"width": 360, "height": 740})
    desktop.goto(sat.url + PAGE)
    table = desktop.get_by_role("table", name=re.compile("^Egzamin"))
    assert table.get_by_role("row").count() > 2
    table.locator("details").first.evaluate("one => { one.open = true }")
    for cell in table.get_by_role("cell").all():
        box = cell.bounding_box()
        assert box is None or (box["x"] >= 0 and box["x"] + box["width"] <= 360)
    shown = table.locator("td[data-title]").first
    assert shown.evaluate("one => getComputedStyle(one, '::before').content") == '"Podejścia"'
