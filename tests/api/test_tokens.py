"""A token's life: made once, used within its scopes, noted now and then, revoked for good."""

from __future__ import annotations

import hashlib

import pytest

from lms_core.database import db
from lms_core.domain.errors import Invalid, NotFound, Refused
from lms_core.domain.permissions import Actor, Role
from lms_core.models import ApiToken, AuditEvent, Person
from lms_core.services import tokens
from lms_core.services.tokens import MOST_TOKENS, NewToken, Scope
from tests.api.client import EVERYTHING, PROBLEM, Program, make_token, person
from tests.road import PASSWORD, Site

PATHS = {
    Scope.PROGRAMS_READ: [("GET", "/programs"), ("GET", "/programs/zpos-modul-2")],
    Scope.ENROLMENTS_READ: [("GET", "/enrolments"), ("GET", "/enrolments/1")],
    Scope.ENROLMENTS_WRITE: [("POST", "/enrolments"), ("POST", "/enrolments/1/units/x/completion")],
    Scope.FACTS_WRITE: [("POST", f"/enrolments/1/{facts}") for facts in ("attendance", "observations", "documents")],
    Scope.ATTEMPTS_READ: [("GET", "/attempts/1"), ("GET", "/attempts/1/result")],
    Scope.ATTEMPTS_WRITE: [
        ("POST", "/enrolments/1/attempts"),
        ("POST", "/attempts/1/events"),
        ("POST", "/attempts/1/submission"),
    ],
    Scope.CERTIFICATES_READ: [
        ("GET", "/certificates"),
        ("GET", "/certificates/x"),
        ("GET", "/certificates/x/document"),
    ],
}


def test_only_a_hash_is_kept_and_the_deed_names_no_name(site: Site) -> None:
    anna = person(site)
    token = site.rows(ApiToken)[0]
    assert anna.program.secret.startswith("filar_")
    assert token.token_hash == hashlib.sha256(anna.program.secret.encode()).hexdigest()
    deed = site.rows(AuditEvent, act="token.made")[0]
    assert (deed.subject_id, deed.actor_id) == (str(token.id), anna.actor.person_id)
    assert sorted(deed.detail) == ["expires_at", "scopes"]
    assert anna.program.secret not in repr([vars(row) for row in (token, deed)])


def test_a_scope_opens_its_own_paths_and_no_other(site: Site) -> None:
    anna = site.add()
    for scope in Scope:
        check(scope, Program(site, make_token(site, anna, frozenset({scope}))))


def check(scope: Scope, program: Program) -> None:
    for needed, calls in PATHS.items():
        for method, path in calls:
            answer = program.call(method, path)
            if needed is scope:
                assert answer.status_code not in {401, 403}, path
            else:
                assert (answer.status_code, answer.json["code"]) == (403, "scope"), path
                assert needed in answer.json["detail"]


def test_every_guarded_operation_is_among_these_paths(site: Site) -> None:
    document = site.visitor().get("/api/v1/openapi.json").json
    guarded = [
        operation["security"][0]["token"]
        for path in document["paths"].values()
        for method, operation in path.items()
        if method in {"get", "post"} and operation["security"]
    ]
    assert sorted(scope for (scope,) in guarded) == sorted(scope for scope, calls in PATHS.items() for _ in calls)


def test_it_ends_when_it_expires(site: Site) -> None:
    program = Program(site, make_token(site, site.add(), days=1))
    site.clock.advance(hours=24, seconds=-1)
    assert program.get("/programs").status_code == 200
    site.clock.advance(seconds=1)
    refused(program)


def test_it_ends_when_it_is_revoked_and_another_goes_on(site: Site) -> None:
    anna = person(site)
    other = Program(site, make_token(site, anna.actor))
    browser = site.sign_in(anna.actor)
    token = site.rows(ApiToken)[0].id
    for _ in range(2):
        assert browser.post(f"/tokens/{token}/removal", page="/tokens").status_code == 302
    refused(anna.program)
    assert other.get("/programs").status_code == 200
    assert len(site.rows(AuditEvent, act="token.revoked")) == 1


def test_it_ends_with_its_persons_account(site: Site) -> None:
    anna = person(site)
    with site.app.app_context(), site.filar.writing() as (session, _):
        session.get_one(Person, anna.actor.person_id).active = False
    refused(anna.program)


def test_another_secret_is_refused(site: Site) -> None:
    for secret in ("", "x", "filar_", "filar_" + "a" * 43, "filar_" + "ą" * 43, "a b", "\x00"):
        answer = site.app.test_client().get("/api/v1/programs", headers={"Authorization": f"Bearer {secret}"})
        assert (answer.status_code, answer.json["code"]) == (401, "token"), secret


