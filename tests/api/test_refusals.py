"""Every refusal is problem+json with a code and a Polish sentence; nothing is kept of a refused call."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import delete
from werkzeug.test import TestResponse

from lms_core.models import Attempt, Enrolment, Membership, ResponseEvent
from tests.api.client import EXAM, PROBLEM, Person, Program, person
from tests.road import Site


def problem(answer: TestResponse) -> tuple[int, str]:
    assert answer.content_type == PROBLEM
    assert answer.json.keys() == {"type", "title", "status", "detail", "code"}
    assert answer.json["status"] == answer.status_code
    assert answer.json["detail"]
    return answer.status_code, answer.json["code"]


@pytest.fixture
def anna(site: Site) -> Person:
    return person(site)


def test_another_persons_things_look_like_none_at_all(site: Site, anna: Person) -> None:
    code = anna.graduate()
    attempt = site.rows(Attempt)[0]
    jan = person(site, "Jan Kowalski").program
    body = {"client": "c" * 12, "events": [{"seq": 1, "item": attempt.paper[0]["item"], "response": []}]}
    for method, path, sent in (
        ("GET", f"/enrolments/{attempt.enrolment_id}", None),
        ("POST", f"/enrolments/{attempt.enrolment_id}/attempts", {"unit": EXAM}),
        ("GET", f"/attempts/{attempt.id}", None),
        ("POST", f"/attempts/{attempt.id}/events", body),
        ("POST", f"/attempts/{attempt.id}/submission", None),
        ("GET", f"/attempts/{attempt.id}/result", None),
        ("GET", f"/certificates/{code}", None),
        ("GET", f"/certificates/{code}/document", None),
    ):
        foreign = jan.call(method, path, json=sent) if sent else jan.call(method, path)
        nowhere = re.sub(r"^(/\w+)/\w+", r"\1/0", path)
        missing = jan.call(method, nowhere, json=sent) if sent else jan.call(method, nowhere)
        assert problem(foreign)[0] == 404, path
        assert foreign.json == missing.json, path
    assert jan.get("/enrolments").json == jan.get("/certificates").json == []
    assert len(site.rows(Attempt)) == 1


def test_what_is_not_there_is_404(anna: Person) -> None:
    for path in ("/nope", "/programs/nope", "/programs/NOPE", "/attempts/99999999999999999999", "/"):
        assert problem(anna.program.get(path))[0] == 404, path


def test_another_method_is_told_which_are_allowed(anna: Person) -> None:
    answer = anna.program.call("DELETE", "/programs")
    assert problem(answer) == (405, "http_405")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_pages_still_answer_in_html(site: Site) -> None:
    visitor = site.visitor()
    for answer in (visitor.get("/nope"), visitor.get("/programs/nope"), visitor.client.delete("/programs")):
        assert answer.content_type.startswith("text/html")
        assert '<html lang="pl"' in answer.text


WRONG_BODIES = [
    ({"data": b"{", "content_type": "application/json"}, 400),
    ({"data": b"\xff\xfe", "content_type": "application/json"}, 400),
    ({"data": b"1" * 5000, "content_type": "application/json"}, 400),
    ({"data": b"[" * 100_000, "content_type": "application/json"}, 422),
    ({"data": b"unit=x", "content_type": "application/x-www-form-urlencoded"}, 415),
    ({"data": b"{}"}, 415),
    ({"data": b"x" * 1_000_000, "content_type": "application/json"}, 413),
    ({"data": b"null", "content_type": "application/json"}, 422),
    ({"json": []}, 422),
    ({"json": {}}, 422),
    ({"json": {"program": 5}}, 422),
    ({"json": {"program": "x" * 65}}, 422),
    ({"json": {"program": "a\x00b"}}, 422),
    ({"data": b'{"program": "\\ud800"}', "content_type": "application/json"}, 422),
    ({"json": {"program": "kos-72-godziny", "person": 1}}, 422),
]


def test_a_wrong_body_is_refused(site: Site, anna: Person) -> None:
    for sent, expected in WRONG_BODIES:
        assert problem(anna.program.call("POST", "/enrolments", **sent))[0] == expected, repr(sent)[:80]
    assert site.rows(Enrolment) == []


def test_a_wrong_page_is_refused(anna: Person) -> None:
    for query in ("page=0", "page=x", "page=1_0", "page=٣", "page_size=101", "page=1.0", "pagesize=5"):
        answer = anna.program.get(f"/certificates?{query}")
        assert problem(answer) == (422, "shape"), query
        assert query.partition("=")[0] in answer.json["detail"]


WRONG_EVENTS: list[tuple[Callable[[dict], dict], str]] = [
    (lambda event: event | {"seq": True}, "seq"),
    (lambda event: event | {"seq": "5"}, "seq"),
    (lambda event: event | {"seq": 5.5}, "seq"),
    (lambda event: event | {"seq": 0}, "seq"),
    (lambda event: event | {"seq": 10**30}, "seq"),
    (lambda event: event | {"response": ["x" * 201]}, "response.0"),
    (lambda event: event | {"response": ["x"] * 51}, "response"),
    (lambda event: event | {"response": [""]}, "response.0"),
    (lambda event: event | {"response": None}, "response"),
    (lambda event: event | {"score": 1}, "score"),
]


def test_a_wrong_event_is_refused_whole_and_named(site: Site, anna: Person) -> None:
    attempt = anna.program.start(anna.program.enrol())
    for spoil, place in WRONG_EVENTS:
        body = anna.program.events(attempt)
        body["events"][1] = spoil(body["events"][1])
        answer = anna.program.post(f"/attempts/{attempt['id']}/events", body)
        assert problem(answer) == (422, "shape")
        assert f"events.1.{place}" in answer.json["detail"]
    assert site.rows(ResponseEvent) == []


def test_a_whole_number_may_be_written_with_a_point(site: Site, anna: Person) -> None:
    """JSON Schema calls 5.0 an integer."""
    attempt = anna.program.start(anna.program.enrol())
    event = anna.program.events(attempt)["events"][0] | {"seq": 5.0}
    answer = anna.program.post(f"/attempts/{attempt['id']}/events", {"client": "c" * 12, "events": [event]})
    assert answer.json["acknowledged"] == 5


def test_an_item_that_is_not_on_the_paper_is_refused(anna: Person) -> None:
    attempt = anna.program.start(anna.program.enrol())
    event = {"seq": 1, "item": "nie-ma", "response": []}
    answer = anna.program.post(f"/attempts/{attempt['id']}/events", {"client": "c" * 12, "events": [event]})
    assert problem(answer) == (422, "item")


def test_a_unit_without_an_assessment_cannot_be_sat(anna: Person) -> None:
    enrolment = anna.program.enrol()
    for unit in ("nie-ma", "kto-i-kiedy"):
        answer = anna.program.post(f"/enrolments/{enrolment}/attempts", {"unit": unit})
        assert problem(answer) == (404, "assessment")


def test_who_has_no_role_cannot_join(site: Site, anna: Person) -> None:
    with site.app.app_context(), site.filar.writing() as (session, _):
        session.execute(delete(Membership).where(Membership.person_id == anna.actor.person_id))
    assert problem(anna.program.post("/enrolments", {"program": "kos-72-godziny"})) == (403, "learn")


def test_one_person_has_a_rate_and_another_their_own(site: Site, anna: Person) -> None:
    path = "/attempts/1/events"
    statuses = [anna.program.post(path).status_code for _ in range(240)]
    assert set(statuses) == {415}
    answer = anna.program.post(path)
    assert problem(answer) == (429, "http_429")
    assert answer.headers["Retry-After"]
    assert anna.program.get("/attempts/1").status_code == 404
    assert person(site, "Jan Kowalski").program.post(path).status_code == 415
    assert Program(site).post(path).status_code == 401
