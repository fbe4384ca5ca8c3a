"""Facts: who may record them and where; after each kind of fact the rule is asked, and the credential comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from lms_core.domain.errors import Forbidden, Invalid, LmsError, NotFound
from lms_core.domain.permissions import Actor, Role
from lms_core.domain.reasons import explained
from lms_core.domain.rules import Status, Verdict
from lms_core.models import AuditEvent, Credential, Enrolment, UnitFact
from lms_core.services import enrolments, facts, learning
from lms_core.services.facts import Attended, Document, Fact, Observed
from tests.road import Site
from tests.services.school import DRILL, EXAM, LESSON, PRACTICE, REFRESHER, RULES, changed, elsewhere, school, writing

TODAY = date(2026, 11, 21)


@pytest.fixture
def sources() -> list:
    return [school()]


@pytest.fixture
def instructor(site: Site) -> Actor:
    return site.add("Jan Instruktor", Role.INSTRUCTOR)


def enrolled(site: Site, actor: Actor, program: str) -> int:
    with writing(site) as (session, _):
        return enrolments.enrol(session, site.filar.catalogue, program, actor=actor, now=site.clock()).id


def record(site: Site, enrolment: int, fact: Fact, *, by: Actor, unit: str = DRILL) -> Verdict:
    with writing(site) as (session, later):
        return facts.record(
            session, site.filar.catalogue, enrolment, unit, fact, actor=by, now=site.clock(), later=later
        )[0]


def read(site: Site, enrolment: int, actor: Actor, *units: str) -> None:
    for unit in units:
        with writing(site) as (session, later):
            learning.complete_lesson(
                session, site.filar.catalogue, enrolment, unit, actor=actor, now=site.clock(), later=later
            )


def state(site: Site, enrolment: int) -> tuple[str, str]:
    row = site.rows(Enrolment, id=enrolment)[0]
    return row.state, row.verdict


def awarded(site: Site, enrolment: int) -> bool:
    """Whether there is exactly one credential and one job for it."""
    found = site.rows(Credential, enrolment_id=enrolment)
    assert len(found) == sum(job.arguments == (one.id,) for one in found for job in site.rung)
    return len(found) == 1


def test_every_stock_rule_has_a_program_here() -> None:
    assert {type(rule).__name__ for rule in RULES.values()} >= {
        *("Passed", "Completed", "ObservedBy", "WithinDays", "AnyOf", "AllOf")
    }


def test_lessons_bring_the_credential(site: Site) -> None:
    anna = site.add()
    one = enrolled(site, anna, "ukonczone")
    read(site, one, anna, LESSON)
    assert state(site, one) == ("open", "pending")
    assert not awarded(site, one)
    read(site, one, anna, REFRESHER)
    assert state(site, one) == ("completed", "satisfied")
    assert awarded(site, one)


def test_an_exam_brings_the_credential(site: Site) -> None:
    browser = site.learner()
    one = browser.enrol("szkola")
    browser.pass_exam(one, PRACTICE)
    assert not awarded(site, one), "practice passes no exam"
    browser.pass_exam(one, EXAM)
    assert awarded(site, one)


def test_attendance_brings_the_credential_each_mode_for_itself(site: Site, instructor: Actor) -> None:
    one = enrolled(site, site.add(), "minuty")
    assert record(site, one, Attended(60, "in_person"), by=instructor).reasons == (
        "minutes_short:in_person:30",
        "minutes_short:remote_sync:30",
    )
    record(site, one, Attended(30, "in_person"), by=instructor)
    assert not awarded(site, one)
    record(site, one, Attended(600, "remote_async"), by=instructor)
    assert not awarded(site, one), "reading at home is no session"
    assert record(site, one, Attended(30, "remote_sync"), by=instructor) == Verdict(Status.SATISFIED)
    assert awarded(site, one)


def test_a_sign_off_in_the_right_role_brings_the_credential(site: Site, instructor: Actor) -> None:
    examiner = site.add("Ewa Egzaminatorka", Role.EXAMINER)
    one = enrolled(site, site.add(), "ogladane")
    assert record(site, one, Observed("instructor"), by=instructor).reasons == (f"not_observed:{DRILL}",)
    record(site, one, Observed("examiner"), by=examiner, unit=LESSON)
    assert not awarded(site, one), "another unit was watched"
    record(site, one, Observed("examiner"), by=examiner)
    assert awarded(site, one)


def test_either_way_of_two_brings_the_credential_once(site: Site, instructor: Actor) -> None:
    browser = site.learner()
    one = browser.enrol("dowolne")
    record(site, one, Observed("instructor"), by=instructor)
    assert awarded(site, one)
    browser.pass_exam(one, EXAM)
    assert awarded(site, one)


def test_a_document_brings_the_credential_while_it_is_valid(site: Site, instructor: Actor) -> None:
    anna = site.add()
    one = enrolled(site, anna, "dokument")
    read(site, one, anna, LESSON)
    assert site.rows(Enrolment, id=one)[0].reasons == ["no_document:badanie"]
    record(site, one, Document("badanie", TODAY), by=instructor)
    assert awarded(site, one)


@pytest.mark.parametrize(
    ("papers", "days", "comes"),
    [
        ([TODAY], 1, False),
        ([TODAY, TODAY + timedelta(days=5)], 5, True),
        ([TODAY + timedelta(days=5), TODAY], 5, True),
        ([None, TODAY], 4000, True),
    ],
)
def test_of_two_documents_the_one_that_lasts_longer_counts(site: Site, instructor: Actor, papers, days, comes) -> None:
    anna = site.add()
    one = enrolled(site, anna, "dokument")
    for until in papers:
        record(site, one, Document("badanie", until), by=instructor)
    site.clock.advance(days=days)
    read(site, one, anna, LESSON)
    assert awarded(site, one) is comes
    assert state(site, one)[1] == ("satisfied" if comes else "failed")


def test_a_credential_of_another_program_counts_while_it_is_valid(site: Site) -> None:
    anna = site.add()
    browser = site.sign_in(anna)
    one = enrolled(site, anna, "posiada")
    read(site, one, anna, LESSON)
    assert site.rows(Enrolment, id=one)[0].reasons == ["no_credential:szkola-odznaka"]
    browser.pass_exam(browser.enrol("szkola"), EXAM)
    (held,) = site.rows(Credential)
    changed(site, Credential, held.id, valid_until=site.clock() - timedelta(seconds=1))
    read(site, one, anna, LESSON)
    assert state(site, one)[1] == "pending", "it has expired"
    changed(site, Credential, held.id, valid_until=None, state="revoked")
    read(site, one, anna, LESSON)
    assert state(site, one)[1] == "pending", "it was revoked"
    changed(site, Credential, held.id, state="pending")
    read(site, one, anna, LESSON)
    assert awarded(site, one)


def test_somebody_elses_credential_counts_for_nothing(site: Site) -> None:
    jan = site.learner("Jan Nowak")
    jan.pass_exam(jan.enrol("szkola"), EXAM)
    anna = site.add()
    one = enrolled(site, anna, "posiada")
    read(site, one, anna, LESSON)
    assert not awarded(site, one)


@pytest.mark.parametrize(("days", "comes"), [(30, True), (31, False)])
def test_a_term_that_is_over_brings_nothing(site: Site, days: int, comes: bool) -> None:
    anna = site.add()
    one = enrolled(site, anna, "terminowe")
    site.clock.advance(days=days)
    read(site, one, anna, LESSON)
    assert awarded(site, one) is comes
    assert state(site, one) == (("completed", "satisfied") if comes else ("open", "failed"))
    if not comes:
        assert "Minął termin ukończenia programu: 30\u00a0dni" in site.sign_in(anna).get("/my").text


FACTS: list[Fact] = [Attended(60, "in_person"), Observed("instructor"), Document("badanie")]


def test_a_fact_is_kept_with_its_evidence_and_in_the_audit(site: Site, instructor: Actor) -> None:
    one = enrolled(site, site.add(), "minuty")
    for fact in FACTS:
        record(site, one, fact, by=instructor)
    rows, deeds = site.rows(UnitFact), site.rows(AuditEvent, act="fact.recorded")
    assert [row.kind for row in rows] == ["attended", "observed", "document"]
    assert {(row.enrolment_id, row.unit_id, row.by_person_id, row.at) for row in rows} == {
        (one, DRILL, instructor.person_id, site.clock())
    }
    assert [deed.detail for deed in deeds] == [{"unit": DRILL, "kind": row.kind, "fact": row.id} for row in rows]
    assert {(deed.actor_id, deed.subject_id) for deed in deeds} == {(instructor.person_id, str(one))}


def refused(site: Site, act: Callable[[], object]) -> LmsError:
    """Return the refusal, of which no row and no line of the audit is left."""
    before = site.count("unit_fact"), site.count("audit_event")
    with pytest.raises(LmsError) as caught:
        act()
    assert (site.count("unit_fact"), site.count("audit_event")) == before
    return caught.value


def test_nobody_records_a_fact_about_themselves(site: Site, instructor: Actor) -> None:
    one = enrolled(site, instructor, "minuty")
    codes = {refused(site, lambda fact=fact: record(site, one, fact, by=instructor)).code for fact in FACTS}
    assert codes == {"own_fact"}


def test_other_roles_record_nothing_and_learn_nothing(site: Site) -> None:
    one = enrolled(site, site.add(), "minuty")
    somebody = site.add("Ktoś Inny")
    (grant,) = somebody.grants
    others = frozenset(replace(grant, role=role) for role in set(Role) - {Role.INSTRUCTOR, Role.EXAMINER})
    somebody = replace(somebody, grants=others)
    found = refused(site, lambda: record(site, one, Attended(60, "in_person"), by=somebody))
    missing = refused(site, lambda: record(site, one + 999, Attended(60, "in_person"), by=somebody))
    assert isinstance(found, NotFound)
    assert (found.code, found.message) == (missing.code, missing.message)


def test_an_instructor_of_another_organisation_records_nothing(site: Site) -> None:
    one = enrolled(site, site.add(), "minuty")
    stranger = elsewhere(site, site.add("Obca Osoba"), Role.INSTRUCTOR, Role.EXAMINER)
    assert isinstance(refused(site, lambda: record(site, one, FACTS[0], by=stranger)), NotFound)


def test_a_role_held_elsewhere_signs_nothing_here(site: Site, instructor: Actor) -> None:
    """Instructor at home, examiner in another organisation: at home that is no examiner."""
    one = enrolled(site, site.add(), "ogladane")
    both = elsewhere(site, instructor, Role.EXAMINER)
    assert isinstance(refused(site, lambda: record(site, one, Observed("examiner"), by=both)), Forbidden)
    record(site, one, Observed("instructor"), by=both)
    assert not awarded(site, one)


NONSENSE: list[Fact] = [
    *(Attended(minutes, "in_person") for minutes in (0, -5, 1441)),
    *(Attended(60, mode) for mode in ("", "pub", "In_Person")),
    *(Document(kind) for kind in ("", "x" * 41)),
]


def test_a_fact_that_makes_no_sense_is_refused(site: Site, instructor: Actor) -> None:
    one = enrolled(site, site.add(), "minuty")
    for fact in NONSENSE:
        found = refused(site, lambda fact=fact: record(site, one, fact, by=instructor))
        assert isinstance(found, Invalid), fact
        assert found.message.endswith("."), fact


def test_a_role_that_one_does_not_have_signs_nothing(site: Site, instructor: Actor) -> None:
    one = enrolled(site, site.add(), "ogladane")
    for role in ("examiner", "learner", "", "Instructor"):
        found = refused(site, lambda role=role: record(site, one, Observed(role), by=instructor))
        assert found.code == "observed", role


def test_a_fact_about_a_unit_that_is_not_there_is_refused(site: Site, instructor: Actor) -> None:
    one = enrolled(site, site.add(), "minuty")
    assert refused(site, lambda: record(site, one, FACTS[0], by=instructor, unit="nie-ma")).code == "unit"


def test_what_is_missing_is_said_in_polish(site: Site, instructor: Actor) -> None:
    one = enrolled(site, site.add(), "minuty")
    verdict = record(site, one, Attended(60, "in_person"), by=instructor)
    assert explained(verdict.reasons, site.program("minuty")) == [
        "Brakuje 30\u00a0min zajęć stacjonarnych.",
        "Brakuje 30\u00a0min zajęć na żywo przez internet.",
    ]
