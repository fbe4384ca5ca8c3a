"""A forgotten password: the letter, its link, and everything that must not work."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import update

from lms_core.database import db
from lms_core.domain.permissions import Role
from lms_core.models import ApiToken, AuditEvent, JobRow, PasswordReset, Person
from lms_core.services import audit
from tests.mail.outbox import ask, letters, link, newest_link
from tests.road import PASSWORD, Site
from tests.web.test_statements import counting

NEW = "zupelnie-inne-haslo"
FORM = {"password": NEW, "again": NEW}
ASKED = "Jeśli mamy konto o&nbsp;tym adresie, wysłaliśmy na nie list"


def try_sign_in(site: Site, address: str, password: str) -> int:
    return site.visitor().post("/sign-in", {"email": address, "password": password}, page="/sign-in").status_code


def test_the_whole_way(site: Site) -> None:
    actor = site.add()
    elsewhere = site.sign_in(actor)
    path = newest_link(site, " ANNAWOJCIK@example.pl ".replace("WOJCIK", "WJCIK"))
    (letter,) = letters(site)
    assert (letter["To"], letter["Subject"]) == (actor.email, "Nowe hasło do serwisu Filar")
    visitor = site.visitor()
    page = visitor.get(path)
    assert page.status_code == 200
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "strict-origin")
    answer = visitor.post(path, FORM, page=path)
    assert (answer.status_code, answer.location) == (302, "/sign-in")
    assert "Nowe hasło ustawione" in visitor.get("/sign-in").text
    assert visitor.get("/my").status_code == 302, "nobody is signed in"
    assert elsewhere.get("/my").status_code == 302, "every session ended"
    assert try_sign_in(site, actor.email, PASSWORD) == 422
    assert try_sign_in(site, actor.email, NEW) == 302
    (event,) = site.rows(AuditEvent, act="password.reset")
    assert (event.subject_id, event.actor_id) == (str(actor.person_id), actor.person_id)
    with site.app.app_context():
        assert audit.verify(db.session())[1] is None


def test_only_the_hash_of_the_token_is_kept_and_it_is_made_by_the_job(site: Site) -> None:
    actor = site.add()
    ask(site, actor.email)
    assert site.rows(PasswordReset)[0].token_hash is None
    site.run_jobs()
    token = link(letters(site)[0]).rpartition("/")[2]
    (reset,) = site.rows(PasswordReset)
    assert reset.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert reset.sent_at == site.clock()
    assert not site.rung
    assert [row.state for row in site.rows(JobRow)] == ["done"]
    assert token not in repr([vars(row) for row in site.rows(JobRow)])


def test_the_answer_and_the_work_are_the_same_for_anybody_and_nobody(site: Site) -> None:
    actor, sleeper = site.add(), site.add("Ewa Nowak")
    inactivate(site, sleeper.person_id)
    answers, statements, jobs_asked = [], [], []
    for address in (actor.email, "nikt-taki@example.pl", sleeper.email):
        browser = site.visitor()
        token = browser.token("/password/reset")
        site.rung.clear()
        with counting(site) as made:
            answer = browser.client.post("/password/reset", data={"csrf_token": token, "email": address})
        kept = [(name, value) for name, value in answer.headers if name != "Set-Cookie"]
        answers.append((answer.status_code, answer.text, kept))
        statements.append([one.split()[0] for one in made])
        jobs_asked.append([job.name for job in site.rung])
        assert ASKED in answer.text
        assert address not in answer.text
    assert answers[0] == answers[1] == answers[2]
    assert statements[0] == statements[1] == statements[2]
    assert jobs_asked == [["send_password_reset"]] * 3
    assert [one.person_id for one in site.rows(PasswordReset)] == [actor.person_id, None, sleeper.person_id]


def inactivate(site: Site, person_id: int) -> None:
    with site.app.app_context(), site.filar.writing() as (session, _):
        session.execute(update(Person).where(Person.id == person_id).values(active=False))


def test_no_letter_goes_to_a_stranger_or_to_somebody_inactive(site: Site) -> None:
    sleeper = site.add()
    inactivate(site, sleeper.person_id)
    for address in ("nikt-taki@example.pl", sleeper.email):
        ask(site, address)
    site.run_jobs()
    assert letters(site) == []
    assert {row.state for row in site.rows(JobRow)} == {"done"}


def test_what_is_no_address_is_told_so(site: Site) -> None:
    for address in ("", "nikt", "a@b", "a\x00@b.pl", "\u202ea@b.pl", "x" * 100_000 + "@b.pl", "a@b.pl\r\nBcc: c@d.pl"):
        answer = ask(site, address)
        assert answer.status_code == 422
        assert "nazwa@domena.pl" in answer.text
    assert site.rows(PasswordReset) == []


def test_a_letter_goes_to_the_address_of_the_account_however_it_was_asked_for(site: Site) -> None:
    """Whoever owns a mailbox whose name looks or folds like another's must not get the other's letter."""
    site.add(email="strasse@example.pl")
    for spelling in ("stra\u00dfe@example.pl", "\u017ftrasse@example.pl", "\uff53trasse@example.pl"):
        ask(site, spelling)
        site.run_jobs()
    assert letters(site) == []
    ask(site, " STRASSE@example.pl ")
    site.run_jobs()
    assert [letter["To"] for letter in letters(site)] == ["strasse@example.pl"]


def test_no_account_is_made_for_an_address_that_folds_or_looks_like_another(site: Site) -> None:
    admin = site.sign_in(site.add("Barbara Kowalczyk", Role.ADMINISTRATOR))
    for address in ("stra\u00dfe@b.pl", "\u212aowalski@b.pl", "d\u0131na@b.pl", "\u0430nna@b.pl"):
        form = {"name": "Jan Nowak", "email": address, "role": "learner"}
        assert admin.post("/people", form, page="/people").status_code == 422, address
    assert len(site.rows(Person)) == 1


def test_the_link_never_comes_from_the_request(site: Site) -> None:
    actor, browser = site.add(), site.visitor()
    token = browser.token("/password/reset")
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    browser.client.set_cookie("__Host-filar", browser.client.get_cookie("__Host-filar").value, domain="evil.example")
    answer = browser.client.post("/password/reset", data={"csrf_token": token, "email": actor.email}, headers=headers)
    assert answer.status_code == 200
    assert "evil.example" not in answer.text + str(answer.headers)
    site.run_jobs()
    (letter,) = letters(site)
    assert "evil" not in letter.as_string()
    assert link(letter)


def refused(site: Site, path: str) -> None:
    """The link opens nothing, says so in one sentence, and leads to a new one."""
    visitor = site.visitor()
    page = visitor.get(path)
    assert page.status_code == 404
    assert "Ten odnośnik wygasł, został już użyty albo przyszedł po nim nowszy." in page.text
    assert 'href="/password/reset"' in page.text
    assert visitor.post(path, FORM, page="/password/reset").status_code == 404
    assert site.rows(AuditEvent, act="password.reset") == []


def test_a_link_dies_after_an_hour(site: Site) -> None:
    path = newest_link(site, site.add().email)
    site.clock.advance(minutes=59, seconds=59)
    assert site.visitor().get(path).status_code == 200
    site.clock.advance(seconds=1)
    refused(site, path)


def test_a_link_works_once(site: Site) -> None:
    actor = site.add()
    path = newest_link(site, actor.email)
    visitor, rival = site.visitor(), site.visitor()
    token = rival.token(path)
    assert visitor.post(path, FORM, page=path).status_code == 302
    other = {"password": "haslo-kogos-obcego", "again": "haslo-kogos-obcego"}
    assert rival.client.post(path, data={"csrf_token": token, **other}).status_code == 404
    assert try_sign_in(site, actor.email, NEW) == 302
    assert len(site.rows(AuditEvent, act="password.reset")) == 1


def test_a_newer_letter_kills_the_earlier_link(site: Site) -> None:
    actor = site.add()
    older = newest_link(site, actor.email)
    site.clock.advance(minutes=5)
    newer = newest_link(site, actor.email)
    refused(site, older)
    assert site.visitor().get(newer).status_code == 200


def test_an_unknown_token_and_a_strange_one_are_refused(site: Site) -> None:
    site.add()
    for path in (
        "/password/reset/" + "a" * 43,
        "/password/reset/%00",
        "/password/reset/ż",
        "/password/reset/" + "x" * 5000,
    ):
        refused(site, path)


def test_a_link_of_somebody_inactivated_since_opens_nothing(site: Site) -> None:
    actor = site.add()
    path = newest_link(site, actor.email)
    inactivate(site, actor.person_id)
    refused(site, path)


@pytest.mark.parametrize("way", ["own", "administrator"])
def test_a_password_changed_otherwise_kills_the_links_already_sent(site: Site, way: str) -> None:
    actor = site.add()
    path = newest_link(site, actor.email)
    if way == "own":
        form = {"old": PASSWORD, **FORM}
        assert site.sign_in(actor).post("/password", form, page="/password").status_code == 302
    else:
        admin = site.sign_in(site.add("Barbara Kowalczyk", Role.ADMINISTRATOR))
        admin.post(f"/people/{actor.person_id}/password", page=f"/people/{actor.person_id}/password")
    refused(site, path)


def test_a_bad_password_leaves_the_link_good(site: Site) -> None:
    path = newest_link(site, site.add().email)
    visitor = site.visitor()
    for password, again, said in (
        ("krótkie", "krótkie", "od 12 do 200 znaków"),
        ("x" * 201, "x" * 201, "od 12 do 200 znaków"),
        ("Haslo1234567", "Haslo1234567", "zbyt łatwe"),
        ("Wójcik Anna 80", "Wójcik Anna 80", "zbyt łatwe"),
        (NEW, "co innego zupełnie", "mają być takie same"),
    ):
        answer = visitor.post(path, {"password": password, "again": again}, page=path)
        assert answer.status_code == 422
        assert said in answer.text
    assert visitor.post(path, FORM, page=path).status_code == 302


def test_somebody_signed_in_here_is_signed_out_by_it(site: Site) -> None:
    path = newest_link(site, site.add().email)
    other = site.learner("Ewa Nowak")
    assert other.post(path, FORM, page=path).location == "/sign-in"
    assert other.get("/my").status_code == 302


def test_tokens_for_programs_end_with_a_reset(site: Site) -> None:
    actor = site.add()
    kept = {
        "person_id": actor.person_id,
        "name": "x",
        "scopes": [],
        "created_at": site.clock(),
        "expires_at": site.clock(),
    }
    with site.app.app_context(), site.filar.writing() as (session, _):
        session.add(ApiToken(token_hash="a" * 64, **kept))
    path = newest_link(site, actor.email)
    site.visitor().post(path, FORM, page=path)
    assert site.rows(ApiToken)[0].revoked_at == site.clock()


@pytest.mark.parametrize("way", ["own", "administrator", "reset"])
def test_the_owner_is_told_of_a_new_password(site: Site, way: str) -> None:
    actor = site.add()
    if way == "own":
        site.sign_in(actor).post("/password", {"old": PASSWORD, **FORM}, page="/password")
    elif way == "administrator":
        admin = site.sign_in(site.add("Barbara Kowalczyk", Role.ADMINISTRATOR))
        admin.post(f"/people/{actor.person_id}/password", page="/people")
    else:
        path = newest_link(site, actor.email)
        site.visitor().post(path, FORM, page=path)
    site.run_jobs()
    letter = letters(site)[-1]
    assert (letter["To"], letter["Subject"]) == (actor.email, "Hasło do serwisu Filar zostało zmienione")
    assert "https://szkolenia.example.pl/password/reset\r\n" in letter.get_content()
    assert NEW not in letter.as_string()


def test_asking_is_limited_by_address_and_by_person(site: Site) -> None:
    site.add()
    visitor = site.visitor()
    token = visitor.token("/password/reset")

    def post(address: str, ip: str = "192.0.2.1") -> int:
        form = {"csrf_token": token, "email": address}
        return visitor.client.post("/password/reset", data=form, environ_base={"REMOTE_ADDR": ip}).status_code

    assert [post(" Ktos@example.pl") for _ in range(7)] == [200] * 5 + [429] * 2
    assert post("ktos@example.pl", "192.0.2.2") == 200, "another house may ask"
    assert [post(f"x{number}@example.pl") for number in range(100)].count(200) == 95
    assert post("y@example.pl", "192.0.2.2") == 200


def test_one_person_gets_five_letters_an_hour_and_the_last_link_stays_good(site: Site) -> None:
    actor = site.add()
    for house in range(9):
        visitor = site.visitor()
        form = {"csrf_token": visitor.token("/password/reset"), "email": actor.email}
        visitor.client.post("/password/reset", data=form, environ_base={"REMOTE_ADDR": f"192.0.2.{house}"})
        site.run_jobs()
        site.clock.advance(minutes=1)
    sent = letters(site)
    assert len(sent) == 5
    assert site.visitor().get(link(sent[4])).status_code == 200
    site.clock.advance(hours=1)
    assert newest_link(site, actor.email)


def test_of_many_requests_at_once_the_last_gets_the_letter(site: Site) -> None:
    actor = site.add()
    for _ in range(3):
        ask(site, actor.email)
    site.run_jobs()
    assert [site.visitor().get(link(letter)).status_code for letter in letters(site)] == [200]
