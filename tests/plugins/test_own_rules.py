"""A rule in Python: it awards, it may not change under a version, and without its code a person decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from lms_core.app import create_app
from lms_core.config import Settings
from lms_core.models import Credential, Enrolment
from lms_core.testing.packages import ModuleSource
from tests.plugins.packages import imported, with_rule, write_package
from tests.road import Clock, Site

NAME = "wlasna"
RULE = """\
@dataclass(frozen=True, slots=True)
class Own:
    least: int = 1

    def __call__(self, progress: Progress) -> Verdict:
        missing = self.least - len(progress.completed_units)
        if missing <= 0:
            return Verdict(Status.SATISFIED)
        return Verdict(Status.PENDING, (f"own:{missing}",))
"""
RAISES = RULE.replace("        missing =", "        1 / 0\n        missing =")
COMMENT = RULE + "# the same rule, in other words\n"
Start = Callable[..., Site]


@pytest.fixture
def start(settings: Settings, clock: Clock, rung: list) -> Start:
    """Start the same installation with these plugins."""

    def start(*modules: ModuleType) -> Site:
        quarantining = replace(settings, plugin_errors="quarantine", required_plugins=(NAME,))
        sources = [ModuleSource(module) for module in modules]
        return Site(create_app(quarantining, clock=clock, ring=rung.append, sources=sources), clock, rung)

    return start


def package(root: Path, rule: str, version: str = "0.1.0") -> Path:
    changes = with_rule(NAME, rule)
    path = f"src/{NAME}/content/program.toml"
    changes[path] = changes[path].replace('version = "0.1.0"', f'version = "{version}"')
    return write_package(root, NAME, changes)


def state(site: Site) -> tuple[str, int]:
    (enrolment,) = site.rows(Enrolment)
    return enrolment.state, len(site.rows(Credential))


def test_a_rule_in_python_awards_the_certificate(tmp_path: Path, start: Start) -> None:
    with imported(package(tmp_path, RULE), NAME) as module:
        site = start(module)
        browser = site.learner()
        enrolment = browser.enrol(NAME)
        assert state(site) == ("open", 0)
        browser.read_lessons(enrolment, NAME)
        assert state(site) == ("completed", 1)


def test_its_reason_is_told_in_the_plugins_words(tmp_path: Path, start: Start) -> None:
    with imported(package(tmp_path, RULE.replace("least: int = 1", "least: int = 3")), NAME) as module:
        site = start(module)
        browser = site.learner()
        browser.read_lessons(browser.enrol(NAME), NAME)
        (enrolment,) = site.rows(Enrolment)
        assert (enrolment.verdict, enrolment.reasons) == ("pending", ["own:2"])
        assert "Warunek własny: 2." in browser.get("/my").text


def test_a_rule_that_raises_leaves_the_decision_to_a_person(tmp_path: Path, start: Start) -> None:
    with imported(package(tmp_path, RAISES), NAME) as module:
        site = start(module)
        browser = site.learner()
        browser.read_lessons(browser.enrol(NAME), NAME)
        assert state(site) == ("needs_review", 0)


@pytest.mark.parametrize("changed", [RULE.replace("<= 0", "<= 1"), COMMENT], ids=["decides otherwise", "other text"])
def test_a_changed_rule_under_the_same_version_is_refused(tmp_path: Path, start: Start, changed: str) -> None:
    with imported(package(tmp_path / "first", RULE), NAME) as module:
        start(module)
    with imported(package(tmp_path / "second", changed), NAME) as module:
        site = start(module)
        (status,) = site.filar.plugins.statuses
        assert status.error == f"content of {NAME} 0.1.0 changed: raise the version"
        ready = site.visitor().get("/health/ready")
        assert (ready.status_code, ready.json["missing_plugins"]) == (503, [NAME])
    with imported(package(tmp_path / "third", changed, "0.2.0"), NAME) as module:
        assert start(module).visitor().get("/health/ready").status_code == 200


def test_an_old_version_whose_rule_is_gone_awards_nothing(tmp_path: Path, start: Start) -> None:
    """The text that its learner joined is still there, the code that would decide is not."""
    with imported(package(tmp_path / "first", RULE), NAME) as module:
        site = start(module)
        actor = site.add()
        enrolment = site.sign_in(actor).enrol(NAME)
    with imported(package(tmp_path / "second", RULE.replace("<= 0", "<= 1"), "0.2.0"), NAME) as module:
        site = start(module)
        site.sign_in(actor).read_lessons(enrolment, NAME)
        assert state(site) == ("needs_review", 0)


def test_a_rule_whose_plugin_is_not_installed_any_more_awards_nothing(tmp_path: Path, start: Start) -> None:
    with imported(package(tmp_path, RULE), NAME) as module:
        site = start(module)
        actor = site.add()
        enrolment = site.sign_in(actor).enrol(NAME)
    site = start()
    browser = site.sign_in(actor)
    page = f"/learn/{enrolment}/pierwsza-lekcja"
    assert browser.post(page, page=page).status_code == 302
    assert state(site) == ("needs_review", 0)
    assert browser.get("/my").status_code == 200


def test_the_same_code_comes_back_and_decides_again(tmp_path: Path, start: Start) -> None:
    with imported(package(tmp_path / "first", RULE), NAME) as module:
        site = start(module)
        actor = site.add()
        enrolment = site.sign_in(actor).enrol(NAME)
    start()
    with imported(package(tmp_path / "second", RULE), NAME) as module:
        site = start(module)
        site.sign_in(actor).read_lessons(enrolment, NAME)
        assert state(site) == ("completed", 1)
