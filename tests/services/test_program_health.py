"""What the people who make programs see of them: state, content with file and line, legal state, numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lms_core.app import create_app
from lms_core.config import Settings
from lms_core.content.problems import Severity
from lms_core.domain.errors import Forbidden, NotFound
from lms_core.domain.permissions import Actor, Role
from lms_core.installation import here
from lms_core.models import Credential
from lms_core.plugin_host import ProgramDirectory, installed_sources
from lms_core.services import program_health
from lms_core.services.program_health import Health, Numbers, State, Term
from tests.content.sample import FILES, line_with, spoilt, write
from tests.road import Clock, Site
from tests.services.school import EXAM, Offering, changed, elsewhere, program
from tests.sitting import begin, hand_in

Start = Callable[..., Site]


@pytest.fixture
def start(settings: Settings, clock: Clock, rung: list) -> Start:
    """Start the installation with these sources, broken ones among them."""

    def started(*sources: object) -> Site:
        quarantining = replace(settings, plugin_errors="quarantine")
        return Site(create_app(quarantining, clock=clock, ring=rung.append, sources=list(sources)), clock, rung)

    return started


def trainer_of(site: Site) -> Actor:
    return site.add("Teresa Trener", Role.TRAINER)


def healths(site: Site, actor: Actor) -> list[Health]:
    with site.app.app_context():
        filar, today = here(), site.clock().date()
        return program_health.overview(filar.session, filar.catalogue, filar.plugins, actor=actor, today=today)


def only(site: Site, actor: Actor) -> Health:
    (found,) = healths(site, actor)
    return found


def test_a_directory_is_linted_with_file_and_line(start: Start, tmp_path: Path) -> None:
    items = spoilt("items/temat.toml", 'source = "Rozporządzenie, § 3"', 'source = " "')
    site = start(ProgramDirectory(write(tmp_path / "warsztat")))
    found = only(site, trainer_of(site))
    assert (found.program_id, found.version, found.plugin) == ("proba", "1.0.0", "directory:warsztat")
    assert (found.state, found.reason, found.lint.problems) == (State.ACTIVE, None, ())
    assert found.lint.places["syrena"].file == "items/temat.toml"
    assert found.lint.places["syrena"].line == line_with(FILES["items/temat.toml"], "pytanie-syrena")
    write(tmp_path / "warsztat", {"items/temat.toml": items})
    (problem, version) = only(site, site.add("Inna Osoba", Role.TRAINER)).lint.problems
    assert (problem.file, problem.line) == ("items/temat.toml", line_with(items, 'source = " "'))
    assert (problem.severity, "puste źródło" in problem.message) == (Severity.ERROR, True)
    assert "podnieś version" in version.message, "the stored content of that version is another"


def test_installed_packages_are_found_by_their_entry_points(start: Start) -> None:
    site = start(*installed_sources())
    found = {one.plugin: one for one in healths(site, trainer_of(site))}
    assert {"zpos_module2", "osp_training", "kos_clubs"} == set(found)
    for one in found.values():
        assert one.lint.from_files
        assert set(one.lint.places) == set(site.program(one.program_id).items)
        assert all(place.file.startswith("items/") and place.line for place in one.lint.places.values())


def test_a_program_without_files_is_linted_by_its_values(start: Start) -> None:
    site = start(Offering(program("szkola")))
    lint = only(site, trainer_of(site)).lint
    assert (lint.from_files, lint.places) == (False, {})
    assert any(one.file.startswith("course.0.unit.0") for one in lint.problems)
    assert lint.count(Severity.WARNING) > 0


def test_a_quarantined_directory_says_why_and_where(start: Start, tmp_path: Path) -> None:
    items = spoilt("items/temat.toml", '"1 litr"', "5")
    site = start(ProgramDirectory(write(tmp_path / "zepsuty", {"items/temat.toml": items})))
    found = only(site, trainer_of(site))
    assert (found.state, found.program_id, found.law) == (State.QUARANTINED, "proba", None)
    assert "ContentInvalid" in found.reason
    assert [(one.file, one.line) for one in found.lint.problems] == [
        ("items/temat.toml", line_with(items, "choices = ["))
    ]


def test_a_directory_that_cannot_be_read_at_all_is_shown_by_its_name(start: Start, tmp_path: Path) -> None:
    site = start(ProgramDirectory(write(tmp_path / "zly", {"program.toml": "id = "})), ProgramDirectory(tmp_path / "x"))
    trainer = trainer_of(site)
    found = {one.plugin: one for one in healths(site, trainer)}
    assert {one.program_id for one in found.values()} == {None}
    assert [one.line for one in found["directory:zly"].lint.problems] == [1]
    assert found["directory:x"].lint is None
    assert "nie można odczytać pliku" in found["directory:x"].reason


def test_content_changed_under_its_version_is_told_at_the_version(start: Start, tmp_path: Path) -> None:
    start(ProgramDirectory(write(tmp_path / "warsztat")))
    write(tmp_path / "warsztat", {"lessons/syreny.md": FILES["lessons/syreny.md"] + "Nowe zdanie.\n"})
    site = start(ProgramDirectory(tmp_path / "warsztat"))
    found = only(site, trainer_of(site))
    (problem,) = found.lint.problems
    assert (found.state, problem.line) == (State.QUARANTINED, line_with(FILES["program.toml"], "version ="))
    assert "treść zmieniła się pod wersją 1.0.0" in problem.message


def test_a_newer_version_in_the_files_is_told(start: Start, tmp_path: Path) -> None:
    site = start(ProgramDirectory(write(tmp_path / "warsztat")))
    write(tmp_path / "warsztat", {"program.toml": spoilt("program.toml", '"1.0.0"', '"1.2.0"')})
    found = only(site, trainer_of(site))
    assert (found.version, found.lint.on_disk, found.lint.problems) == ("1.0.0", "1.2.0", ())


def test_a_second_plugin_of_the_same_program_does_not_hide_the_first(start: Start, tmp_path: Path) -> None:
    site = start(*(ProgramDirectory(write(tmp_path / name)) for name in ("jeden", "dwa")))
    second, first = healths(site, trainer_of(site))
    assert (first.program_id, first.state) == ("proba", State.ACTIVE)
    assert (second.program_id, second.state, second.plugin) == (None, State.QUARANTINED, "directory:dwa")


@pytest.mark.parametrize(
    ("days", "term"),
    [(0, Term.SOON), (30, Term.SOON), (31, Term.LATER), (-1, Term.OVERDUE)],
)
def test_the_review_of_the_law(start: Start, days: int, term: Term) -> None:
    site = start(Offering(program("szkola")))
    trainer = trainer_of(site)
    review_by = site.program("szkola").review_by
    site.clock.now = site.clock.now.replace(year=review_by.year, month=review_by.month, day=review_by.day)
    site.clock.now -= timedelta(days=days)
    law = only(site, trainer).law
    assert (law.days, law.term, law.review_by) == (days, term, review_by)


def test_numbers_are_of_people_and_of_certificates_that_stand(start: Start) -> None:
    site = start(Offering(program("szkola")))
    trainer = trainer_of(site)
    assert only(site, trainer).numbers == Numbers(0, 0, 0)
    for number in range(3):
        actor = site.add(f"Osoba {chr(65 + number)}")
        attempt = begin(site.app, actor, EXAM, program_id="szkola", now=site.clock())
        if number:
            hand_in(site.app, actor, attempt, now=site.clock())
    site.run_jobs()
    assert only(site, trainer).numbers == Numbers(3, 2, 2)
    changed(site, Credential, site.rows(Credential)[0].id, state="revoked")
    assert only(site, trainer).numbers == Numbers(3, 2, 1)


def test_a_program_that_is_gone_stays_with_its_learners(start: Start) -> None:
    site = start(Offering(program("szkola"), program("nikogo")))
    begin(site.app, site.add(), EXAM, program_id="szkola", now=site.clock())
    site = start(Offering(program("szkola", version="1.10.0")))
    begin(site.app, site.add("Jan Nowak"), EXAM, program_id="szkola", now=site.clock())
    site = start()
    found = only(site, trainer_of(site))
    assert (found.program_id, found.state, found.lint) == ("szkola", State.WITHDRAWN, None)
    assert (str(found.title), found.version, found.numbers.learners) == ("Program szkola", "1.10.0", 2)
    assert [(one.number, one.enrolments) for one in found.versions] == [("1.10.0", 1), ("1.0.0", 1)]


def test_one_program_is_asked_for_by_its_id(start: Start) -> None:
    site = start(Offering(program("szkola")))
    trainer = trainer_of(site)
    with site.app.app_context():
        filar, today = here(), site.clock().date()
        asked = (filar.session, filar.catalogue, filar.plugins)
        assert program_health.of_program(*asked, "szkola", actor=trainer, today=today) == only(site, trainer)
        with pytest.raises(NotFound):
            program_health.of_program(*asked, "nie-ma", actor=trainer, today=today)


@pytest.mark.parametrize("role", list(Role))
def test_who_maintains_programs_sees_them_and_nobody_else(start: Start, role: Role) -> None:
    site = start(Offering(program("szkola")))
    actor = site.add("Ktoś Inny", role)
    if role in {Role.TRAINER, Role.ADMINISTRATOR}:
        assert healths(site, actor)
    else:
        with pytest.raises(Forbidden):
            healths(site, actor)
        assert healths(site, elsewhere(site, actor, Role.TRAINER)), "programs belong to no organisation"
