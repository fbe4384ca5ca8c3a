"""Letters about certificates, attempts left open, cases that wait: each once, to the right person, never too late."""

from __future__ import annotations

import dataclasses
from email.message import EmailMessage

import pytest

from lms_core import jobs
from lms_core.domain.permissions import Actor, Role
from lms_core.domain.rules import Passed
from lms_core.mail import SendingFailed, SmtpServer
from lms_core.models import Attempt, Credential, Enrolment, JobRow, LetterRow, Person
from lms_core.services import completion
from lms_core.services import people as people_service
from lms_core.transaction import Job
from tests.mail.outbox import letters
from tests.mail.sink import smtp_sink
from tests.road import Site
from tests.services.organisation import foreign_organisation, moved
from tests.services.school import EXAM, PRACTICE, changed, school, writing

READY = "Twoje zaświadczenie jest gotowe"
LEFT_OPEN = "Rozpoczęte podejście czeka na dokończenie"
REVIEW = "Sprawa czeka na sprawdzenie przez człowieka"
PROGRAM = "szkola"


@pytest.fixture
def sources() -> list:
    return [school()]


def sent(site: Site, subject: str) -> list[EmailMessage]:
    return [one for one in letters(site) if one["Subject"] == subject]


def tick(site: Site, **later: float) -> None:
    site.clock.advance(**later)
    site.rung.append(Job("tick", ()))
    site.run_jobs()


def graduate(site: Site, actor: Actor) -> Credential:
    browser = site.sign_in(actor)
    browser.pass_exam(browser.enrol(PROGRAM), EXAM)
    site.run_jobs()
    return site.rows(Credential, person_id=actor.person_id)[0]


class TestCertificate:
    def test_its_holder_gets_both_addresses(self, site: Site) -> None:
        actor = site.add()
        credential = graduate(site, actor)
        (letter,) = sent(site, READY)
        body = letter.get_content()
        assert letter["To"] == actor.email
        assert f"https://szkolenia.example.pl/c/{credential.code}\r\n" in body
        assert f"https://szkolenia.example.pl/certificates/{credential.code}\r\n" in body
        assert "FILAR/SZKOLA/2026/000001" in body
        assert actor.name not in letter.as_string()
        (row,) = site.rows(JobRow)
        assert (row.arguments, row.state) == ([credential.id], "done")

    def test_however_often_it_is_issued_and_swept_one_letter_goes_out(self, site: Site) -> None:
        credential = graduate(site, site.add())
        site.rung.extend([Job("issue_credential", (credential.id,))] * 2)
        site.run_jobs()
        for _ in range(3):
            tick(site, days=20)  # also when the job's own row is forgotten
        assert len(sent(site, READY)) == 1
        assert site.rows(JobRow) == []

    def test_of_two_workers_at_one_certificate_one_asks(self, site: Site) -> None:
        """The transition to "issued" is made once; a worker that comes second finds nothing to do."""
        actor = site.add()
        browser = site.sign_in(actor)
        browser.pass_exam(browser.enrol(PROGRAM), EXAM)
        (job,) = [one for one in site.rung if one.name == "issue_credential"]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(jobs.credentials, "keep_signed", lambda *_a, **_k: None)  # the other one was quicker
            site.run_jobs()
        assert site.rows(JobRow) == []
        site.rung.append(job)
        site.run_jobs()
        assert len(sent(site, READY)) == 1

    @pytest.mark.parametrize("what", ["revoked", "inactive"])
    def test_nothing_is_written_about_what_is_over(self, site: Site, what: str) -> None:
        actor = site.add()
        browser = site.sign_in(actor)
        browser.pass_exam(browser.enrol(PROGRAM), EXAM)
        (job,) = [one for one in site.rung if one.name == "issue_credential"]
        with site.app.app_context():
            jobs.issue_credential(*job.arguments)
        if what == "revoked":
            changed(site, Credential, 1, state="revoked")
        else:
            changed(site, Person, actor.person_id, active=False)
        site.run_jobs()
        assert sent(site, READY) == []
        assert {row.state for row in site.rows(JobRow)} == {"done"}

    def test_a_mail_server_that_is_away_gets_it_later(self, site: Site) -> None:
        server = SmtpServer.from_url("smtp://127.0.0.1:1?tls=none")
        away = dataclasses.replace(site.filar, settings=dataclasses.replace(site.filar.settings, smtp=server))
        site.app.extensions["filar"] = away
        with pytest.raises(SendingFailed):
            graduate(site, site.add())
        site.rung.clear()
        with smtp_sink() as sink:
            there = SmtpServer.from_url(f"smtp://127.0.0.1:{sink.port}?tls=none")
            settings = dataclasses.replace(away.settings, smtp=there)
            site.app.extensions["filar"] = dataclasses.replace(away, settings=settings)
            tick(site, minutes=2)
            assert [one["Subject"] for one in sink.letters] == [READY]


