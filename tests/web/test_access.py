"""Every route, every role, one's own and another person's: who gets what. A new route must be placed here."""

from __future__ import annotations

import pytest
from flask import Flask

from lms_core.domain.permissions import Actor, Role
from lms_core.models import ApiToken, Attempt, Person
from lms_core.services.tokens import Scope
from tests.api.client import Program, make_token
from tests.road import Browser, Site

PUBLIC = {
    "home.index": 200,
    "session.sign_in": {200, 302},
    "session.ask_reset": 200,
    "session.reset": 404,  # whoever asks: only the token decides, and this one is nobody's
    "registration.ask": 403,  # closed unless a setting opens it; tests/web/test_registration.py opens it
    "registration.confirm": 403,
    "declarations.accessibility": 200,
    "declarations.privacy": 200,
    "language.choose": 302,
    "programs.catalogue": 200,
    "programs.syllabus": 200,
    "programs.figure": 200,
    "verification.form": 200,
    "verification.show": 200,
    "issuers.did": 200,
    "issuers.status_list": 200,
    "health.live": 200,
    "health.ready": 200,
    "static": 200,
    "api_document.openapi": 200,
    "api_verification.verify": 200,
}
SIGNED_IN = {
    *("learning.my", "certificates.mine", "session.password", "tokens.index"),
    *("profile.show", "profile.export"),
    *("api_programs.list_programs", "api_programs.show_program"),
    *("api_enrolments.list_enrolments", "api_certificates.list_certificates"),
}
OWN = {
    "learning.unit": 200,
    "learning.role": 200,
    "attempts.show": 302,
    "attempts.summary": 302,
    "attempts.result": 200,
    "certificates.show": 200,
    "certificates.pdf": 200,
    "certificates.document": 200,
    "api_enrolments.show_enrolment": 200,
    "api_attempts.show_attempt": 200,
    "api_attempts.show_result": 200,
    "api_certificates.show_certificate": 200,
    "api_certificates.certificate_document": 200,
}
OWN_POSTS = {
    *("learning.complete", "learning.change_role", "tokens.revoke"),
    *("attempts.start", "attempts.save", "attempts.submit"),
    *("api_attempts.start_attempt", "api_attempts.record", "api_attempts.submit"),
    *("api_enrolments.complete_lesson", "api_facts.record_attendance"),
    *("api_facts.record_observation", "api_facts.record_document"),
}
ADMINISTRATORS = {"people.index", "people.confirm_password", "accommodations.show"}
ADMINISTRATORS_POSTS = {
    *("people.add", "people.grant", "people.revoke", "people.renew_password", "accommodations.grant"),
}
COORDINATORS = {
    "coordination.home": 302,  # to the one organisation that they have
    "coordination.progress": 200,
    "coordination.results": 200,
    "coordination.people": 200,
    "coordination.withdrawal": 200,
    "rosters.upload": 200,
    "rosters.template": 200,
}
COORDINATORS_POSTS = {
    *("coordination.enrol", "coordination.invite", "coordination.withdraw"),
    *("rosters.preview", "rosters.confirm"),
}
TRAINERS = {"trainer.index", "trainer.program", "trainer.items"}
SIGNED_IN_POSTS = {
    *("programs.enrol", "session.change_password", "tokens.make", "api_enrolments.enrol"),
    *("profile.confirm_name", "profile.change_name", "profile.choose"),
}
ANYBODYS_POSTS = {
    *("session.sign_in_submit", "session.sign_out", "session.ask_reset_submit", "session.reset_submit"),
    *("registration.ask_submit", "registration.confirm_submit"),
}
COOKIELESS_POSTS = {"api_verification.verify_posted"}
MAY_POST = {
    *(("administrator", endpoint) for endpoint in ADMINISTRATORS_POSTS),
    *(("coordinator", endpoint) for endpoint in COORDINATORS_POSTS),
}


def methods(app: Flask, name: str) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules() if name in rule.methods}


def test_every_route_is_placed(app: Flask) -> None:
    assert methods(app, "GET") == {*PUBLIC, *SIGNED_IN, *OWN, *ADMINISTRATORS, *COORDINATORS, *TRAINERS}
    posts = OWN_POSTS | ADMINISTRATORS_POSTS | COORDINATORS_POSTS | SIGNED_IN_POSTS | ANYBODYS_POSTS
    assert methods(app, "POST") == posts | COOKIELESS_POSTS


@pytest.fixture
def things(site: Site) -> dict[str, object]:
    """What somebody else owns: every argument that a route can have."""
    owner = site.learner("Żaneta Gęślą-Jaźńska")
    code = owner.graduate()
    attempt = site.rows(Attempt)[0]
    return {
        "owner": owner,
        "arguments": {
            "program_id": "zpos-modul-2",
            "enrolment_id": attempt.enrolment_id,
            "unit_id": "kto-i-kiedy",
            "attempt_id": attempt.id,
            "code": code,
            "slug": "filar",
            "number": 1,
            "person_id": 1,
            "organisation_id": 1,
            "kind": "csv",
            "token_id": token_of(site, site.rows(Person)[0].id),
            "token": "a" * 43,
            "digest": attempt.digest,
            "name": "kto-szkoli",
            "filename": "filar.css",
        },
    }


def token_of(site: Site, person_id: int) -> int:
    with site.app.app_context():
        owner = site.filar.session.get_one(Person, person_id)
    make_token(site, Actor(owner.id, owner.name, owner.email))
    return site.rows(ApiToken, person_id=person_id)[0].id


