"""Programs change and vanish; what people joined stays as it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from lms_core.app import create_app
from lms_core.config import Settings
from lms_core.domain import scoring
from lms_core.domain.program import TrainingProgram
from lms_core.domain.rules import Passed
from lms_core.domain.text import Text
from lms_core.models import Attempt, Credential, Edition, Enrolment, ProgramSnapshot
from tests.road import ZPOS, Clock, Site
from tests.services.school import Offering

CONTENT = Path(__file__).parents[2] / "plugins/zpos_module2/src/zpos_module2/content"


@pytest.fixture
def restart(settings: Settings, clock: Clock, rung: list) -> Callable[..., Site]:
    """Start the same installation again with other programs."""

    def start(*programs: TrainingProgram) -> Site:
        quarantining = replace(settings, plugin_errors="quarantine")
        app: Flask = create_app(quarantining, clock=clock, ring=rung.append, sources=[Offering(*programs)])
        return Site(app, clock, rung)

    return start


def test_snapshots_are_stored_once(site: Site, restart: Callable[..., Site]) -> None:
    assert len(site.rows(ProgramSnapshot)) == 3
    again = restart(site.program())
    assert len(again.rows(ProgramSnapshot)) == 3
    assert len(again.rows(Edition)) == 3


def test_changed_text_under_an_old_version_is_refused(
    site: Site, restart: Callable[..., Site], caplog: pytest.LogCaptureFixture
) -> None:
    changed = replace(site.program(), title=Text("Inny tytuł"))
    again = restart(changed)
    (status,) = again.filar.plugins.statuses
    assert not status.active
    assert "raise the version" in status.error
    assert "raise the version" in caplog.text
    assert again.visitor().get(f"/programs/{ZPOS}").status_code == 404


def test_an_old_attempt_is_graded_against_the_text_its_learner_saw(site: Site, restart: Callable[..., Site]) -> None:
    """The new version has other keys; the open attempt of the old one is still judged by the old."""
    actor = site.add()
    browser = site.sign_in(actor)
    enrolment = browser.enrol()
    browser.read_lessons(enrolment)
    attempt = browser.start(enrolment)
    browser.answer(attempt)

    again = restart(upside_down(site.program()))
    browser = again.sign_in(actor)
    browser.submit(attempt)
    assert "100" in browser.get(f"/attempts/{attempt}/result").text
    assert len(again.rows(Credential)) == 1


def upside_down(program: TrainingProgram) -> TrainingProgram:
    """The next version, in which every true/false key is turned round."""

    def turned(item):
        if item.kind != "true_false":
            return item
        return replace(item, choices=tuple(replace(one, correct=not one.correct) for one in item.choices))

    pools = tuple(replace(pool, items=tuple(turned(item) for item in pool.items)) for pool in program.pools)
    return replace(program, version="9.0.0", pools=pools)


def test_who_joined_keeps_the_version_and_newcomers_get_the_new_one(site: Site, restart: Callable[..., Site]) -> None:
    first = site.add("Anna Wójcik")
    site.sign_in(first).enrol()
    again = restart(replace(site.program(), version="9.0.0", title=Text("Wydanie dziewiąte")))
    assert "Wydanie dziewiąte" not in again.sign_in(first).get("/my").text
    newcomer = again.learner("Jan Nowak")
    newcomer.enrol()
    assert "Wydanie dziewiąte" in newcomer.get("/my").text
    assert len({one.digest for one in again.rows(Enrolment)}) == 2


def test_a_plugin_that_vanished_takes_nothing_away(site: Site, restart: Callable[..., Site]) -> None:
    actor = site.add("Żaneta Gęślą-Jaźńska")
    code = site.sign_in(actor).graduate()
    again = restart()
    browser = again.sign_in(actor)
    assert again.visitor().get("/programs").status_code == 200
    assert "ZPOS" in browser.get("/my").text
    assert browser.get(f"/certificates/{code}.pdf").data.startswith(b"%PDF")
    assert "jest ważne" in again.visitor().get(f"/c/{code}").text


def test_a_text_that_the_paper_cannot_show_is_said(site: Site, restart: Callable[..., Site]) -> None:
    program = site.program()
    design = replace(program.certificate, statement=Text("Potwierdza się ukończenie \N{DRAGON}"))
    again = restart(replace(program, version="9.0.0", certificate=design))
    browser = again.learner()
    code = browser.graduate()
    answer = browser.get(f"/certificates/{code}.pdf")
    assert answer.status_code == 409
    assert "nie da się wydrukować" in answer.text
    assert "jest ważne" in again.visitor().get(f"/c/{code}").text


def test_a_rule_that_raises_fails_closed(site: Site, restart: Callable[..., Site], monkeypatch) -> None:
    """Nobody passes, nothing is issued, the answers stay and a person has to look."""
    actor = site.add()
    browser = site.sign_in(actor)
    enrolment = browser.enrol()
    browser.read_lessons(enrolment)
    attempt = browser.start(enrolment)
    browser.answer(attempt)

    monkeypatch.setattr(Passed, "__call__", broken)
    assert browser.submit(attempt).status_code == 302
    assert browser.get(f"/attempts/{attempt}/result").status_code == 200
    assert browser.get("/my").status_code == 200
    assert site.rows(Enrolment)[0].state == "needs_review"
    assert site.rows(Credential) == []
    assert site.rung == []


def test_while_something_waits_for_a_person_no_exam_starts_and_nothing_completes(
    site: Site, restart: Callable[..., Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = site.learner()
    enrolment = browser.enrol()
    browser.read_lessons(enrolment)
    first = browser.start(enrolment)
    browser.answer(first, right=False)
    with monkeypatch.context() as patch:
        patch.setattr(scoring, "outcome", broken)
        browser.submit(first)
    assert site.rows(Attempt)[0].state == "needs_review"
    assert "obejrzeć" in browser.get("/my").text
    site.clock.advance(days=2)
    exam = f"/learn/{enrolment}/egzamin-koncowy"
    assert "musi obejrzeć osoba prowadząca" in browser.get(exam).text
    assert f'action="{exam}/attempts"' not in browser.get(exam).text
    refused = browser.post(f"{exam}/attempts", page="/my")
    assert (refused.status_code, len(site.rows(Attempt))) == (409, 1)
    assert "Nic nie trzeba robić." in refused.text
    browser.pass_exam(enrolment, "sprawdz-sie")
    assert site.rows(Enrolment)[0].state == "needs_review"
    assert site.rows(Credential) == []


def test_a_grading_error_takes_no_completion_back(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = site.learner()
    browser.graduate()
    enrolment = site.rows(Enrolment)[0]
    attempt = browser.start(enrolment.id, "sprawdz-sie")
    monkeypatch.setattr(scoring, "outcome", broken)
    browser.submit(attempt)
    after = site.rows(Enrolment)[0]
    assert (after.state, after.completed_at) == ("completed", enrolment.completed_at)


def broken(*_arguments: object) -> None:
    raise ZeroDivisionError


def test_a_renamed_unit_leaves_no_dead_link(site: Site, restart: Callable[..., Site]) -> None:
    actor = site.add()
    site.sign_in(actor).enrol()
    program = site.program()
    course = program.courses[0]
    first, second, *rest = course.units
    renamed = replace(course, units=(first, replace(second, id="nowa-nazwa"), *rest))
    courses = (renamed, *program.courses[1:])
    newer = replace(program, version="9.0.0", courses=courses, completion=Passed("egzamin"), notes=())
    again = restart(newer)
    browser = again.sign_in(actor)
    page = browser.get(f"/programs/{ZPOS}").text
    for path in set(re.findall(r'href="(/learn/[^"]+)"', page)):
        assert browser.get(path).status_code == 200, path
    assert browser.enrol() == site.rows(Enrolment)[0].id


def test_a_broken_plugin_never_takes_the_site_down(settings: Settings, clock: Clock) -> None:
    class Broken:
        name = "broken"

        def load(self) -> object:
            raise ImportError("no module named moon")

    quarantining = replace(settings, plugin_errors="quarantine", required_plugins=("broken",))
    app = create_app(quarantining, clock=clock, ring=lambda _job: None, sources=[Broken()])
    client = app.test_client()
    assert client.get("/programs").status_code == 200
    ready = client.get("/health/ready")
    assert ready.status_code == 503
    assert ready.json["missing_plugins"] == ["broken"]
    assert client.get("/health/live").status_code == 200
