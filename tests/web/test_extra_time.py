"""More time for one person: who may give it, what it changes, what it leaves alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lms_core.domain.permissions import Actor, Role
from lms_core.models import Accommodation, AuditEvent, Enrolment
from tests.road import Browser, Site


@pytest.fixture
def administrator(site: Site) -> Browser:
    return site.sign_in(site.add("Zofia Administratorska", Role.ADMINISTRATOR))


@pytest.fixture
def learner(site: Site) -> Actor:
    return site.add("Anna Wójcik")


def give(administrator: Browser, learner: Actor, percent: str) -> int:
    page = f"/people/{learner.person_id}/extra-time"
    return administrator.post(page, {"percent": percent}, page=page).status_code


def test_it_works(site: Site, administrator: Browser, learner: Actor) -> None:
    assert give(administrator, learner, "50") == 302
    browser = site.sign_in(learner)
    enrolment = browser.enrol()
    instructions = browser.get(f"/learn/{enrolment}/egzamin-koncowy").text
    assert "1\xa0godz.\xa08\xa0min" in instructions
    assert "w&nbsp;tym dodatkowe 23\xa0min" in instructions
    attempt = site.attempt(browser.start(enrolment))
    assert attempt.deadline - attempt.started_at == timedelta(minutes=68)
    assert attempt.extra_minutes == 23
    assert [event.detail for event in site.rows(AuditEvent, act="accommodation.set")] == [{"extra_percent": 50}]


def test_an_attempt_under_way_keeps_its_end(site: Site, administrator: Browser, learner: Actor) -> None:
    browser = site.sign_in(learner)
    attempt = browser.start(browser.enrol())
    before = site.attempt(attempt).deadline
    give(administrator, learner, "100")
    assert site.attempt(attempt).deadline == before


def test_nought_takes_it_away(site: Site, administrator: Browser, learner: Actor) -> None:
    give(administrator, learner, "100")
    assert give(administrator, learner, "0") == 302
    assert site.count("accommodation") == 0
    assert site.attempt(start(site, learner)).extra_minutes == 0


def start(site: Site, learner: Actor) -> int:
    browser = site.sign_in(learner)
    return browser.start(browser.enrol())


@pytest.mark.parametrize("percent", ["", "-1", "301", "pięćdziesiąt", "1e2", "٣", "9" * 400, "50%", "\x00"])
def test_nonsense_is_a_sentence(site: Site, administrator: Browser, learner: Actor, percent: str) -> None:
    page = f"/people/{learner.person_id}/extra-time"
    answer = administrator.post(page, {"percent": percent}, page=page)
    assert answer.status_code == 422
    assert "od 0 do 300" in answer.text
    assert site.count("accommodation") == 0


def test_giving_it_again_changes_it(site: Site, administrator: Browser, learner: Actor) -> None:
    give(administrator, learner, "25")
    give(administrator, learner, "75")
    assert [row.extra_percent for row in site.rows(Accommodation)] == [75]
    assert site.rows(Enrolment) == []


def test_nobody_gives_it_to_nobody(administrator: Browser) -> None:
    answer = administrator.post("/people/999999/extra-time", {"percent": "50"}, page="/password")
    assert answer.status_code == 404
