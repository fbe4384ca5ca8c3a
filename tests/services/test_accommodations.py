"""Extra time: who grants it, whose deadlines move, and that grace, access and tick keep to the longer time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lms_core import jobs
from lms_core.domain.errors import Forbidden, Invalid, LmsError, NotFound, Refused
from lms_core.domain.permissions import Actor, Role
from lms_core.models import Accommodation, Attempt, AuditEvent
from lms_core.services import accommodations, answers
from lms_core.services.answers import Answer
from tests.road import Browser, Site
from tests.services.school import EXAM, PRACTICE, elsewhere, school, writing

LIMIT, EXTRA, GRACE = timedelta(minutes=15), timedelta(minutes=8), timedelta(seconds=30)
"""Half of 15 minutes is 7.5: rounded up."""
MOMENT = timedelta(milliseconds=1)


@pytest.fixture
def sources() -> list:
    return [school()]


@pytest.fixture
def chief(site: Site) -> Actor:
    return site.add("Zofia Szefowa", Role.ADMINISTRATOR)


@pytest.fixture
def anna(site: Site) -> Actor:
    return site.add()


def grant(site: Site, person: Actor, percent: int, *, by: Actor) -> None:
    with writing(site) as (session, _):
        accommodations.grant(session, person.person_id, percent, actor=by, now=site.clock())


def sitting(site: Site, anna: Actor, unit: str = EXAM) -> tuple[Browser, Attempt]:
    browser = site.sign_in(anna)
    return browser, site.attempt(browser.start(browser.enrol("szkola"), unit))


def say(site: Site, anna: Actor, attempt: int, seq: int) -> None:
    with writing(site) as (session, _):
        answer = Answer(seq, "liczba", ["12,5 km"])
        answers.record(
            session, site.filar.catalogue, attempt, [answer], client="karta-anny", actor=anna, now=site.clock()
        )


def test_extra_time_moves_the_deadline_of_one_person(site: Site, chief: Actor, anna: Actor) -> None:
    grant(site, anna, 50, by=chief)
    _, hers = sitting(site, anna)
    _, his = sitting(site, site.add("Jan Nowak"))
    assert (hers.extra_minutes, hers.deadline) == (8, site.clock() + LIMIT + EXTRA)
    assert (his.extra_minutes, his.deadline) == (0, site.clock() + LIMIT)


def test_what_has_no_limit_gets_none(site: Site, chief: Actor, anna: Actor) -> None:
    grant(site, anna, 50, by=chief)
    _, practice = sitting(site, anna, PRACTICE)
    assert (practice.extra_minutes, practice.deadline) == (0, None)


def test_an_attempt_under_way_keeps_its_deadline(site: Site, chief: Actor, anna: Actor) -> None:
    browser, first = sitting(site, anna)
    grant(site, anna, 100, by=chief)
    browser.submit(first.id)
    assert site.attempt(first.id).deadline == first.deadline
    site.clock.advance(hours=24)
    second = site.attempt(browser.start(first.enrolment_id, EXAM))
    grant(site, anna, 0, by=chief)
    assert site.attempt(second.id).deadline == site.clock() + 2 * LIMIT


def test_extra_time_is_changed_and_taken_away_and_each_time_audited(site: Site, chief: Actor, anna: Actor) -> None:
    for percent in (50, 25, 0, 0):
        site.clock.advance(hours=1)
        grant(site, anna, percent, by=chief)
        kept = [(row.person_id, row.extra_percent, row.granted_at) for row in site.rows(Accommodation)]
        assert kept == ([(anna.person_id, percent, site.clock())] if percent else [])
    deeds = site.rows(AuditEvent, act="accommodation.set")
    assert [deed.detail for deed in deeds] == [{"extra_percent": percent} for percent in (50, 25, 0, 0)]
    assert {(deed.actor_id, deed.subject_id) for deed in deeds} == {(chief.person_id, str(anna.person_id))}


def refusal(site: Site, person_id: int, percent: int, *, by: Actor) -> LmsError:
    with pytest.raises(LmsError) as caught, writing(site) as (session, _):
        accommodations.grant(session, person_id, percent, actor=by, now=site.clock())
    assert not site.rows(Accommodation)
    assert not site.rows(AuditEvent, act="accommodation.set")
    return caught.value


def test_only_administrators_grant_it_and_only_at_home(site: Site, anna: Actor) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        somebody = site.add(f"Osoba {role}", role)
        assert isinstance(refusal(site, anna.person_id, 50, by=somebody), Forbidden), role
    foreign = elsewhere(site, site.add("Obca Szefowa"), Role.ADMINISTRATOR)
    assert isinstance(refusal(site, anna.person_id, 50, by=foreign), Forbidden)


def test_what_makes_no_sense_is_refused(site: Site, chief: Actor, anna: Actor) -> None:
    for percent in (-1, 301, 10**9):
        assert isinstance(refusal(site, anna.person_id, percent, by=chief), Invalid)
    assert isinstance(refusal(site, 999_999, 50, by=chief), NotFound)


def test_the_grace_comes_after_the_extra_time(site: Site, chief: Actor, anna: Actor) -> None:
    grant(site, anna, 50, by=chief)
    browser, attempt = sitting(site, anna)
    site.clock.now += LIMIT + EXTRA + GRACE
    say(site, anna, attempt.id, 1)
    assert browser.get(f"/attempts/{attempt.id}").status_code == 200
    site.clock.now += MOMENT
    with pytest.raises(Refused, match="too_late"):
        say(site, anna, attempt.id, 2)
    assert site.attempt(attempt.id).state == "open", "a refused answer closes nothing"


def test_access_after_the_extra_time_finishes_and_not_before(site: Site, chief: Actor, anna: Actor) -> None:
    grant(site, anna, 50, by=chief)
    browser, attempt = sitting(site, anna)
    site.clock.now += LIMIT + GRACE + MOMENT
    assert browser.get(f"/attempts/{attempt.id}").status_code == 200
    site.clock.now += EXTRA
    assert browser.get(f"/attempts/{attempt.id}").location == f"/attempts/{attempt.id}/result"
    ended = site.attempt(attempt.id)
    assert (ended.state, ended.finished_at) == ("expired", attempt.started_at + LIMIT + EXTRA)


def test_the_tick_finishes_after_the_extra_time_and_not_before(site: Site, chief: Actor, anna: Actor) -> None:
    grant(site, anna, 50, by=chief)
    _, hers = sitting(site, anna)
    _, his = sitting(site, site.add("Jan Nowak"))
    say(site, anna, hers.id, 1)
    site.clock.now += LIMIT + GRACE + MOMENT
    tick(site)
    assert [site.attempt(one.id).state for one in (hers, his)] == ["open", "expired"]
    site.clock.now += EXTRA - MOMENT
    tick(site)
    assert site.attempt(hers.id).state == "open", "to its last moment"
    site.clock.advance(seconds=30)
    tick(site)
    ended = site.attempt(hers.id)
    assert (ended.state, ended.finished_at) == ("expired", hers.started_at + LIMIT + EXTRA)
    assert site.count("outcome") == 2


def tick(site: Site) -> None:
    with site.app.app_context():
        jobs.tick()
    site.run_jobs()


def test_the_pause_counts_from_the_end_of_the_longer_time(site: Site, chief: Actor, anna: Actor) -> None:
    grant(site, anna, 50, by=chief)
    browser, attempt = sitting(site, anna)
    site.clock.now += LIMIT + EXTRA + timedelta(hours=24) - MOMENT
    path = f"/learn/{attempt.enrolment_id}/{EXAM}"
    answer = browser.post(f"{path}/attempts", page="/programs")
    assert (answer.status_code, "Następne podejście" in answer.text) == (409, True)
    site.clock.now += MOMENT
    assert browser.start(attempt.enrolment_id, EXAM) != attempt.id
