"""Invitations: the letter, its link that sets the first password, and everything that must not work."""

from __future__ import annotations

import hashlib
import re

import pytest
from sqlalchemy import delete

from lms_core.domain.errors import Refused
from lms_core.domain.permissions import Actor, Grant, Role
from lms_core.models import AuditEvent, JobRow, Membership, PasswordReset, Person
from lms_core.services import invitations
from lms_core.services.rosters import Aim
from lms_core.transaction import Job
from tests.mail.outbox import ask, letters, newest_link
from tests.road import Site
from tests.services.organisation import WITH_ROLES, WITHOUT, home, offering, rows, taken_in
from tests.services.school import changed, writing

NEW = "zupelnie-nowe-haslo"
FORM = {"password": NEW, "again": NEW}
ADDRESS = "anna@gmina.pl"


@pytest.fixture
def sources() -> list:
    return [offering()]


@pytest.fixture
def chief(site: Site) -> Actor:
    return site.add("Katarzyna Koordynująca", Role.COORDINATOR)


@pytest.fixture
def anna(site: Site, chief: Actor) -> int:
    """Somebody invited; the letter was sent."""
    taken_in(site, rows(("Anna Nowa", ADDRESS), role="radny"), Aim(WITH_ROLES), actor=chief)
    site.run_jobs()
    return site.rows(Person, email=ADDRESS)[0].id


def link(site: Site) -> str:
    found = re.findall(
        r"https://szkolenia\.example\.pl(/password/reset/i\.[\w-]{43})\s", letters(site)[-1].get_content()
    )
    assert len(found) == 1, letters(site)[-1].get_content()
    return found[0]


def sign_in(site: Site, password: str) -> int:
    return site.visitor().post("/sign-in", {"email": ADDRESS, "password": password}, page="/sign-in").status_code


def invite_again(site: Site, person_id: int) -> None:
    chief = site.rows(Person)[0]
    actor = Actor(chief.id, chief.name, chief.email, frozenset({Grant(Role.COORDINATOR, home(site))}))
    with writing(site) as (session, later):
        invitations.invite_again(
            session, person_id, organisation_id=home(site), actor=actor, now=site.clock(), later=later
        )


def test_the_letter_says_who_invites_to_what_and_how_long_it_works(site: Site, anna: int) -> None:
    (letter,) = letters(site)
    assert (letter["To"], letter["Subject"]) == (ADDRESS, "Zaproszenie do nauki w serwisie Filar")
    text = letter.get_content().replace("\r\n", "\n")
    for said in (
        "organizacja Filar zaprasza",
        "– Program z-rolami\n",
        "14 dni",
        "https://szkolenia.example.pl/password/reset\n",
    ):
        assert said in text, said
    assert "Nowa" not in text
    assert [row.state for row in site.rows(JobRow)] == ["done"]


def test_the_link_sets_the_first_password_and_opens_the_program_once(site: Site, anna: int) -> None:
    assert sign_in(site, "") == 422
    path, visitor = link(site), site.visitor()
    assert visitor.get(path).status_code == 200
    assert visitor.post(path, FORM, page=path).status_code == 302
    assert sign_in(site, NEW) == 302
    assert visitor.get(path).status_code == 404
    browser = site.visitor()
    browser.post("/sign-in", {"email": ADDRESS, "password": NEW}, page="/sign-in")
    assert "Program z-rolami" in browser.get("/my").text


def test_only_the_hash_of_the_token_is_kept(site: Site, anna: int) -> None:
    token = link(site).rpartition("/")[2]
    (row,) = site.rows(PasswordReset)
    assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()


def test_the_link_works_for_fourteen_days(site: Site, anna: int) -> None:
    site.clock.advance(days=14, seconds=-1)
    assert site.visitor().get(link(site)).status_code == 200
    site.clock.advance(seconds=1)
    assert site.visitor().get(link(site)).status_code == 404


