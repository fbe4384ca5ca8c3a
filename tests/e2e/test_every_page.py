"""Every page that there is, in English on a phone and in Polish in the dark: no axe finding, nothing cut off."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import Demo, sign_in
from tests.e2e.test_pages import findings

ZPOS = "zpos-modul-2"
NO_PAGE = {
    "static": "files",
    "health.live": "for machines",
    "health.ready": "for machines",
    "issuers.did": "for machines",
    "issuers.status_list": "for machines",
    "certificates.document": "a file",
    "certificates.pdf": "a file; its reading order is tested in tests/certificates",
    "coordination.results": "a file",
    "trainer.items": "a file",
    "rosters.template": "a file",
    "profile.export": "a file",
    "programs.figure": "a drawing; its lesson is among the pages",
    "coordination.home": "leads to the only organisation",
    "language.choose": "leads back",
}


@dataclass(frozen=True)
class Visit:
    who: str
    path: str
    status: int = 200


LEARNER, OPEN, GRADUATE = "wojt", "sekretarz", "zaneta"
VISITS = {
    "home.index": Visit(LEARNER, "/"),
    "programs.catalogue": Visit(LEARNER, "/programs"),
    "programs.syllabus": Visit(LEARNER, f"/programs/{ZPOS}"),
    "learning.my": Visit(LEARNER, "/my"),
    "learning.role": Visit(LEARNER, "/my/{enrolment}/role"),
    "learning.unit": Visit(LEARNER, "/learn/{enrolment}/kto-i-kiedy"),
    "profile.show": Visit(LEARNER, "/profile"),
    "session.password": Visit(LEARNER, "/password"),
    "tokens.index": Visit(LEARNER, "/tokens"),
    "attempts.show": Visit(OPEN, "/attempts/{open}"),
    "attempts.summary": Visit(OPEN, "/attempts/{open}/summary"),
    "attempts.result": Visit(GRADUATE, "/attempts/{finished}/result"),
    "certificates.mine": Visit(GRADUATE, "/certificates"),
    "certificates.show": Visit(GRADUATE, "/certificates/{code}"),
    "people.index": Visit("admin", "/people"),
    "people.confirm_password": Visit("admin", "/people/{person}/password"),
    "accommodations.show": Visit("admin", "/people/{person}/extra-time"),
    "coordination.progress": Visit("koordynator", "/organisation/1"),
    "coordination.people": Visit("koordynator", "/organisation/1/people"),
    "coordination.withdrawal": Visit("koordynator", "/organisation/1/enrolments/{enrolment}/withdrawal"),
    "rosters.upload": Visit("koordynator", "/organisation/1/import"),
    "trainer.index": Visit("trener", "/trainer"),
    "trainer.program": Visit("trener", f"/trainer/{ZPOS}"),
    "session.sign_in": Visit("", "/sign-in"),
    "session.ask_reset": Visit("", "/password/reset"),
    "session.reset": Visit("", f"/password/reset/{'a' * 43}", 404),
    "registration.ask": Visit("", "/join"),
    "registration.confirm": Visit("", f"/join/{'a' * 43}", 404),
    "declarations.accessibility": Visit("", "/accessibility"),
    "declarations.privacy": Visit("", "/privacy"),
    "verification.form": Visit("", "/verify"),
    "verification.show": Visit("", "/c/{code}"),
}
LOOKS = {"english-phone": ("en", 360, "light"), "polish-dark": ("pl", 1280, "dark")}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_page_is_left_out(app: Flask) -> None:
    """A new page must be entered above, where it will be looked at, or said to be none."""
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    assert {one for one in pages if not one.startswith(("api_", "api-"))} == VISITS.keys() | NO_PAGE.keys()


@pytest.fixture(scope="module")
def places(demo: Demo) -> dict[str, str]:
    """Return what stands in addresses, out of the demo's database."""
    with sqlite3.connect(f"file:{demo.output.parent}/data/filar.sqlite?mode=ro", uri=True) as database:

        def first(query: str, *values: str) -> int | str:
            return database.execute(query, values).fetchone()[0]

        return {
            "person": first("select id from person where email = ?", _mail(LEARNER)),
            "enrolment": first(f"select e.id {ENROLMENTS}", _mail(LEARNER)),
            "code": first(f"select c.code {ENROLMENTS} join credential c on c.enrolment_id = e.id", _mail(GRADUATE)),
            "finished": first(f"select a.id {ATTEMPTS}", _mail(GRADUATE), "submitted"),
            "open": first(f"select a.id {ATTEMPTS}", _mail(OPEN), "open"),
        }


ENROLMENTS = "from person p join enrolment e on e.person_id = p.id and p.email = ?"
ATTEMPTS = f"{ENROLMENTS} join attempt a on a.enrolment_id = e.id and a.state = ? order by a.id desc"


def _mail(who: str) -> str:
    return f"{who}@demo.example"


def _wrong(page: Page, language: str, expected: int, url: str) -> list[str]:
    answer = page.goto(url)
    if answer.status != expected:
        return [f"{url}: {answer.status}"]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    said = page.locator("html").get_attribute("lang")
    wrong = [f"{wide} px too wide"] * (wide > 0) + [f"lang={said}"] * (said != language)
    return [f"{url}: {one}" for one in (*wrong, *findings(page))]


@pytest.mark.browser
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("who", sorted({one.who for one in VISITS.values()}))
def test_pages_of(browser: Browser, demo: Demo, places: dict[str, str], who: str, look: str) -> None:
    language, width, scheme = LOOKS[look]
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="pl-PL")
    page = context.new_page()
    if who:
        sign_in(page, demo, who)
    page.goto(f"{demo.url}/language/{language}")
    mine = [one for one in VISITS.values() if one.who == who]
    assert [x for one in mine for x in _wrong(page, language, one.status, demo.url + one.path.format(**places))] == []
    context.close()