class TestAttemptLeftOpen:
    @pytest.fixture
    def anna(self, site: Site) -> Actor:
        return site.add()

    @pytest.fixture
    def attempt(self, site: Site, anna: Actor) -> int:
        browser = site.sign_in(anna)
        return browser.start(browser.enrol(PROGRAM), PRACTICE)

    def test_one_letter_after_a_day(self, site: Site, anna: Actor, attempt: int) -> None:
        tick(site, hours=23, minutes=59)
        assert sent(site, LEFT_OPEN) == []
        tick(site, minutes=1)
        (letter,) = sent(site, LEFT_OPEN)
        assert letter["To"] == anna.email
        body = letter.get_content()
        assert f"https://szkolenia.example.pl/attempts/{attempt}\r\n" in body
        assert "21 listopada 2026 r. rozpoczęło się" in body.replace("\u00a0", " ")
        assert "https://szkolenia.example.pl/profile\r\n" in body
        for _ in range(3):
            tick(site, days=15)  # also when the job's own row is forgotten
        assert len(sent(site, LEFT_OPEN)) == 1

    def test_none_when_it_was_handed_in(self, site: Site, anna: Actor, attempt: int) -> None:
        site.sign_in(anna).submit(attempt)
        tick(site, hours=25)
        assert sent(site, LEFT_OPEN) == []

    def test_none_when_it_is_handed_in_before_the_letter_is_written(
        self, site: Site, anna: Actor, attempt: int
    ) -> None:
        site.clock.advance(hours=25)
        with site.app.app_context():
            jobs.tick()
        site.sign_in(anna).submit(attempt)
        site.run_jobs()
        assert site.rows(LetterRow) != []
        assert sent(site, LEFT_OPEN) == []

    def test_none_for_an_exam_whose_clock_ran_out(self, site: Site) -> None:
        browser = site.learner("Jan Kowalski")
        browser.start(browser.enrol(PROGRAM), EXAM)
        tick(site, hours=25)
        assert sent(site, LEFT_OPEN) == []

    @pytest.mark.parametrize("wish", [{"reminders": False}, {"active": False}])
    @pytest.mark.usefixtures("attempt")
    def test_none_to_whom_it_must_not_go(self, site: Site, anna: Actor, wish: dict) -> None:
        changed(site, Person, anna.person_id, **wish)
        tick(site, hours=25)
        assert (sent(site, LEFT_OPEN), site.rows(LetterRow)) == ([], [])

    @pytest.mark.usefixtures("attempt")
    def test_a_wish_that_comes_before_the_letter_counts(self, site: Site, anna: Actor) -> None:
        site.clock.advance(hours=25)
        with site.app.app_context():
            jobs.tick()
        changed(site, Person, anna.person_id, reminders=False)
        site.run_jobs()
        assert sent(site, LEFT_OPEN) == []

    @pytest.mark.usefixtures("attempt")
    def test_none_about_what_was_forgotten_long_ago(self, site: Site) -> None:
        """An installation that gets these letters by an upgrade must not write about last year."""
        tick(site, days=30)
        assert sent(site, LEFT_OPEN) == []

    @pytest.mark.usefixtures("attempt")
    def test_the_sweep_asks_the_same_however_much_was_written_about(self, site: Site) -> None:
        tick(site, hours=25)
        before = {one.id for one in site.rows(LetterRow)}
        for _ in range(3):
            tick(site, minutes=1)
        assert {one.id for one in site.rows(LetterRow)} == before