def test_the_link_of_a_reset_still_works_for_an_hour_and_cannot_be_made_to_last(site: Site, anna: int) -> None:
    path = newest_link(site, ADDRESS)
    site.clock.advance(hours=1)
    token = path.rpartition("/")[2]
    for old in (path, f"/password/reset/i.{token}"):
        assert site.visitor().get(old).status_code == 404


def test_a_newer_letter_kills_the_link_of_the_older_one(site: Site, anna: int) -> None:
    first = link(site)
    site.clock.advance(minutes=1)
    invite_again(site, anna)
    site.run_jobs()
    assert link(site) != first
    assert [site.visitor().get(path).status_code for path in (first, link(site))] == [404, 200]
    ask(site, ADDRESS)
    second = link(site)
    site.run_jobs()
    assert site.visitor().get(second).status_code == 404


def test_who_has_a_password_is_not_invited(site: Site, anna: int) -> None:
    path = link(site)
    invite_again(site, anna)
    (waiting,) = site.rung
    site.visitor().post(path, FORM, page=path)
    with pytest.raises(Refused, match="ma już hasło"):
        invite_again(site, anna)
    sent = len(letters(site))
    site.rung[:] = [waiting]
    site.run_jobs()
    assert len(letters(site)) == sent


def test_a_letter_that_waited_for_days_still_goes_out_but_not_for_ever(site: Site, chief: Actor) -> None:
    taken_in(site, rows(("Anna Nowa", ADDRESS), ("Ewa Nowa", "ewa@gmina.pl")), Aim(WITHOUT), actor=chief)
    first, second = site.rung
    site.clock.advance(days=3)
    site.rung[:] = [first]
    site.run_jobs()
    assert len(letters(site)) == 1
    site.clock.advance(days=11)
    site.rung[:] = [second]
    site.run_jobs()
    assert len(letters(site)) == 1
    assert {row.state for row in site.rows(JobRow)} == {"done"}


def test_nobody_inactive_is_written_to_and_a_mailbox_is_not_flooded(site: Site, anna: int) -> None:
    for _ in range(9):
        invite_again(site, anna)
        site.run_jobs()
    assert len(letters(site)) == 5
    site.clock.advance(days=1)
    invite_again(site, anna)
    changed(site, Person, anna, active=False)
    site.run_jobs()
    assert len(letters(site)) == 5
    assert [one.actor_id for one in site.rows(AuditEvent, act="invitation.repeated")] == [1] * 10


def test_the_page_welcomes_who_was_invited(site: Site, anna: int) -> None:
    page = site.visitor().get(link(site)).text
    assert "<h1>Witaj! Ustaw hasło</h1>" in page
    assert "zostaną wylogowane" not in page


def test_who_lost_the_last_role_before_it_went_out_gets_none(site: Site, chief: Actor) -> None:
    taken_in(site, rows(("Anna Nowa", ADDRESS), role="radny"), Aim(WITH_ROLES), actor=chief)
    person = site.rows(Person, email=ADDRESS)[0]
    with writing(site) as (session, _):
        session.execute(delete(Membership).where(Membership.person_id == person.id))
    site.run_jobs()
    assert letters(site) == []
    assert [one.state for one in site.rows(JobRow)] == ["done"]


def test_one_that_cannot_be_written_counts_its_tries_and_lets_others_pass(
    site: Site, chief: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_in(site, rows(("Anna Nowa", ADDRESS), role="radny"), Aim(WITH_ROLES), actor=chief)
    with monkeypatch.context() as patch:
        patch.setattr(invitations, "_programs", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            site.run_jobs()
    (row,) = site.rows(JobRow)
    assert (row.state, row.tries, row.last_error) == ("pending", 1, "writing: ZeroDivisionError")
    site.clock.advance(minutes=2)
    site.rung[:] = [Job("tick", ())]
    site.run_jobs()
    assert len(letters(site)) == 1
