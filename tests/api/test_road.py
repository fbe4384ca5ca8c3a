"""The whole road by a program: catalogue, enrolment, exam, certificate, verification."""

from __future__ import annotations

import json

import pytest

from lms_core.models import Attempt, ResponseEvent
from tests.api.client import EXAM, Person, Program, person
from tests.road import ZPOS, Site


@pytest.fixture
def anna(site: Site) -> Person:
    return person(site)


def test_the_catalogue_and_a_syllabus(site: Site, anna: Person) -> None:
    listed = anna.program.get("/programs")
    assert [one["id"] for one in listed.json] == sorted(one.id for one in site.filar.catalogue.programs())
    shown = anna.program.get(f"/programs/{ZPOS}").json
    program = site.program()
    assert (shown["version"], shown["minutes"]) == (program.version, program.minutes)
    units = [unit for course in shown["courses"] for unit in course["units"]]
    assert [unit["id"] for unit in units] == [unit.id for unit in program.units]
    exam = next(unit for unit in units if unit["id"] == EXAM)["assessment"]
    assert exam["mode"] == "exam"
    assert exam["items"] == program.items_count(program.assessment(program.unit(EXAM).assessment))
    assert exam["pass_percent"] > 0


def test_joining_starting_and_answering(site: Site, anna: Person) -> None:
    program = anna.program
    enrolment = program.enrol()
    assert program.enrol() == enrolment
    assert [one["id"] for one in program.get("/enrolments").json] == [enrolment]
    site.sign_in(anna.actor).read_lessons(enrolment)
    whole = program.get(f"/enrolments/{enrolment}").json
    assert whole["state"] == "open"
    assert {unit["done"] for unit in whole["units"] if unit["kind"] == "lesson"} == {True}

    attempt = program.start(enrolment)
    assert program.start(enrolment)["id"] == attempt["id"]
    assert attempt["server_time"] == "2026-11-21T11:00:00.000Z"
    assert attempt["deadline"] > attempt["server_time"]
    assert attempt["responses"] == {}
    body = program.events(attempt)
    saved = program.post(f"/attempts/{attempt['id']}/events", body).json
    assert saved == {"acknowledged": len(attempt["items"]), "saved_at": attempt["server_time"]}
    seen = program.get(f"/attempts/{attempt['id']}").json
    assert seen["responses"] == {one["item"]: one["response"] for one in body["events"]}
    assert program.get(f"/enrolments/{enrolment}").json["open_attempt"]["id"] == attempt["id"]


def test_handing_in_gives_the_result_and_the_sheet_closes(anna: Person) -> None:
    program = anna.program
    attempt = program.start(program.enrol())
    program.post(f"/attempts/{attempt['id']}/events", program.events(attempt))
    result = program.post(f"/attempts/{attempt['id']}/submission").json
    assert result["outcome"]["passed"]
    assert result["outcome"]["percent"] == 100
    assert program.post(f"/attempts/{attempt['id']}/submission").json == result
    assert program.get(f"/attempts/{attempt['id']}/result").json == result
    finished = program.get(f"/attempts/{attempt['id']}").json
    assert (finished["state"], finished["items"], finished["responses"]) == ("submitted", [], {})


def test_a_certificate_is_prepared_issued_and_verified(site: Site, anna: Person) -> None:
    program = anna.program
    enrolment = program.enrol()
    site.sign_in(anna.actor).read_lessons(enrolment)
    code = program.pass_exam(enrolment)["certificate_code"]
    pending = program.get(f"/certificates/{code}")
    assert (pending.status_code, pending.json["code"]) == (409, "certificate_pending")
    assert program.get("/certificates").json[0]["number"] is None
    site.run_jobs()
    shown = program.get(f"/certificates/{code}").json
    assert shown["holder_name"] == "Anna Wójcik"
    document = program.get(shown["document"].partition("/api/v1")[2])
    assert document.content_type == "application/vc"
    assert json.loads(document.text)["id"]

    verified = Program(site).get(f"/verify/{code}").json
    assert verified["verdict"] == "valid"
    assert verified["certificate"]["number"] == shown["number"]
    assert verified["certificate"]["holder_initials"] == "A. W."


def test_the_address_of_a_document_is_the_public_one_of_this_site(site: Site, anna: Person) -> None:
    code = anna.graduate()
    answer = anna.program.get(f"/certificates/{code}", base_url="https://szkolenia.example.pl")
    assert answer.json["document"] == f"https://szkolenia.example.pl/api/v1/certificates/{code}/document"


def test_saving_the_same_again_is_acknowledged_again_and_another_is_a_conflict(site: Site, anna: Person) -> None:
    attempt = anna.program.start(anna.program.enrol())
    body = anna.program.events(attempt)
    path = f"/attempts/{attempt['id']}/events"
    assert [anna.program.post(path, body).status_code for _ in range(2)] == [200, 200]
    assert len(site.rows(ResponseEvent)) == len(attempt["items"])
    answer = anna.program.post(path, anna.program.events(attempt, right=False))
    assert (answer.status_code, answer.json["code"]) == (409, "seq_used")


def test_time_that_ran_out_finishes_the_attempt(site: Site, anna: Person) -> None:
    attempt = anna.program.start(anna.program.enrol())
    site.clock.advance(hours=3)
    assert anna.program.get(f"/attempts/{attempt['id']}").json["state"] == "expired"
    late = anna.program.post(f"/attempts/{attempt['id']}/events", anna.program.events(attempt))
    assert (late.status_code, late.json["code"]) == (409, "attempt_closed")
    assert site.rows(Attempt)[0].state == "expired"


def test_the_result_of_an_open_attempt_and_a_second_attempt_at_once_are_refused(site: Site, anna: Person) -> None:
    enrolment = anna.program.enrol()
    attempt = anna.program.start(enrolment)
    early = anna.program.get(f"/attempts/{attempt['id']}/result")
    assert (early.status_code, early.json["code"]) == (409, "attempt_open")
    anna.program.post(f"/attempts/{attempt['id']}/submission")
    again = anna.program.post(f"/enrolments/{enrolment}/attempts", {"unit": EXAM})
    assert (again.status_code, again.json["code"]) == (409, "pause")


def test_lists_come_in_pages(site: Site, anna: Person) -> None:
    for program in site.filar.catalogue.programs():
        anna.program.enrol(program.id)
    everything = [one["id"] for one in anna.program.get("/enrolments").json]
    pages = [anna.program.get(f"/enrolments?page={number}&page_size=2") for number in (1, 2, 3)]
    assert [one["id"] for page in pages for one in page.json] == everything
    about = json.loads(pages[1].headers["X-Pagination"])
    assert about == {"total": 3, "total_pages": 2, "page": 2, "page_size": 2}
    assert pages[2].json == []
