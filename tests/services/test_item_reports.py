"""Which papers item statistics are made of: first finished attempts at exams, by version, as their answers count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lms_core.app import create_app
from lms_core.config import Settings
from lms_core.domain.errors import Forbidden
from lms_core.domain.item_statistics import Fault, ItemStatistics
from lms_core.domain.permissions import Actor, Role
from lms_core.domain.program import Assessment, Mode
from lms_core.domain.text import Text
from lms_core.installation import here
from lms_core.models import Attempt, ResponseEvent
from lms_core.services import answers, grading, item_reports
from lms_core.services.answers import Answer
from lms_core.services.item_reports import ExamReport
from tests.road import Clock, Site
from tests.services.school import DRAW, EXAM, FINAL, PRACTICE, Offering, changed, program, school, writing
from tests.sitting import begin, hand_in

SCHOOL = "szkola"


@pytest.fixture
def sources() -> list:
    return [school()]


@pytest.fixture
def trainer(site: Site) -> Actor:
    return site.add("Teresa Trener", Role.TRAINER)


def sat(site: Site, actor: Actor, *, unit: str = EXAM, given: dict | None = None, omitted: tuple = ()) -> int:
    attempt = begin(site.app, actor, unit, program_id=SCHOOL, now=site.clock())
    hand_in(site.app, actor, attempt, now=site.clock(), given=given, omitted=omitted)
    return attempt


def crowd(site: Site, count: int, **sitting: object) -> list[Actor]:
    found = [site.add(f"Osoba {chr(65 + one)}") for one in range(count)]
    for one in found:
        sat(site, one, **sitting)
    return found


def ran_out(site: Site, actor: Actor, *saved: Answer) -> int:
    attempt = begin(site.app, actor, EXAM, program_id=SCHOOL, now=site.clock())
    with writing(site) as (session, _):
        for one in saved:
            answers.record(
                session, site.filar.catalogue, attempt, [one], client="tests-late", actor=actor, now=site.clock()
            )
    site.clock.advance(hours=1)
    with writing(site) as (session, later):
        grading.finish_overdue(session, site.filar.catalogue, attempt, now=site.clock(), later=later)
    assert site.attempt(attempt).state == "expired"
    return attempt


def reports(site: Site, trainer: Actor) -> tuple[ExamReport, ...]:
    digest = site.filar.catalogue.offer(SCHOOL).digest
    with site.app.app_context():
        return item_reports.exam_reports(here().session, here().catalogue, digest, actor=trainer)


def report(site: Site, trainer: Actor) -> ExamReport:
    (found,) = reports(site, trainer)
    return found


def of_item(site: Site, trainer: Actor, item_id: str) -> ItemStatistics:
    return next(one for one in report(site, trainer).items if one.item.id == item_id)


def test_every_item_of_the_exam_is_there_and_says_how_often_it_was_seen(site: Site, trainer: Actor) -> None:
    empty = report(site, trainer)
    assert (empty.sittings, len(empty.items), str(empty.title)) == (0, 11, "Egzamin końcowy")
    assert {one.exposures for one in empty.items} == {0}
    crowd(site, 2)
    assert {one.exposures for one in report(site, trainer).items} == {2}


def test_figures_come_with_the_tenth_person_and_not_before(site: Site, trainer: Actor) -> None:
    crowd(site, 9)
    assert of_item(site, trainer, "jeden").figures is None
    sat(site, site.add("Zofia Dziesiąta"), given={"jeden": ["g"]}, omitted=("wiele", "pary"))
    one, several = of_item(site, trainer, "jeden"), of_item(site, trainer, "wiele")
    assert (one.exposures, one.figures.difficulty, one.figures.omitted) == (10, 0.9, 0)
    assert {choice.choice.id: choice.taken for choice in one.figures.choices} == {"r": 9, "g": 1, "b": 0, "k": 0}
    assert one.figures.discrimination == 1.0, "who was wrong here was the only one wrong elsewhere"
    assert (several.figures.difficulty, several.figures.omitted) == (0.9, 1)
    assert of_item(site, trainer, "pary").figures.choices == ()


def test_an_item_with_a_wrong_key_shows_itself_first(site: Site, trainer: Actor) -> None:
    """The best take what the key calls wrong."""
    weak = {"slowa": ["nie wiem"], "liczba": ["1"], "ile": ["9"], "wiele": ["r"]}
    for number in range(12):
        given = {"dokad": ["g"]} if number < 8 else weak
        sat(site, site.add(f"Osoba {chr(65 + number)}"), given=given)
    first = report(site, trainer).items[0]
    assert (first.item.id, first.faults) == ("dokad", (Fault.KEY,))
    assert [one.choice.id for one in first.choice_faults if one.taken] == ["g"]


def test_only_the_first_finished_attempt_of_a_series_counts(site: Site, trainer: Actor) -> None:
    people = crowd(site, 10, given={"jeden": ["g"]})
    site.clock.advance(hours=25)
    sat(site, people[0])
    found = of_item(site, trainer, "jeden")
    assert (found.exposures, found.figures.difficulty) == (10, 0.0)


def test_a_practice_an_open_and_a_void_attempt_count_for_nothing(site: Site, trainer: Actor) -> None:
    people = crowd(site, 2)
    sat(site, people[0], unit=PRACTICE)
    begin(site.app, site.add("Jan Otwarty"), EXAM, program_id=SCHOOL, now=site.clock())
    assert report(site, trainer).sittings == 2
    changed(site, Attempt, site.rows(Attempt)[0].id, state="void")
    assert report(site, trainer).sittings == 1


def test_after_a_void_attempt_the_next_one_is_the_first(site: Site, trainer: Actor) -> None:
    anna = site.add()
    changed(site, Attempt, sat(site, anna, given={"jeden": ["g"]}), state="void")
    site.clock.advance(hours=25)
    sat(site, anna)
    assert report(site, trainer).sittings == 1


def test_a_series_whose_first_attempt_could_not_be_scored_is_left_out(site: Site, trainer: Actor) -> None:
    anna = site.add()
    changed(site, Attempt, sat(site, anna, given={"jeden": ["g"]}), state="needs_review")
    site.clock.advance(hours=25)
    sat(site, anna)
    assert report(site, trainer).sittings == 0


def test_an_attempt_that_ran_out_of_time_counts_with_what_was_saved(site: Site, trainer: Actor) -> None:
    ran_out(site, site.add(), Answer(1, "jeden", ["r"]))
    found = report(site, trainer)
    assert (found.sittings, found.blank) == (1, 0)


def test_papers_without_any_answer_are_left_out_and_counted(site: Site, trainer: Actor) -> None:
    """They would be wrong here and wrong elsewhere, and so lend every question a discrimination that it has not."""
    crowd(site, 7)
    for number in range(4):
        sat(site, site.add(f"Inna {chr(65 + number)}"), given={"jeden": ["g"]})
    before = report(site, trainer)
    every = [one.item.id for one in before.items]
    ran_out(site, site.add("Bez Czasu"))
    ran_out(site, site.add("Po Namyśle"), Answer(1, "jeden", ["r"]), Answer(2, "jeden", []))
    sat(site, site.add("Bez Słowa"), given=dict.fromkeys(every, ()))
    after = report(site, trainer)
    assert after.items == before.items
    assert (before.sittings, before.blank, after.sittings, after.blank) == (11, 0, 11, 3)


def test_the_answer_counts_that_the_journal_says(site: Site, trainer: Actor) -> None:
    """A later answer of the same tab wins, whatever the order of arrival."""
    crowd(site, 9)
    jan = site.add("Jan Zmienny")
    attempt = sat(site, jan, given={"jeden": ["g"]})
    event = site.rows(ResponseEvent, attempt_id=attempt, item_id="jeden")[0]
    with writing(site) as (session, _):
        values = {name: getattr(event, name) for name in ("attempt_id", "client_id", "item_id", "received_at")}
        session.add(ResponseEvent(**values, seq=99, response=["r"], payload_hash="0" * 64))
    assert of_item(site, trainer, "jeden").figures.difficulty == 1.0


def test_each_version_has_its_own_statistics(
    site: Site, trainer: Actor, settings: Settings, clock: Clock, rung: list
) -> None:
    crowd(site, 3)
    old = site.filar.catalogue.offer(SCHOOL).digest
    newer = program(SCHOOL, version="1.1.0", title=Text("Nowe wydanie"))
    app = create_app(
        replace(settings, plugin_errors="quarantine"), clock=clock, ring=rung.append, sources=[Offering(newer)]
    )
    again = Site(app, clock, rung)
    assert report(again, trainer).sittings == 0
    sat(again, again.add("Nowa Osoba"))
    assert report(again, trainer).sittings == 1
    with app.app_context():
        (found,) = item_reports.exam_reports(here().session, here().catalogue, old, actor=trainer)
    assert found.sittings == 3


def test_only_the_newest_are_read_when_there_are_very_many(
    site: Site, trainer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(item_reports, "MOST_SITTINGS", 10)
    crowd(site, 10, given={"jeden": ["g"]})
    for number in range(4):
        sat(site, site.add(f"Późna {chr(65 + number)}"))
    found = of_item(site, trainer, "jeden")
    assert (found.exposures, found.figures.difficulty) == (10, 0.4)


def test_a_busy_exam_leaves_another_its_sittings(
    settings: Settings, clock: Clock, rung: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    exams = (FINAL, Assessment("proba", Mode.EXAM, DRAW, pass_percent=50))
    source = Offering(program(assessments=exams))
    site = Site(create_app(settings, clock=clock, ring=rung.append, sources=[source]), clock, rung)
    trainer, first = site.add("Teresa Trener", Role.TRAINER), site.add("Osoba Pierwsza")
    monkeypatch.setattr(item_reports, "MOST_SITTINGS", 2)
    sat(site, first, unit=PRACTICE, given={"jeden": ["g"]})
    crowd(site, 3)
    assert {one.assessment.id: one.sittings for one in reports(site, trainer)} == {"egzamin": 2, "proba": 1}


@pytest.mark.parametrize("role", [one for one in Role if one not in {Role.TRAINER, Role.ADMINISTRATOR}])
def test_others_are_refused(site: Site, role: Role) -> None:
    with pytest.raises(Forbidden):
        report(site, site.add("Ktoś Inny", role))


def test_nothing_in_a_report_says_who(site: Site, trainer: Actor) -> None:
    """However deep one looks: no name, no address, no key of a person or an attempt."""
    people = crowd(site, 10)
    said = repr(report(site, trainer))
    for one in people:
        assert one.name not in said
        assert one.email not in said
    assert "person" not in said
    assert "attempt_id" not in said
