"""A used-up series, its refresher and the pause, through the real pages; races through the services."""

from __future__ import annotations

import pytest

from lms_core.models import Attempt, UnitFact
from lms_core.services import attempts, learning
from tests.road import Browser, Site
from tests.services.school import EXAM, PRACTICE, REFRESHER, changed, school
from tests.services.test_races import at_once

PAUSE_OVER = {"hours": 24}


@pytest.fixture
def sources() -> list:
    return [school()]


def fail(browser: Browser, enrolment: int, times: int = 1, unit: str = EXAM) -> None:
    """Sit and fail, each time as soon as the pause allows; stand at the end of the last pause."""
    for _ in range(times):
        attempt = browser.start(enrolment, unit)
        browser.answer(attempt, right=False)
        assert browser.submit(attempt).status_code == 302
        browser.site.clock.advance(**PAUSE_OVER)


def refused(browser: Browser, enrolment: int, unit: str = EXAM) -> str:
    """Post the start of an attempt that is refused, as a page that is still open elsewhere would."""
    path = f"/learn/{enrolment}/{unit}/attempts"
    answer = browser.post(path, page=f"/learn/{enrolment}/{REFRESHER}")
    assert answer.status_code == 409, answer.text
    return answer.text


def complete(browser: Browser, enrolment: int, unit: str = REFRESHER) -> None:
    path = f"/learn/{enrolment}/{unit}"
    assert browser.post(path, page="/programs").status_code == 302


def sittings(site: Site) -> list[tuple[int, int]]:
    return [(one.series, one.number) for one in sorted(site.rows(Attempt), key=lambda one: one.id)]


def completions(site: Site, unit: str = REFRESHER) -> int:
    return len(site.rows(UnitFact, unit_id=unit, kind="completed"))


def test_a_refresher_completed_again_opens_the_next_series(site: Site) -> None:
    browser = site.learner()
    one = browser.enrol("szkola")
    complete(browser, one)
    fail(browser, one, 2)
    complete(browser, one)
    assert completions(site) == 1, "with attempts left it makes no difference"
    fail(browser, one)
    assert "Wykorzystano wszystkie podejścia (3)." in refused(browser, one), "earlier completions do not help"
    complete(browser, one)
    complete(browser, one)
    assert completions(site) == 2, "once is enough"
    browser.start(one, EXAM)
    assert sittings(site) == [(1, 1), (1, 2), (1, 3), (2, 1)]


def test_the_pause_holds_between_two_series(site: Site) -> None:
    browser = site.learner()
    one = browser.enrol("szkola")
    fail(browser, one, 3)
    site.clock.advance(hours=-23)
    complete(browser, one)
    assert "Następne podejście będzie możliwe od" in refused(browser, one)
    site.clock.advance(hours=23)
    browser.start(one, EXAM)
    assert sittings(site)[-1] == (2, 1)


def test_the_second_series_needs_a_refresher_of_its_own(site: Site) -> None:
    browser = site.learner()
    one = browser.enrol("szkola")
    fail(browser, one, 3)
    complete(browser, one)
    fail(browser, one, 3)
    assert "(3)" in refused(browser, one)
    complete(browser, one)
    fail(browser, one)
    assert sittings(site)[-1] == (3, 1)
    assert completions(site) == 2


def test_another_lesson_opens_nothing(site: Site) -> None:
    browser = site.learner()
    one = browser.enrol("szkola")
    fail(browser, one, 3)
    complete(browser, one, "lekcja")
    assert "Wykorzystano" in refused(browser, one)


def test_an_exam_that_is_passed_needs_no_refresher(site: Site) -> None:
    browser = site.learner()
    one = browser.enrol("szkola")
    fail(browser, one, 2)
    browser.pass_exam(one, EXAM)
    complete(browser, one)
    complete(browser, one)
    assert completions(site) == 1
    assert "już zaliczony" in refused(browser, one)


def test_20_refreshers_at_once_open_one_series(site: Site) -> None:
    actor = site.add()
    browser = site.sign_in(actor)
    one = browser.enrol("szkola")
    complete(browser, one)
    fail(browser, one, 3)

    def refresh(_number: int) -> None:
        with site.filar.writing() as (session, later):
            learning.complete_lesson(
                session, site.filar.catalogue, one, REFRESHER, actor=actor, now=site.clock(), later=later
            )

    assert not [error for error in at_once(site, refresh, times=20) if isinstance(error, Exception)]
    assert completions(site) == 2

    def start(_number: int) -> int:
        with site.filar.writing() as (session, _):
            return attempts.start(session, site.filar.catalogue, one, EXAM, actor=actor, now=site.clock()).id

    assert len(set(at_once(site, start, times=20))) == 1
    assert sittings(site)[3:] == [(2, 1)]


def test_practice_is_unlimited_and_explained_at_once(site: Site) -> None:
    browser = site.learner()
    one = browser.enrol("szkola")
    for right in (False, True, True, False, True):
        attempt = browser.start(one, PRACTICE)
        browser.answer(attempt, right=right)
        assert browser.submit(attempt).status_code == 302
        assert "Wyjaśnienie." in browser.get(f"/attempts/{attempt}/result").text
    assert sittings(site) == [(1, number) for number in range(1, 6)]
    assert not [one.deadline for one in site.rows(Attempt) if one.deadline]
    site.clock.advance(days=400)
    assert browser.get(f"/attempts/{browser.start(one, PRACTICE)}").status_code == 200


def test_a_void_attempt_leaves_its_place_to_another(site: Site) -> None:
    browser = site.learner()
    one = browser.enrol("szkola")
    fail(browser, one, 3)
    changed(site, Attempt, site.rows(Attempt, number=2)[0].id, state="void")
    browser.start(one, EXAM)
    assert sittings(site) == [(1, 1), (1, 2), (1, 3), (1, 4)]


def test_a_void_last_attempt_leaves_its_place_too(site: Site) -> None:
    browser = site.learner()
    one = browser.enrol("szkola")
    fail(browser, one, 2)
    changed(site, Attempt, site.rows(Attempt, number=2)[0].id, state="void")
    browser.start(one, EXAM)
    assert sittings(site) == [(1, 1), (1, 2), (1, 3)]
