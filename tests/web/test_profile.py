"""My profile: the name that certificates will bear, the language, the letters one can do without."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from lms_core.database import db
from lms_core.domain.errors import Refused
from lms_core.domain.permissions import Actor
from lms_core.installation import here
from lms_core.models import AuditEvent, Credential, Person
from lms_core.services import audit, grading, profile
from tests.road import Browser, Site
from tests.services.school import EXAM, changed, school
from tests.services.test_races import at_once

PROGRAM = "szkola"
CONFIRM = "Tak ma stać na zaświadczeniu"


@pytest.fixture
def sources() -> list:
    return [school()]


@pytest.fixture
def anna(site: Site) -> Actor:
    return site.add("Anna Wójcik")


@pytest.fixture
def browser(site: Site, anna: Actor) -> Browser:
    return site.sign_in(anna)


def person(site: Site, actor: Actor) -> Person:
    return site.rows(Person, id=actor.person_id)[0]


def graduate(site: Site, browser: Browser) -> None:
    browser.pass_exam(browser.enrol(PROGRAM), EXAM)
    site.run_jobs()


def rename(browser: Browser, name: str) -> int:
    return browser.post("/profile/name", {"name": name}, page="/profile").status_code


def test_the_name_is_confirmed_by_its_owner(site: Site, anna: Actor, browser: Browser) -> None:
    page = browser.get("/profile").text
    assert "Niepotwierdzone" in page
    assert CONFIRM in page
    assert browser.post("/profile/name/confirmation", {"name": anna.name}, page="/profile").location == "/profile"
    kept = person(site, anna)
    assert (kept.name_confirmed_at, kept.identity) == (site.clock(), "self_declared")
    page = browser.get("/profile").text
    assert "przez Ciebie, 21 listopada 2026 r." in page.replace("\u00a0", " ")
    assert CONFIRM not in page
    site.clock.advance(days=1)
    browser.post("/profile/name/confirmation", {"name": anna.name}, page="/profile")
    assert person(site, anna).name_confirmed_at == kept.name_confirmed_at
    (event,) = site.rows(AuditEvent, act="name.confirmed")
    assert (event.actor_id, event.subject_id, event.detail) == (anna.person_id, str(anna.person_id), {})


def test_only_the_name_that_was_shown_is_confirmed(site: Site, anna: Actor, browser: Browser) -> None:
    token = browser.token("/profile")
    changed(site, Person, anna.person_id, name="Anna Nowak")
    browser.client.post("/profile/name/confirmation", data={"csrf_token": token, "name": anna.name})
    assert person(site, anna).name_confirmed_at is None
    assert "zmieniło się w międzyczasie" in browser.get("/profile").text


def test_before_a_certificate_the_name_may_be_changed_and_that_leaves_a_trace(
    site: Site, anna: Actor, browser: Browser
) -> None:
    assert rename(browser, "  Anna   Wójcik-Źdźbło ") == 302
    kept = person(site, anna)
    assert (kept.name, kept.name_confirmed_at, kept.identity) == ("Anna Wójcik-Źdźbło", site.clock(), "self_declared")
    assert "Anna Wójcik-Źdźbło" in browser.get("/profile").text
    (event,) = site.rows(AuditEvent, act="name.changed")
    assert (event.actor_id, event.detail) == (anna.person_id, {"identity": "self_declared"})
    assert "Wójcik" not in repr(vars(event)), "ids, never names"
    with site.app.app_context():
        assert audit.verify(db.session())[1] is None


def test_a_changed_name_is_confirmed_by_nobody_else_any_more(site: Site, anna: Actor, browser: Browser) -> None:
    changed(site, Person, anna.person_id, identity="document", name_confirmed_at=site.clock())
    page = browser.get("/profile").text
    assert "na podstawie dokumentu tożsamości" in page
    assert "poprzednie potwierdzenie przestanie obowiązywać" in page
    assert rename(browser, anna.name) == 302
    assert person(site, anna).identity == "document", "the same name changes nothing"
    assert rename(browser, "Anna Nowak") == 302
    assert person(site, anna).identity == "self_declared"
    assert [one.detail for one in site.rows(AuditEvent, act="name.changed")] == [{"identity": "document"}]


@pytest.mark.parametrize(("name", "said"), [("", "Podaj imię i nazwisko"), ("Jan 🐈", "nie da się wydrukować")])
def test_a_name_that_cannot_be_printed_is_refused(
    site: Site, anna: Actor, browser: Browser, name: str, said: str
) -> None:
    answer = browser.post("/profile/name", {"name": name}, page="/profile")
    assert answer.status_code == 422
    assert said in answer.text
    assert person(site, anna).name == anna.name


def test_a_name_on_a_certificate_is_mended_by_its_issuer_only(site: Site, anna: Actor, browser: Browser) -> None:
    graduate(site, browser)
    page = browser.get("/profile").text
    assert "Napisz do wystawcy" in page
    assert 'action="/profile/name"' not in page
    token = browser.token("/profile")
    answer = browser.client.post("/profile/name", data={"csrf_token": token, "name": "Anna Nowak"})
    assert answer.status_code == 422
    assert "wydanego dokumentu nie da się zmienić" in answer.text
    assert person(site, anna).name == anna.name
    assert site.rows(AuditEvent, act="name.changed") == []


def test_a_name_does_not_change_between_award_and_signature(site: Site, anna: Actor, browser: Browser) -> None:
    """Awarded, not yet numbered: the certificate will bear the present name."""
    browser.pass_exam(browser.enrol(PROGRAM), EXAM)
    assert [one.state for one in site.rows(Credential)] == ["pending"]
    assert (
        browser.client.post(
            "/profile/name", data={"csrf_token": browser.token("/profile"), "name": "Anna Nowak"}
        ).status_code
        == 422
    )


def test_of_a_rename_and_an_award_at_once_the_certificate_bears_the_name_that_is_kept(
    site: Site, anna: Actor, browser: Browser
) -> None:
    attempt = browser.start(browser.enrol(PROGRAM), EXAM)
    browser.answer(attempt)

    def act(number: int) -> None:
        with here().writing() as (session, later):
            if number:
                profile.change_name(session, f"Anna Numer{'abcdefgh'[number]}", actor=anna, now=site.clock())
            else:
                grading.submit(session, site.filar.catalogue, attempt, actor=anna, now=site.clock(), later=later)

    found = at_once(site, act, 8)
    assert all(one is None or isinstance(one, Refused) for one in found)
    site.run_jobs()
    code = site.rows(Credential)[0].code
    assert person(site, anna).name in browser.get(f"/certificates/{code}").text


def test_language_and_reminders_are_kept(site: Site, anna: Actor, browser: Browser) -> None:
    assert 'value="yes" checked' in browser.get("/profile").text
    assert browser.post("/profile/preferences", {"language": "en"}, page="/profile").status_code == 302
    assert (person(site, anna).language, person(site, anna).reminders) == ("en", False)
    page = browser.get("/profile").text
    assert '<option value="en" selected>' in page
    assert 'value="yes" checked' not in page
    browser.post("/profile/preferences", {"language": "pl", "reminders": "yes"}, page="/profile")
    assert (person(site, anna).language, person(site, anna).reminders) == ("pl", True)


def test_a_language_that_we_do_not_have_is_refused(site: Site, anna: Actor, browser: Browser) -> None:
    answer = browser.post("/profile/preferences", {"language": "xx", "reminders": "yes"}, page="/profile")
    assert (answer.status_code, person(site, anna).language) == (422, "pl")
    assert "Wybierz język z listy" in answer.text


def test_pages_before_a_certificate_ask_for_the_name_once(site: Site, anna: Actor, browser: Browser) -> None:
    enrolment = browser.enrol(PROGRAM)
    question = "Sprawdź, jak Cię podpisać na zaświadczeniu"
    assert question in browser.get(f"/learn/{enrolment}/{EXAM}").text
    browser.post("/profile/name/confirmation", {"name": anna.name}, page="/profile")
    assert question not in browser.get(f"/learn/{enrolment}/{EXAM}").text
    with site.app.app_context():
        db.session.execute(update(Person).values(name_confirmed_at=None))
        db.session.commit()
    browser.pass_exam(enrolment, EXAM)
    assert question not in browser.get(f"/learn/{enrolment}/{EXAM}").text, "too late to ask"