def address(app: Flask, endpoint: str, arguments: dict[str, object]) -> str:
    """The route's address with the arguments that it takes."""
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    needed = {name: arguments[name] for name in rule.arguments}
    if endpoint == "attempts.start":
        needed["unit_id"] = "egzamin-koncowy"
    if endpoint == "language.choose":
        needed["code"] = "pl"
    with app.test_request_context():
        return app.url_for(endpoint, **needed)


def fetch(browser: Browser, path: str) -> int:
    with browser.get(path) as answer:
        return answer.status_code


def people(site: Site) -> dict[str, Browser]:
    everybody = {role.value: site.sign_in(site.add(f"Osoba {role.value}", role)) for role in Role}
    return everybody | {"stranger": site.visitor()}


def test_pages(site: Site, app: Flask, things: dict) -> None:
    everybody = people(site)
    for who, browser in everybody.items():
        for endpoint in methods(app, "GET"):
            expected = expected_page(endpoint, who)
            found = fetch(browser, address(app, endpoint, things["arguments"]))
            assert found in expected, f"{who} at {endpoint}: {found}"
    for endpoint, expected in OWN.items():
        assert fetch(things["owner"], address(app, endpoint, things["arguments"])) == expected, endpoint


def expected_page(endpoint: str, who: str) -> set[int]:
    if endpoint in PUBLIC:
        allowed = PUBLIC[endpoint]
        return allowed if isinstance(allowed, set) else {allowed}
    if who == "stranger":
        return {401} if endpoint.startswith("api_") else {302}
    if endpoint in OWN:
        return {404}
    if endpoint in COORDINATORS:
        return {COORDINATORS[endpoint]} if who == "coordinator" else {403}
    if endpoint in TRAINERS and who == "trainer":
        return {200}
    return {200} if endpoint in SIGNED_IN or who == "administrator" else {403}


def test_posts(site: Site, app: Flask, things: dict) -> None:
    everybody = people(site)
    before = snapshot(site)
    for who, browser in everybody.items():
        token = browser.token("/sign-in" if who == "stranger" else "/my")
        for endpoint in OWN_POSTS | ADMINISTRATORS_POSTS | COORDINATORS_POSTS:
            if (who, endpoint) in MAY_POST:
                continue
            answer = browser.client.post(
                address(app, endpoint, things["arguments"]),
                data={"csrf_token": token, "role": "administrator", "name": "X Y", "email": "x@example.pl"},
                headers={"X-CSRFToken": token},
            )
            assert answer.status_code in expected_post(endpoint, who), f"{who} at {endpoint}: {answer.status_code}"
    assert snapshot(site) == before


def expected_post(endpoint: str, who: str) -> set[int]:
    machine = endpoint.startswith("api_")
    if who == "stranger":
        return {401} if machine else {302}
    if endpoint in ADMINISTRATORS_POSTS | COORDINATORS_POSTS:
        return {403}
    return {404, 415} if machine else {404}


def snapshot(site: Site) -> list[object]:
    return [
        [(one.id, one.state, one.finished_at) for one in site.rows(Attempt)],
        site.count("membership"),
        site.count("enrolment"),
        site.count("password_reset"),
        site.count("response_event"),
        site.count("unit_fact"),
        [one.revoked_at for one in site.rows(ApiToken)],
    ]


def test_without_a_token_no_post_does_anything(site: Site, app: Flask, things: dict) -> None:
    owner = things["owner"]
    for endpoint in methods(app, "POST") - COOKIELESS_POSTS:
        answer = owner.client.post(address(app, endpoint, things["arguments"]), data={})
        assert answer.status_code == 400, endpoint


def test_a_token_with_all_scopes_opens_what_the_session_opens_and_no_page(site: Site, app: Flask, things: dict) -> None:
    for role in Role:
        program = Program(site, make_token(site, site.add(f"Osoba {role.value}", role)))
        for endpoint in methods(app, "GET"):
            if not endpoint.startswith("api_"):
                continue
            path = address(app, endpoint, things["arguments"]).removeprefix("/api/v1")
            found = program.get(path).status_code
            assert found in expected_page(endpoint, role.value), f"{role} at {endpoint}: {found}"
    header = {"Authorization": f"Bearer {program.secret}"}
    for endpoint in SIGNED_IN | OWN.keys() | ADMINISTRATORS | COORDINATORS.keys() | TRAINERS:
        if not endpoint.startswith("api_"):
            answer = app.test_client().get(address(app, endpoint, things["arguments"]), headers=header)
            assert answer.status_code == 302, endpoint


def test_a_token_without_scopes_opens_only_what_is_public(site: Site, app: Flask, things: dict) -> None:
    """Each scope is tried in tests/api/test_tokens.py; here every route meets a token without its own."""
    program = Program(site, make_token(site, site.add("Jan Kowalski"), frozenset({Scope.PROGRAMS_READ})))
    for endpoint in methods(app, "GET") | methods(app, "POST"):
        if not endpoint.startswith("api_"):
            continue
        method = "GET" if endpoint in methods(app, "GET") else "POST"
        answer = program.call(method, address(app, endpoint, things["arguments"]).removeprefix("/api/v1"))
        if endpoint in PUBLIC.keys() | COOKIELESS_POSTS or endpoint.startswith("api_programs"):
            assert answer.status_code not in {401, 403}, endpoint
        else:
            assert (answer.status_code, answer.json["code"]) == (403, "scope"), endpoint
