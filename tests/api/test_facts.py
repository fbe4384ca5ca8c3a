"""Facts that somebody in charge records by the API."""

from __future__ import annotations

import pytest

from lms_core.domain.permissions import Role
from lms_core.models import AuditEvent, UnitFact
from tests.api.client import Person, Program, make_token, person
from tests.road import Site

UNIT = "kto-i-kiedy"
ATTENDED = {"unit": UNIT, "minutes": 90, "mode": "in_person"}
OBSERVED = {"unit": UNIT, "role": "instructor"}
DOCUMENT = {"unit": UNIT, "kind": "badanie", "valid_until": "2027-01-31"}


@pytest.fixture
def anna(site: Site) -> Person:
    return person(site)


@pytest.fixture
def instructor(site: Site) -> Program:
    return Program(site, make_token(site, site.add("Iga Prowadząca", Role.INSTRUCTOR)))


def test_it_works(site: Site, anna: Person, instructor: Program) -> None:
    enrolment = anna.program.enrol()
    answer = instructor.post(f"/enrolments/{enrolment}/attendance", ATTENDED)
    assert answer.status_code == 200, answer.text
    assert answer.json["verdict"] == "pending"
    assert any("Ukończ lekcję" in reason for reason in answer.json["reasons"])
    assert instructor.post(f"/enrolments/{enrolment}/observations", OBSERVED).status_code == 200
    assert instructor.post(f"/enrolments/{enrolment}/documents", DOCUMENT).status_code == 200
    kept = [(fact.kind, fact.minutes, fact.mode, fact.evidence) for fact in site.rows(UnitFact)]
    assert kept == [
        ("attended", 90, "in_person", {}),
        ("observed", None, None, {"role": "instructor"}),
        ("document", None, None, {"document": "badanie", "valid_until": "2027-01-31"}),
    ]
    assert len(site.rows(AuditEvent, act="fact.recorded")) == 3


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.INSTRUCTOR, Role.EXAMINER}])
def test_others_learn_not_even_that_the_enrolment_exists(site: Site, anna: Person, role: Role) -> None:
    enrolment = anna.program.enrol()
    other = Program(site, make_token(site, site.add("Ktoś Inny", role)))
    assert other.post(f"/enrolments/{enrolment}/attendance", ATTENDED).status_code == 404
    assert site.rows(UnitFact) == []


def test_nobody_vouches_for_themselves(site: Site, instructor: Program) -> None:
    enrolment = instructor.enrol()
    answer = instructor.post(f"/enrolments/{enrolment}/attendance", ATTENDED)
    assert (answer.status_code, answer.json["code"]) == (403, "own_fact")
    assert site.rows(UnitFact) == []


@pytest.mark.parametrize(
    ("noun", "body"),
    [
        ("attendance", {"unit": UNIT}),
        ("attendance", ATTENDED | {"role": "instructor"}),
        ("attendance", ATTENDED | {"minutes": 0}),
        ("attendance", ATTENDED | {"minutes": 1441}),
        ("attendance", ATTENDED | {"mode": "on the moon"}),
        ("observations", OBSERVED | {"role": "learner"}),
        ("documents", DOCUMENT | {"kind": ""}),
        ("documents", DOCUMENT | {"valid_until": "jutro"}),
    ],
)
def test_wrong_shapes_are_refused(site: Site, anna: Person, instructor: Program, noun: str, body: dict) -> None:
    enrolment = anna.program.enrol()
    assert instructor.post(f"/enrolments/{enrolment}/{noun}", body).status_code == 422
    assert site.rows(UnitFact) == []


def test_a_role_that_one_does_not_have_signs_nothing(site: Site, anna: Person, instructor: Program) -> None:
    enrolment = anna.program.enrol()
    body = OBSERVED | {"role": "examiner"}
    assert instructor.post(f"/enrolments/{enrolment}/observations", body).status_code == 403


def test_a_unit_that_is_not_there(anna: Person, instructor: Program) -> None:
    body = ATTENDED | {"unit": "nie-ma"}
    assert instructor.post(f"/enrolments/{anna.program.enrol()}/attendance", body).status_code == 404


def test_the_whole_road_without_a_page(site: Site, anna: Person) -> None:
    enrolment = anna.program.enrol()
    for unit in anna.program.get(f"/enrolments/{enrolment}").json["units"]:
        if unit["kind"] == "lesson":
            path = f"/enrolments/{enrolment}/units/{unit['id']}/completion"
            assert anna.program.post(path).status_code == 200
    assert anna.program.pass_exam(enrolment)["outcome"]["passed"]
    site.run_jobs()
    assert len(anna.program.get("/certificates").json) == 1
    assert anna.program.post(f"/enrolments/{enrolment}/units/egzamin-koncowy/completion").status_code == 409
