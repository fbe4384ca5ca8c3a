"""Outcomes keep how they were decided, in words; the latest decision about an attempt is the one that counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from lms_core.database import db
from lms_core.domain import reasons
from lms_core.domain.permissions import Actor
from lms_core.domain.rules import Passed, Progress
from lms_core.installation import here
from lms_core.models import Attempt, Credential, Enrolment, OutcomeRow
from lms_core.services import attempts, completion, learning, progress, results
from lms_core.services.results import Result
from tests.road import Browser, Site
from tests.services.school import EXAM, LESSON, changed, school, writing

WRONG = ("drugie-slowa", "liczba")


@pytest.fixture
def sources() -> list:
    return [school()]


@pytest.fixture
def anna(site: Site) -> Actor:
    return site.add()


def sat(browser: Browser, enrolment: int, *, wrong: Iterable[str] = ()) -> int:
    """Sit the exam with these items wrong and hand in."""
    attempt = browser.start(enrolment, EXAM)
    browser.answer(attempt)
    page = f"/attempts/{attempt}"
    form = {f"was.{item}": "" for item in wrong} | {f"answer.{item}": "0" for item in wrong}
    if form:
        browser.site.clock.advance(seconds=1)
        browser.post(page, form, page=page)
    browser.submit(attempt)
    return attempt


def result(site: Site, attempt: int, actor: Actor) -> Result:
    with site.app.app_context():
        return results.result(db.session(), site.filar.catalogue, attempt, actor=actor, now=site.clock())


def test_every_kind_of_item_is_answered_rightly_through_the_form(site: Site, anna: Actor) -> None:
    browser = site.sign_in(anna)
    outcome = result(site, sat(browser, browser.enrol("szkola")), anna).outcome
    assert (outcome.raw, outcome.max, outcome.success) == (11.0, 11.0, True)


def test_every_kind_of_item_is_answered_wrongly_through_the_form(site: Site, anna: Actor) -> None:
    browser = site.sign_in(anna)
    attempt = browser.start(browser.enrol("szkola"), EXAM)
    browser.answer(attempt, right=False)
    browser.submit(attempt)
    found = result(site, attempt, anna)
    assert (found.outcome.raw, found.outcome.success) == (0.0, False)
    assert [one.score.points for one in found.review] == [0.0] * 11
    assert all(one.given for one in found.review), "each was answered"
    assert all(one.correct for one in found.review)


def test_the_decision_is_kept_in_polish(site: Site, anna: Actor) -> None:
    browser = site.sign_in(anna)
    attempt = sat(browser, browser.enrol("szkola"), wrong=WRONG)
    (row,) = site.rows(OutcomeRow)
    assert not row.success, "the mark is reached and the stratum is not"
    assert row.explanation == [
        "Punkty: 9/11.",
        "Próg zaliczenia 50%: osiągnięty.",
        "Temat 1: 4/4",
        "Temat 3: 3/5 < wymagane 4",
        "Opis sytuacji: 2/2",
    ]
    assert result(site, attempt, anna).explanation == tuple(row.explanation)
    assert not site.rows(Credential)


def test_a_wrong_critical_item_is_told_and_not_named(site: Site, anna: Actor) -> None:
    browser = site.sign_in(anna)
    attempt = browser.start(browser.enrol("szkola"), EXAM)
    browser.answer(attempt)
    page = f"/attempts/{attempt}"
    browser.post(page, {"was.jeden": '["r"]', "answer.jeden": "g"}, page=page)
    browser.submit(attempt)
    (row,) = site.rows(OutcomeRow)
    assert (row.raw, row.success) == (10.0, False)
    assert row.explanation[-1] == "Na pytanie obowiązkowe trzeba odpowiedzieć prawidłowo."
    assert "jeden" not in " ".join(row.explanation)


def test_the_words_stay_when_the_program_and_the_wording_change(site: Site, anna: Actor, monkeypatch) -> None:
    browser = site.sign_in(anna)
    attempt = sat(browser, browser.enrol("szkola"), wrong=WRONG)
    kept = site.rows(OutcomeRow)[0].explanation
    monkeypatch.setitem(reasons.WORDINGS, "stratum", lambda _detail, _program: "Zupełnie inaczej.")
    assert result(site, attempt, anna).explanation == tuple(kept)
    changed(site, OutcomeRow, site.rows(OutcomeRow)[0].id, explanation=None)
    assert "Zupełnie inaczej." in result(site, attempt, anna).explanation, "older outcomes are told from their codes"


def regrade(site: Site, attempt: int, *, success: bool, points: float, revision: int = 2) -> None:
    """The next decision about an attempt, as a later release will write it."""
    with writing(site) as (session, _):
        session.add(
            OutcomeRow(
                attempt_id=attempt,
                revision=revision,
                scaled=points / 11,
                raw=points,
                max=11.0,
                success=success,
                completion=True,
                trace=[f"score:{points:g}/11"],
                explanation=None,
                decided_at=site.clock(),
            )
        )


def seen_by_the_rule(site: Site, enrolment: int) -> Progress:
    with site.app.app_context():
        session = db.session()
        row = session.get_one(Enrolment, enrolment)
        program = replace(here().catalogue.program(session, row.digest), completion=Passed("egzamin"))
        return progress.progress_of(session, row, program, now=site.clock())


def test_of_one_attempt_only_the_latest_decision_counts(site: Site, anna: Actor) -> None:
    browser = site.sign_in(anna)
    one = browser.enrol("szkola")
    attempt = sat(browser, one)
    assert seen_by_the_rule(site, one).outcomes["egzamin"].success
    regrade(site, attempt, success=False, points=4.0)
    assert seen_by_the_rule(site, one).outcomes["egzamin"].raw == 4.0
    assert result(site, attempt, anna).outcome.raw == 4.0
    regrade(site, attempt, success=True, points=10.0, revision=3)
    assert seen_by_the_rule(site, one).outcomes["egzamin"].raw == 10.0


def test_a_pass_that_was_regraded_away_may_be_taken_again(site: Site, anna: Actor) -> None:
    browser = site.sign_in(anna)
    one = browser.enrol("szkola")
    regrade(site, sat(browser, one), success=False, points=4.0)
    site.clock.advance(hours=24)
    assert site.attempt(browser.start(one, EXAM)).number == 2


def test_of_several_attempts_the_best_counts_and_a_pass_beats_more_points(site: Site, anna: Actor) -> None:
    browser = site.sign_in(anna)
    one = browser.enrol("szkola")
    first = sat(browser, one, wrong=WRONG)
    site.clock.advance(hours=24)
    second = sat(browser, one)
    regrade(site, second, success=True, points=8.0)
    best = seen_by_the_rule(site, one).outcomes["egzamin"]
    assert (best.success, best.raw) == (True, 8.0)
    regrade(site, second, success=False, points=1.0, revision=3)
    assert seen_by_the_rule(site, one).outcomes["egzamin"].raw == 9.0
    changed(site, Attempt, first, state="void")
    assert seen_by_the_rule(site, one).outcomes["egzamin"].raw == 1.0


def test_a_void_attempt_passes_nothing(site: Site, anna: Actor) -> None:
    browser = site.sign_in(anna)
    one = browser.enrol("szkola")
    changed(site, Attempt, sat(browser, one), state="void")
    assert seen_by_the_rule(site, one).outcomes == {}
    with site.app.app_context():
        assert [past.void for past in attempts.finished(attempts.history(db.session(), one, "egzamin"))] == [True]


def test_what_was_completed_in_time_does_not_fail_later(site: Site, anna: Actor) -> None:
    browser = site.sign_in(anna)
    one = browser.enrol("terminowe")
    read(site, one, anna)
    site.clock.advance(days=31)
    read(site, one, anna)
    row = site.rows(Enrolment)[0]
    assert (row.state, row.verdict, row.reasons) == ("completed", "satisfied", [])


def read(site: Site, enrolment: int, actor: Actor) -> None:
    with writing(site) as (session, later):
        learning.complete_lesson(
            session, site.filar.catalogue, enrolment, LESSON, actor=actor, now=site.clock(), later=later
        )


@pytest.mark.parametrize("verdict", [("done", ("not_passed:egzamin",)), ("pending", (1, 2)), ("pending", "powód")])
def test_a_rule_that_answers_nonsense_fails_closed(site: Site, anna: Actor, monkeypatch, verdict) -> None:
    browser = site.sign_in(anna)
    attempt = browser.start(browser.enrol("szkola"), EXAM)
    browser.answer(attempt)
    monkeypatch.setattr(Passed, "__call__", lambda _rule, _progress: completion.Verdict(*verdict))
    assert browser.submit(attempt).status_code == 302
    assert browser.get("/my").status_code == 200
    assert (site.rows(Enrolment)[0].state, site.rows(Credential)) == ("needs_review", [])