def refused(program: Program) -> None:
    answer = program.get("/programs")
    assert (answer.status_code, answer.content_type, answer.json["code"]) == (401, PROBLEM, "token")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="filar", error="invalid_token"'


def test_nobody_is_told_how_to_come_in(site: Site) -> None:
    answer = Program(site).get("/programs")
    assert (answer.status_code, answer.json["code"]) == (401, "sign_in")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="filar"'


def test_its_use_is_noted_once_an_hour(site: Site) -> None:
    anna = person(site)
    start = site.clock()
    for minutes, noted in ((0, start), (59, start), (1, site.clock() + (hour := tokens.USE_NOTED_EVERY)), (30, None)):
        site.clock.advance(minutes=minutes)
        anna.program.get("/programs")
        assert site.rows(ApiToken)[0].used_at == (noted or start + hour)


def test_beside_a_token_the_cookie_is_ignored_and_no_csrf_token_is_asked(site: Site) -> None:
    anna, jan = person(site), site.add("Jan Kowalski")
    browser = site.sign_in(jan)
    headers = {"Authorization": f"Bearer {anna.program.secret}"}
    answer = browser.client.post("/api/v1/enrolments", json={"program": "kos-72-godziny"}, headers=headers)
    assert answer.status_code == 200
    assert [one["id"] for one in anna.program.get("/enrolments").json] == [answer.json["id"]]
    bad = browser.client.get("/api/v1/enrolments", headers={"Authorization": "Bearer nonsense"})
    assert bad.status_code == 401
    assert browser.client.get("/api/v1/enrolments").json == []


def test_the_cookie_may_do_everything_but_posts_need_their_csrf_token(site: Site) -> None:
    browser = site.learner()
    body = {"program": "kos-72-godziny"}
    without = browser.client.post("/api/v1/enrolments", json=body)
    assert (without.status_code, without.json["code"]) == (400, "csrf")
    headers = {"X-CSRFToken": browser.token("/my")}
    assert browser.client.post("/api/v1/enrolments", json=body, headers=headers).status_code == 200
    basic = {"Authorization": "Basic eDp5"}  # a proxy's own password in front of the site is none of ours
    assert len(browser.client.get("/api/v1/enrolments", headers=basic).json) == 1


def test_no_page_and_no_form_takes_a_token(site: Site) -> None:
    """So that none can make tokens, change passwords or give roles."""
    headers = {"Authorization": f"Bearer {make_token(site, site.add(role=Role.ADMINISTRATOR))}"}
    form = {"name": "x", "scopes": "programs:read", "days": "30", "old": PASSWORD, "role": "administrator"}
    browser = site.visitor()
    csrf = {"csrf_token": browser.token("/sign-in")}
    for path in ("/tokens", "/password", "/people"):
        assert browser.client.get(path, headers=headers).location.startswith("/sign-in"), path
    for path in ("/tokens", "/tokens/1/removal", "/password", "/people", "/people/1/roles", "/people/1/password"):
        answer = browser.client.post(path, data=form | csrf, headers=headers)
        assert (answer.location or "").startswith("/sign-in") or answer.status_code == 422, path
    assert [token.revoked_at for token in site.rows(ApiToken)] == [None]
    assert site.count("membership") == 1


def test_a_bad_token_is_not_made(site: Site) -> None:
    anna = site.add()
    for spoil, code in (
        ({"name": ""}, "name"),
        ({"name": " \u200b"}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"scopes": frozenset()}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
    ):
        with pytest.raises(Invalid) as caught:
            make(site, anna, NewToken(**{"name": "Skrypt", "scopes": EVERYTHING, "days": 90} | spoil))
        assert caught.value.code == code
    assert site.rows(ApiToken) == []


def make(site: Site, actor: Actor, new: NewToken) -> str:
    with site.app.app_context(), site.filar.writing() as (session, _):
        return tokens.make(session, new, actor=actor, now=site.clock())


def test_one_person_has_twenty_tokens_at_most(site: Site) -> None:
    anna = site.add()
    for _ in range(MOST_TOKENS):
        make_token(site, anna)
    with pytest.raises(Refused):
        make_token(site, anna)
    with site.app.app_context(), site.filar.writing() as (session, _):
        tokens.revoke(session, site.rows(ApiToken)[0].id, actor=anna, now=site.clock())
    make_token(site, anna)


def test_another_persons_token_cannot_be_seen_or_revoked(site: Site) -> None:
    anna, jan = person(site), site.add("Jan Kowalski")
    with site.app.app_context():
        assert tokens.listed(db.session(), actor=jan, now=site.clock()) == []
    token = site.rows(ApiToken)[0].id
    for missing in (token, 999):
        with pytest.raises(NotFound), site.app.app_context(), site.filar.writing() as (session, _):
            tokens.revoke(session, missing, actor=jan, now=site.clock())
    assert anna.program.get("/programs").status_code == 200