class TestReview:
    @pytest.fixture
    def people(self, site: Site) -> dict[str, Actor]:
        elsewhere = site.add("Egzaminator Obcy", Role.EXAMINER)
        moved(site, elsewhere, foreign_organisation(site), Role.EXAMINER)
        roles = (Role.EXAMINER, Role.ADMINISTRATOR, Role.TRAINER, Role.COORDINATOR)
        return {role: site.add(f"Osoba {role.value}", role) for role in roles}

    @pytest.fixture
    def case(self, site: Site, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch) -> int:
        """A learner's enrolment whose rule answers nonsense."""
        assert people, "who can look at it was there first"
        browser = site.learner("Anna Wójcik")
        enrolment = browser.enrol(PROGRAM)
        monkeypatch.setattr(Passed, "__call__", lambda _rule, _progress: completion.Verdict("pending", "powód"))
        browser.pass_exam(enrolment, EXAM)
        assert site.rows(Enrolment)[0].state == "needs_review"
        return enrolment

    def test_examiners_and_administrators_of_the_organisation_get_one_each(
        self, site: Site, people: dict[str, Actor], case: int
    ) -> None:
        for _ in range(3):
            tick(site, minutes=1)
        found = sent(site, REVIEW)
        assert sorted(one["To"] for one in found) == sorted(
            people[role].email for role in (Role.EXAMINER, Role.ADMINISTRATOR)
        )
        for letter in found:
            assert "Program szkola (wersja 1.0.0)" in letter.get_content()
            assert f"Numer zapisu: {case}\r\n" in letter.get_content()
            assert "Wójcik" not in letter.as_string()

    @pytest.mark.usefixtures("case")
    def test_who_has_both_roles_gets_one(self, site: Site, people: dict[str, Actor]) -> None:
        chief = people[Role.ADMINISTRATOR]
        with writing(site) as (session, _):
            people_service.grant_role(session, chief.person_id, Role.EXAMINER, actor=chief, now=site.clock())
        tick(site, minutes=1)
        assert sum(one["To"] == chief.email for one in sent(site, REVIEW)) == 1

    def test_the_next_case_of_the_same_enrolment_is_another_letter(self, site: Site, case: int) -> None:
        tick(site, minutes=1)
        changed(site, Enrolment, case, state="open")
        tick(site, minutes=1)
        assert site.rows(LetterRow) == []
        changed(site, Enrolment, case, state="needs_review")
        tick(site, minutes=1)
        assert len(sent(site, REVIEW)) == 4

    def test_a_case_closed_or_a_role_taken_before_the_letter_is_written_needs_none(
        self, site: Site, people: dict[str, Actor], case: int
    ) -> None:
        with site.app.app_context():
            jobs.tick()
        examiner = people[Role.EXAMINER]
        moved(site, examiner, foreign_organisation(site, name="Gmina Inna"), Role.EXAMINER)
        site.run_jobs()
        assert [one["To"] for one in sent(site, REVIEW)] == [people[Role.ADMINISTRATOR].email]
        changed(site, Enrolment, case, state="completed")
        tick(site, minutes=1)
        assert len(sent(site, REVIEW)) == 1


def test_many_at_once_are_asked_for_in_pages(site: Site) -> None:
    """A hundred a tick: the next tick takes the rest."""
    browser = site.learner()
    enrolment = browser.enrol(PROGRAM)
    attempt = browser.start(enrolment, PRACTICE)
    row = site.attempt(attempt)
    common = {name: getattr(row, name) for name in ("unit_id", "digest", "paper", "started_at", "grace_seconds")}
    with writing(site) as (session, _):
        for number in range(129):
            place = {"enrolment_id": enrolment, "assessment_id": f"inny-{number}", "series": 1, "number": 1}
            session.add(Attempt(**common, **place, seed=1, state="open"))
    site.clock.advance(hours=25)
    with site.app.app_context():
        jobs.tick()
    assert len(site.rows(LetterRow)) == 100
    site.clock.advance(minutes=1)
    with site.app.app_context():
        jobs.tick()
    assert len(site.rows(LetterRow)) == 130
