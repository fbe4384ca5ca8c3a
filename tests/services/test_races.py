"""Only once is made true by the database: real threads, real connections, both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier

from lms_core import jobs
from lms_core.app import create_app
from lms_core.config import Settings
from lms_core.domain.errors import LmsError
from lms_core.domain.item_kinds import key_of
from lms_core.domain.permissions import Role
from lms_core.models import (
    Attempt,
    AuditEvent,
    Credential,
    CredentialIssue,
    Enrolment,
    Membership,
    OutcomeRow,
    ResponseEvent,
)
from lms_core.services import answers, attempts, enrolments, grading, people
from lms_core.services.answers import Answer
from lms_core.services.enrolments import TakenRole
from tests.road import ZPOS, Site

PARALLEL = 50


def at_once(site: Site, act: Callable[[int], object], times: int = PARALLEL) -> list[object]:
    """Run `act` in that many threads that all begin together; return results and errors."""
    barrier = Barrier(times)

    def one(number: int) -> object:
        with site.app.app_context():
            barrier.wait(30)
            try:
                return act(number)
            except LmsError as error:
                return error

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_50_enrolments_make_one(site: Site) -> None:
    actor = site.add()

    def enrol(_number: int) -> int:
        with site.filar.writing() as (session, _):
            role = TakenRole("pracownik")
            return enrolments.enrol(session, site.filar.catalogue, ZPOS, actor=actor, now=site.clock(), role=role).id

    assert len(set(at_once(site, enrol))) == 1
    assert len(site.rows(Enrolment)) == 1


def test_50_starts_make_one_attempt(site: Site) -> None:
    actor = site.add()
    enrolment = site.sign_in(actor).enrol()

    def start(_number: int) -> int:
        with site.filar.writing() as (session, _):
            return attempts.start(
                session, site.filar.catalogue, enrolment, "egzamin-koncowy", actor=actor, now=site.clock()
            ).id

    found = at_once(site, start)
    assert len(site.rows(Attempt)) == 1
    assert set(found) == {site.rows(Attempt)[0].id}


def test_50_submissions_make_one_outcome_and_one_credential(site: Site) -> None:
    actor = site.add()
    browser = site.sign_in(actor)
    enrolment = browser.enrol()
    browser.read_lessons(enrolment)
    attempt = browser.start(enrolment)
    browser.answer(attempt)

    def submit(_number: int) -> None:
        with site.filar.writing() as (session, later):
            grading.submit(session, site.filar.catalogue, attempt, actor=actor, now=site.clock(), later=later)

    assert not [one for one in at_once(site, submit) if one is not None]
    assert len(site.rows(OutcomeRow)) == 1
    assert len(site.rows(Credential)) == 1
    assert len(site.rung) == 1


def test_an_answer_is_either_refused_or_graded(site: Site) -> None:
    """Answers race the submission: what was acknowledged is in the score, what came later is refused."""
    actor = site.add()
    attempt = site.sign_in(actor).start(site.sign_in(actor).enrol())
    program = site.program_of(attempt)
    item = program.items[site.attempt(attempt).paper[0]["item"]]

    def act(number: int) -> str:
        with site.filar.writing() as (session, later):
            catalogue, now = site.filar.catalogue, site.clock()
            if number == PARALLEL // 2:
                grading.submit(session, catalogue, attempt, actor=actor, now=now, later=later)
                return "submitted"
            answer = Answer(1, item.id, list(key_of(item)))
            answers.record(session, catalogue, attempt, [answer], client=f"client-{number:03}", actor=actor, now=now)
            return "acknowledged"

    found = at_once(site, act)
    acknowledged = found.count("acknowledged")
    assert len(site.rows(ResponseEvent)) == acknowledged
    assert site.rows(OutcomeRow)[0].raw == (1 if acknowledged else 0)


def test_numbers_are_gapless_and_places_unique_when_jobs_run_at_once(site: Site) -> None:
    people = [site.add(f"Osoba {letter}") for letter in "ABCDEFGH"]
    for actor in people:
        browser = site.sign_in(actor)
        enrolment = browser.enrol()
        browser.read_lessons(enrolment)
        browser.pass_exam(enrolment)
    ids = [job.arguments[0] for job in site.rung] * 3

    def issue(number: int) -> None:
        jobs.issue_credential(ids[number])

    assert not [one for one in at_once(site, issue, times=len(ids)) if one is not None]
    issues = site.rows(CredentialIssue)
    assert sorted(one.sequence for one in issues) == list(range(1, len(people) + 1))
    assert len({one.status_index for one in issues}) == len(people)
    assert {one.state for one in site.rows(Credential)} == {"issued"}
    events = site.rows(AuditEvent, act="credential.issued")
    assert len(events) == len(people)


def test_two_administrators_who_remove_each_other_leave_one(site: Site) -> None:
    pair = [site.add(f"Szef {letter}", Role.ADMINISTRATOR) for letter in "AB"]

    def remove(number: int) -> None:
        with site.filar.writing() as (session, _):
            other = pair[1 - number % 2]
            people.revoke_role(session, other.person_id, Role.ADMINISTRATOR, actor=pair[number % 2], now=site.clock())

    at_once(site, remove, times=20)
    assert len(site.rows(Membership)) == 1


def test_processes_that_start_at_once_on_an_empty_database(settings: Settings) -> None:
    def start(_number: int) -> object:
        return create_app(settings, ring=lambda _job: None)

    with ThreadPoolExecutor(4) as pool:
        apps = list(pool.map(start, range(4)))
    assert len({app.extensions["filar"].signing.public_url for app in apps}) == 1


def test_the_audit_chain_has_no_fork(site: Site) -> None:
    actor = site.add()
    others = [site.add(f"Osoba {letter}") for letter in "ABCD"]

    def enrol(number: int) -> int:
        with site.filar.writing() as (session, _):
            person = [actor, *others][number]
            return enrolments.enrol(session, site.filar.catalogue, ZPOS, actor=person, now=site.clock()).id

    at_once(site, enrol, times=5)
    events = sorted(site.rows(AuditEvent), key=lambda event: event.id)
    assert all(later.previous_hash == earlier.hash for earlier, later in pairwise(events))
