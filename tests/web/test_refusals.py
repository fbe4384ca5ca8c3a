"""Bad input gets a sentence and a status; nothing is lost, nothing is told."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from lms_core.database import db, make_engine
from lms_core.domain.item_kinds import key_of
from lms_core.domain.items import Item
from lms_core.models import Attempt, OutcomeRow, Person, ResponseEvent
from lms_core.services import answers
from lms_core.transaction import Job
from tests.road import Browser, Site

PROBLEM = "application/problem+json"


@pytest.fixture
def sitting(site: Site) -> tuple[Browser, int]:
    browser = site.learner()
    return browser, browser.start(browser.enrol())


def send(browser: Browser, attempt: int, body: object, **more: object):
    headers = {"X-CSRFToken": browser.token("/my")}
    return browser.client.post(f"/api/v1/attempts/{attempt}/events", json=body, headers=headers, **more)


def one_choice(site: Site, attempt: int) -> Item:
    """Return a question of the paper that takes one of its choices."""
    items = site.program_of(attempt).items
    drawn = (items[entry["item"]] for entry in site.attempt(attempt).paper)
    return next(item for item in drawn if item.kind == "single_choice")


def event(site: Site, attempt: int, seq: int = 1, choice: str | None = None) -> dict:
    item = one_choice(site, attempt)
    return {"seq": seq, "item": item.id, "response": [choice or item.choices[0].id]}


@pytest.mark.parametrize(
    "path",
    [
        *("/nope", "/programs/nope", "/attempts/999", "/attempts/999/result", "/learn/999/kto-i-kiedy"),
        *("/certificates/0000000000000000", "/certificates/nonsense", "/c/0000000000000000", "/c/nonsense"),
        *("/i/nobody/did.json", "/i/filar/status/99", "/attempts/99999999999999999999999", "/learn/1/%00"),
    ],
)
def test_unknown_things_are_404_with_a_polish_page(site: Site, path: str) -> None:
    answer = site.learner().get(path)
    assert answer.status_code == 404
    assert '<html lang="pl"' in answer.text
    assert "Traceback" not in answer.text


def test_another_persons_things_look_like_none_at_all(site: Site, sitting: tuple[Browser, int]) -> None:
    _, attempt = sitting
    enrolment = site.attempt(attempt).enrolment_id
    code = site.learner("Ewa Nowak").graduate()
    stranger = site.learner("Jan Kowalski")
    for path in (
        f"/attempts/{attempt}",
        f"/attempts/{attempt}/summary",
        f"/attempts/{attempt}/result",
        f"/learn/{enrolment}/kto-i-kiedy",
        f"/certificates/{code}",
        f"/certificates/{code}.pdf",
        f"/certificates/{code}.json",
    ):
        assert stranger.get(path).status_code == 404, path
    for path in (
        f"/attempts/{attempt}",
        f"/attempts/{attempt}/submission",
        f"/learn/{enrolment}/kto-i-kiedy",
        f"/learn/{enrolment}/egzamin-koncowy/attempts",
    ):
        answer = stranger.client.post(path, data={"csrf_token": stranger.token("/my"), "action": "save"})
        assert answer.status_code == 404, path
    assert send(stranger, attempt, {"client": "c" * 12, "events": [event(site, attempt)]}).status_code == 404
    assert site.attempt(attempt).state == "open"
    assert site.rows(ResponseEvent, attempt_id=attempt) == []


def test_pages_of_learners_send_strangers_to_sign_in_and_back(site: Site) -> None:
    answer = site.visitor().get("/attempts/1?x=1")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/attempts/1?x%3D1"


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/a\nb"])
def test_signing_in_leads_to_this_site_only(site: Site, target: str) -> None:
    actor = site.add()
    form = {"email": actor.email, "password": "bardzo-tajne-haslo", "next": target}
    assert site.visitor().post("/sign-in", form, page="/sign-in").location == "/"


def test_a_wrong_password_and_a_wrong_address_answer_alike(site: Site) -> None:
    actor = site.add()
    answers = [
        site.visitor().post("/sign-in", {"email": email, "password": "zupełnie inne"}, page="/sign-in")
        for email in (actor.email, "nikt@example.pl")
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert (
        answers[0].text.replace(actor.email, "X").split("csrf")[0]
        == (answers[1].text.replace("nikt@example.pl", "X").split("csrf")[0])
    )


def test_a_form_without_its_token_is_refused(site: Site, sitting: tuple[Browser, int]) -> None:
    browser, attempt = sitting
    assert browser.client.post(f"/attempts/{attempt}/submission").status_code == 400
    assert site.attempt(attempt).state == "open"


def test_saving_the_same_again_is_acknowledged_again(site: Site, sitting: tuple[Browser, int]) -> None:
    browser, attempt = sitting
    body = {"client": "c" * 12, "events": [event(site, attempt)]}
    assert [send(browser, attempt, body).status_code for _ in range(3)] == [200, 200, 200]
    assert len(site.rows(ResponseEvent)) == 1


def test_another_answer_under_a_used_number_is_a_conflict(site: Site, sitting: tuple[Browser, int]) -> None:
    browser, attempt = sitting
    item = one_choice(site, attempt)
    first, second = (choice.id for choice in item.choices[:2])
    send(browser, attempt, {"client": "c" * 12, "events": [event(site, attempt, choice=first)]})
    answer = send(browser, attempt, {"client": "c" * 12, "events": [event(site, attempt, choice=second)]})
    assert answer.status_code == 409
    assert answer.content_type == PROBLEM
    assert site.rows(ResponseEvent)[0].response == [first]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: [],
        lambda _: 5,
        lambda _: "x",
        lambda body: body | {"client": ""},
        lambda body: body | {"client": "ą" * 12},
        lambda body: body | {"score": 100},
        lambda body: body | {"events": []},
        lambda body: body | {"events": [body["events"][0]] * 201},
        lambda body: body | {"events": [body["events"][0] | {"seq": 0}]},
        lambda body: body | {"events": [body["events"][0] | {"seq": 10**30}]},
        lambda body: body | {"events": [body["events"][0] | {"seq": "1"}]},
        lambda body: body | {"events": [body["events"][0] | {"response": "a"}]},
        lambda body: body | {"events": [body["events"][0] | {"response": {"a": 1}}]},
        lambda body: body | {"events": [body["events"][0] | {"response": [["a"]]}]},
        lambda body: body | {"events": [body["events"][0] | {"response": ["nie-ma-takiej"]}]},
        lambda body: body | {"events": [body["events"][0] | {"item": "nie-ma-takiego"}]},
    ],
)
def test_a_wrong_shape_is_refused_whole(site: Site, sitting: tuple[Browser, int], spoil) -> None:
    browser, attempt = sitting
    answer = send(browser, attempt, spoil({"client": "c" * 12, "events": [event(site, attempt)]}))
    assert answer.status_code in {400, 422}
    assert answer.content_type == PROBLEM
    assert answer.json["detail"]
    assert site.rows(ResponseEvent) == []


def test_one_call_may_repeat_itself_but_not_contradict_itself(site: Site, sitting: tuple[Browser, int]) -> None:
    browser, attempt = sitting
    item = one_choice(site, attempt)
    same, other = (event(site, attempt, choice=choice.id) for choice in item.choices[:2])
    assert send(browser, attempt, {"client": "c" * 12, "events": [same, other]}).status_code == 409
    assert site.rows(ResponseEvent) == []
    assert send(browser, attempt, {"client": "c" * 12, "events": [same, same]}).status_code == 200
    assert len(site.rows(ResponseEvent)) == 1


def test_brackets_without_end_are_refused(site: Site, sitting: tuple[Browser, int]) -> None:
    browser, attempt = sitting
    path, headers = f"/api/v1/attempts/{attempt}/events", {"X-CSRFToken": browser.token("/my")}
    answer = browser.client.post(path, data=b"[" * 100_000, headers=headers, content_type="application/json")
    assert answer.status_code in {400, 422}


@pytest.mark.parametrize(
    "path", ["/i/a%00b/did.json", "/i/a%00/status/1", "/i/filar/status/2147483648", "/i/%C4%85/did.json"]
)
def test_public_addresses_bear_anything(site: Site, path: str) -> None:
    assert site.visitor().get(path).status_code == 404


@pytest.mark.parametrize("email", ["a\x00b@example.pl", "\u202e@example.pl", "x" * 100_000, "", "ą@ę.pl"])
def test_any_address_may_be_tried_at_the_door(site: Site, email: str) -> None:
    answer = site.visitor().post("/sign-in", {"email": email, "password": "x"}, page="/sign-in")
    assert answer.status_code == 422


def test_trying_passwords_is_limited_however_the_address_is_written(site: Site) -> None:
    actor, visitor = site.add(), site.visitor()
    token = visitor.token("/sign-in")
    statuses = [
        visitor.client.post(
            "/sign-in", data={"csrf_token": token, "email": " " * number + actor.email.upper(), "password": "nie to"}
        ).status_code
        for number in range(12)
    ]
    assert statuses[:10] == [422] * 10
    assert statuses[10:] == [429] * 2


def test_a_password_is_changed_by_who_knows_the_old_one(site: Site) -> None:
    actor = site.add()
    browser, other = site.sign_in(actor), site.sign_in(actor)
    good = {"old": "bardzo-tajne-haslo", "password": "jeszcze-bardziej-tajne", "again": "jeszcze-bardziej-tajne"}
    for mistake, said in (
        ({"old": "nie to"}, "To nie jest dotychczasowe hasło"),
        ({"password": "krótkie", "again": "krótkie"}, "od 12 do 200 znaków"),
        ({"password": "x" * 201, "again": "x" * 201}, "od 12 do 200 znaków"),
        ({"again": "co innego"}, "mają być takie same"),
    ):
        answer = browser.post("/password", good | mistake, page="/password")
        assert answer.status_code == 422
        assert said in answer.text
    assert browser.post("/password", good, page="/password").status_code == 302
    assert browser.get("/my").status_code == 200
    assert other.get("/my").status_code == 302
    old = {"email": actor.email, "password": "bardzo-tajne-haslo"}
    assert site.visitor().post("/sign-in", old, page="/sign-in").status_code == 422
    assert site.visitor().post("/sign-in", old | {"password": good["password"]}, page="/sign-in").status_code == 302
    assert site.visitor().get("/password").location == "/sign-in?next=/password"


def test_signing_out_ends_the_session_for_a_copied_cookie_too(site: Site) -> None:
    browser = site.learner()
    thief = site.visitor()
    thief.client.set_cookie("__Host-filar", browser.client.get_cookie("__Host-filar").value)
    assert thief.get("/my").status_code == 200
    browser.post("/sign-out", page="/my")
    assert thief.get("/my").status_code == 302


def test_going_back_to_an_earlier_answer_without_javascript_counts(site: Site, sitting: tuple[Browser, int]) -> None:
    """a, b, a, b: each is posted from a freshly rendered page, and the last one is the answer."""
    browser, attempt = sitting
    path = f"/attempts/{attempt}"
    item = one_choice(site, attempt)
    before = ""
    for choice in [item.choices[0].id, item.choices[1].id] * 2:
        nonce = re.search(r'name="page" value="([^"]+)"', browser.get(path).text).group(1)
        form = {"page": nonce, f"was.{item.id}": before, f"answer.{item.id}": choice, "action": "save"}
        for _ in range(2):  # a double click is one answer
            browser.post(path, form, page=path)
        before = json.dumps([choice])
    with site.app.app_context():
        responses, _ = answers.current(db.session(), attempt)
    assert responses[item.id] == (item.choices[1].id,)
    assert len(site.rows(ResponseEvent)) == 4


@pytest.mark.parametrize("was", ["{", "a", "[1]", '{"a": 1}', "null", "[" * 5000])
def test_a_form_that_somebody_bent_is_a_sentence(site: Site, sitting: tuple[Browser, int], was: str) -> None:
    browser, attempt = sitting
    path = f"/attempts/{attempt}"
    item = one_choice(site, attempt)
    answer = browser.post(path, {f"was.{item.id}": was, f"answer.{item.id}": item.choices[0].id}, page=path)
    assert answer.status_code == 422
    assert "Odśwież stronę" in answer.text
    assert site.rows(ResponseEvent) == []


def test_a_failing_statement_says_nothing_about_people(site: Site) -> None:
    twice = [Person(email="tajny@example.pl", name="Jan", session_stamp="x", created_at=site.clock()) for _ in "ab"]
    with site.app.app_context():
        db.session.add_all(twice)
        with pytest.raises(IntegrityError) as caught:
            db.session.flush()
    assert "tajny@example.pl" not in str(caught.value).split("DETAIL")[0]


def test_an_item_of_the_pool_that_was_not_drawn_is_refused(site: Site, sitting: tuple[Browser, int]) -> None:
    browser, attempt = sitting
    drawn = {entry["item"] for entry in site.attempt(attempt).paper}
    other = next(item for item in site.program_of(attempt).items.values() if item.id not in drawn)
    body = {"client": "c" * 12, "events": [{"seq": 1, "item": other.id, "response": list(key_of(other))}]}
    assert send(browser, attempt, body).status_code == 422


def test_a_megabyte_is_413_and_not_json_is_400_or_415(site: Site, sitting: tuple[Browser, int]) -> None:
    browser, attempt = sitting
    path, headers = f"/api/v1/attempts/{attempt}/events", {"X-CSRFToken": browser.token("/my")}
    huge = browser.client.post(path, data=b"x" * 1_000_000, headers=headers, content_type="application/json")
    assert (huge.status_code, huge.content_type) == (413, PROBLEM)
    form = browser.client.post(f"/attempts/{attempt}", data={"csrf_token": "x", "answer.a": "y" * 1_000_000})
    assert form.status_code == 413
    assert browser.client.post(path, data=b"{", headers=headers, content_type="application/json").status_code == 400
    assert browser.client.post(path, data=b"a=b", headers=headers).status_code == 415


def test_a_form_answering_a_question_it_did_not_show_is_refused(site: Site, sitting: tuple[Browser, int]) -> None:
    browser, attempt = sitting
    answer = browser.post(f"/attempts/{attempt}", {"answer.obce": "a"}, page=f"/attempts/{attempt}")
    assert answer.status_code == 422


def test_an_answer_within_the_grace_counts_and_a_later_one_does_not(site: Site, sitting: tuple[Browser, int]) -> None:
    browser, attempt = sitting
    site.clock.advance(minutes=45, seconds=29)
    assert send(browser, attempt, {"client": "c" * 12, "events": [event(site, attempt)]}).status_code == 200
    site.clock.advance(seconds=2)
    late = send(browser, attempt, {"client": "c" * 12, "events": [event(site, attempt, seq=2)]})
    assert late.status_code == 409
    assert "Czas minął" in late.json["detail"]
    assert len(site.rows(ResponseEvent)) == 1


def test_time_that_ran_out_finishes_the_attempt_with_what_was_saved(site: Site, sitting: tuple[Browser, int]) -> None:
    browser, attempt = sitting
    browser.answer(attempt, action="save")
    site.clock.advance(minutes=46)
    assert browser.get(f"/attempts/{attempt}").location.endswith("/result")
    finished = site.rows(Attempt)[0]
    assert (finished.state, finished.finished_at) == ("expired", finished.deadline)
    assert site.rows(OutcomeRow)[0].scaled == 1


def test_the_tick_finishes_what_nobody_opens(site: Site, sitting: tuple[Browser, int], app: Flask) -> None:
    site.clock.advance(minutes=46)
    site.rung.append(Job("tick", ()))
    site.run_jobs()
    assert site.rows(Attempt)[0].state == "expired"


def test_attempts_pause_and_limit(site: Site, sitting: tuple[Browser, int]) -> None:
    browser, attempt = sitting
    enrolment = site.attempt(attempt).enrolment_id
    page = f"/learn/{enrolment}/egzamin-koncowy"

    def again() -> int:
        return browser.client.post(f"{page}/attempts", data={"csrf_token": browser.token("/my")}).status_code

    for number in (1, 2, 3):
        browser.client.post(f"/attempts/{attempt}/submission", data={"csrf_token": browser.token("/my")})
        assert again() == 409
        assert "Następne podejście będzie możliwe od" in browser.get(page).text or number == 3
        site.clock.advance(hours=24, seconds=1)
        if number < 3:
            attempt = browser.start(enrolment)
    assert again() == 409
    assert "Wykorzystano wszystkie podejścia (3)" in browser.get(page).text


def test_a_database_that_is_gone_is_503(site: Site, sitting: tuple[Browser, int], monkeypatch) -> None:
    """The real thing: the server (or file) goes away between two requests."""
    browser, attempt = sitting
    headers = {"X-CSRFToken": browser.token("/my")}
    gone = (
        "postgresql+psycopg://filar@/nobody?host=/nowhere"
        if "postgresql" in site.filar.settings.database_url
        else ("sqlite:////nowhere/filar.sqlite")
    )
    with site.app.app_context():
        monkeypatch.setitem(db._app_engines[site.app], None, make_engine(gone))
    page = browser.get("/my")
    assert page.status_code == 503
    assert "bazą danych" in page.text
    assert page.headers["Retry-After"]
    answer = browser.client.post(f"/api/v1/attempts/{attempt}/events", json={}, headers=headers)
    assert (answer.status_code, answer.content_type) == (503, PROBLEM)
    assert site.visitor().get("/c/0000000000000000").status_code == 503
    assert site.visitor().get("/health/live").status_code == 200
    assert site.visitor().get("/health/ready").status_code == 503
