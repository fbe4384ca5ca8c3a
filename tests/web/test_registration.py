"""An account of one's own: the two letters, the link, and everything that must not work."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from email.message import EmailMessage

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from lms_core.config import Settings, SettingsError
from lms_core.database import db
from lms_core.domain.errors import NotFound
from lms_core.domain.permissions import Role
from lms_core.models import AuditEvent, JobRow, Membership, Person, Registration
from lms_core.services import audit, registration
from lms_core.services.registration import NewAccount
from lms_core.transaction import Job
from tests.mail.outbox import letters
from tests.road import PASSWORD, Site
from tests.services.school import school
from tests.services.test_races import at_once
from tests.web.test_statements import counting

EMAIL = "nowa@gmina.example.pl"
NAME = "Zofia Źdźbło"
FORM = {"name": NAME, "password": PASSWORD, "again": PASSWORD}
ASKED = "Wysłaliśmy list na podany adres."


@pytest.fixture
def sources() -> list:
    return [school()]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return dataclasses.replace(settings, registration="open")


def ask(site: Site, email: str = EMAIL) -> TestResponse:
    return site.visitor().post("/join", {"email": email}, page="/join")


def link(letter: EmailMessage) -> str:
    found = re.findall(r"https://szkolenia\.example\.pl(/join/[\w-]{43})\s", letter.get_content())
    assert len(found) == 1, letter.get_content()
    return found[0]


def newest_link(site: Site, email: str = EMAIL) -> str:
    before = len(letters(site))
    assert ask(site, email).status_code == 200
    site.run_jobs()
    (letter,) = letters(site)[before:]
    return link(letter)


def test_the_whole_way(site: Site) -> None:
    path = newest_link(site, f" {EMAIL.upper()} ")
    (letter,) = letters(site)
    assert (letter["To"], letter["Subject"]) == (EMAIL, "Konto w serwisie Filar")
    assert site.rows(Person) == [], "nobody is made before the address is proved"
    visitor = site.visitor()
    page = visitor.get(path)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert EMAIL in page.text
    answer = visitor.post(path, FORM, page=path)
    assert (answer.status_code, answer.location) == (302, "/programs")
    assert "Konto gotowe" in visitor.get("/programs").text
    assert visitor.get("/my").status_code == 200, "its owner is signed in"
    (person,) = site.rows(Person)
    assert (person.email, person.name, person.identity) == (EMAIL, NAME, "self_declared")
    assert person.name_confirmed_at == site.clock(), "they typed it as it shall stand on the certificate"
    (membership,) = site.rows(Membership)
    assert (membership.organisation_id, membership.role) == (1, Role.LEARNER)
    (event,) = site.rows(AuditEvent, act="person.registered")
    assert (event.subject_id, event.actor_id) == (str(person.id), person.id)
    with site.app.app_context():
        assert audit.verify(db.session())[1] is None
    form = {"email": EMAIL, "password": PASSWORD}
    assert site.visitor().post("/sign-in", form, page="/sign-in").status_code == 302


def test_a_known_address_gets_another_letter(site: Site) -> None:
    actor = site.add()
    ask(site, actor.email)
    site.run_jobs()
    (letter,) = letters(site)
    assert (letter["To"], letter["Subject"]) == (actor.email, "Konto w serwisie Filar")
    body = letter.get_content()
    assert "Masz już tu konto" in body
    assert "https://szkolenia.example.pl/sign-in\r\n" in body
    assert "https://szkolenia.example.pl/password/reset\r\n" in body
    assert "/join/" not in body
    assert actor.name not in letter.as_string()


def test_the_answer_and_the_work_are_the_same_for_anybody_and_nobody(site: Site) -> None:
    actor, sleeper = site.add(), site.add("Ewa Nowak")
    inactivate(site, sleeper.person_id)
    answers, statements, jobs_asked = [], [], []
    for address in (actor.email, EMAIL, sleeper.email):
        browser = site.visitor()
        token = browser.token("/join")
        site.rung.clear()
        with counting(site) as made:
            answer = browser.client.post("/join", data={"csrf_token": token, "email": address})
        kept = [(name, value) for name, value in answer.headers if name != "Set-Cookie"]
        answers.append((answer.status_code, answer.text, kept))
        statements.append(made)
        jobs_asked.append([job.name for job in site.rung])
        assert ASKED in answer.text
        assert address not in answer.text
    assert answers[0] == answers[1] == answers[2]
    assert statements[0] == statements[1] == statements[2]
    assert jobs_asked == [["send_registration"]] * 3


def inactivate(site: Site, person_id: int) -> None:
    with site.app.app_context(), site.filar.writing() as (session, _):
        session.execute(update(Person).where(Person.id == person_id).values(active=False))


def test_somebody_inactive_gets_no_letter(site: Site) -> None:
    sleeper = site.add()
    inactivate(site, sleeper.person_id)
    ask(site, sleeper.email)
    site.run_jobs()
    assert letters(site) == []
    assert {row.state for row in site.rows(JobRow)} == {"done"}


@pytest.mark.parametrize("address", ["", "nikt", "a@b", "a\x00@b.pl", "stra\u00dfe@b.pl", "a@b.pl\r\nBcc: c@d.pl"])
def test_what_is_no_address_is_told_so(site: Site, address: str) -> None:
    answer = ask(site, address)
    assert answer.status_code == 422
    assert "nazwa@domena.pl" in answer.text
    assert site.rows(Registration) == []


def test_only_the_hash_of_the_token_is_kept_and_it_is_made_by_the_job(site: Site) -> None:
    ask(site)
    assert site.rows(Registration)[0].token_hash is None
    site.run_jobs()
    token = link(letters(site)[0]).rpartition("/")[2]
    (row,) = site.rows(Registration)
    assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert row.sent_at == site.clock()


def refused(site: Site, path: str) -> None:
    visitor, before = site.visitor(), len(site.rows(Person))
    page = visitor.get(path)
    assert page.status_code == 404
    assert "Ten odnośnik wygasł, został już użyty albo przyszedł po nim nowszy." in page.text
    assert 'href="/join"' in page.text
    assert visitor.post(path, FORM, page="/join").status_code == 404
    assert len(site.rows(Person)) == before


def test_a_link_dies_after_a_day(site: Site) -> None:
    path = newest_link(site)
    site.clock.advance(hours=23, minutes=59, seconds=59)
    assert site.visitor().get(path).status_code == 200
    site.clock.advance(seconds=1)
    refused(site, path)


def test_a_link_works_once_and_a_newer_one_kills_it(site: Site) -> None:
    older = newest_link(site)
    site.clock.advance(minutes=5)
    newer = newest_link(site)
    refused(site, older)
    assert site.visitor().post(newer, FORM, page=newer).status_code == 302
    refused(site, newer)
    for path in ("/join/" + "a" * 43, "/join/%00", "/join/ż", "/join/" + "x" * 5000):
        refused(site, path)


def test_a_bad_form_leaves_the_link_good_and_keeps_the_name(site: Site) -> None:
    path = newest_link(site)
    visitor = site.visitor()
    for form, said in (
        ({**FORM, "name": ""}, "Podaj imię i nazwisko"),
        ({**FORM, "name": "Jan 🐈"}, "nie da się wydrukować"),
        ({**FORM, "password": "krótkie", "again": "krótkie"}, "od 12 do 200 znaków"),
        ({**FORM, "password": "Źdźbło Zofia 12", "again": "Źdźbło Zofia 12"}, "zbyt łatwe"),
        ({**FORM, "again": "co innego zupełnie"}, "mają być takie same"),
    ):
        answer = visitor.post(path, form, page=path)
        assert answer.status_code == 422
        assert said in answer.text
        assert f'value="{form["name"]}"' in answer.text
        assert PASSWORD not in answer.text
    assert visitor.post(path, FORM, page=path).status_code == 302


def test_an_address_that_got_an_account_meanwhile_is_told_to_its_owner(site: Site) -> None:
    path = newest_link(site)
    site.add("Ktoś Inny", email=EMAIL)
    answer = site.visitor().post(path, FORM, page=path)
    assert answer.status_code == 422
    assert "Konto o tym adresie już jest" in answer.text
    assert len(site.rows(Person)) == 1


def test_the_language_of_the_page_is_the_profiles(site: Site) -> None:
    path = newest_link(site)
    visitor = site.visitor()
    visitor.get("/language/en")
    assert visitor.post(path, FORM, page=path).status_code == 302
    assert site.rows(Person)[0].language == "en"


def test_of_many_who_use_a_link_at_once_one_makes_the_account(site: Site) -> None:
    token = newest_link(site).rpartition("/")[2]

    def use(_number: int) -> int:
        with site.filar.writing() as (session, _):
            return registration.confirm(session, token, NewAccount(NAME, PASSWORD), now=site.clock()).actor.person_id

    found = at_once(site, use, 8)
    assert [one for one in found if not isinstance(one, NotFound)] == [site.rows(Person)[0].id]
    assert len(site.rows(Membership)) == 1


def test_asking_is_limited_by_address_and_a_mailbox_is_not_flooded(site: Site) -> None:
    visitor = site.visitor()
    token = visitor.token("/join")

    def post(address: str, ip: str = "192.0.2.1") -> int:
        form = {"csrf_token": token, "email": address}
        return visitor.client.post("/join", data=form, environ_base={"REMOTE_ADDR": ip}).status_code

    assert [post(" Nowa@gmina.example.pl") for _ in range(7)] == [200] * 5 + [429] * 2
    for house in range(9):
        assert post("inna@gmina.example.pl", f"192.0.2.{house}") == 200
        site.run_jobs()
        site.clock.advance(minutes=1)
    assert len([one for one in letters(site) if one["To"] == "inna@gmina.example.pl"]) == 5


def test_an_address_that_nobody_confirmed_is_forgotten(site: Site) -> None:
    ask(site)
    site.run_jobs()
    site.clock.advance(days=2, seconds=1)
    site.rung.append(Job("tick", ()))
    site.run_jobs()
    assert site.rows(Registration) == []


def test_a_letter_that_waited_longer_than_its_link_is_not_sent(site: Site) -> None:
    ask(site)
    site.rung.clear()
    site.clock.advance(hours=24)
    site.rung.append(Job("tick", ()))
    site.run_jobs()
    assert letters(site) == []


def test_signing_in_leads_here_and_a_signed_in_person_leads_home(site: Site) -> None:
    assert 'href="/join"' in site.visitor().get("/sign-in").text
    assert site.learner().get("/join").location == "/"


class TestClosed:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return dataclasses.replace(settings, registration="closed")

    def test_nobody_registers_and_nothing_leads_there(self, site: Site) -> None:
        visitor = site.visitor()
        token = visitor.token("/sign-in")
        assert 'href="/join"' not in visitor.get("/sign-in").text
        for path in ("/join", "/join/" + "a" * 43):
            assert visitor.get(path).status_code == 403
            answer = visitor.client.post(path, data={"csrf_token": token, "email": EMAIL, **FORM})
            assert answer.status_code == 403
            assert "zakładają osoby, które nim administrują" in answer.text
        assert (site.rows(Registration), site.rung) == ([], [])


REQUIRED = {"LMS_PUBLIC_URL": "https://f.example.pl", "LMS_SECRET_KEY": "x" * 32, "LMS_REDIS_URL": "redis://h"}


def test_registration_is_closed_unless_a_setting_opens_it() -> None:
    assert Settings.from_env(REQUIRED).registration == "closed"
    assert Settings.from_env({**REQUIRED, "LMS_REGISTRATION": "open"}).registration == "open"
    with pytest.raises(SettingsError, match="LMS_REGISTRATION is 'yes'"):
        Settings.from_env({**REQUIRED, "LMS_REGISTRATION": "yes"})
