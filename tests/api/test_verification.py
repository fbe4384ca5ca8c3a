"""Anybody may ask whether a certificate is true, and learns nothing that the paper does not print."""

from __future__ import annotations

import pytest

from certificates.codes import grouped
from lms_core.models import Credential, CredentialClaims
from lms_core.web.api.verification import PublicSchema
from tests.api.client import Program, person
from tests.road import Site

UNKNOWN = ["0000000000000000", "nonsense", "x" * 5000, "ąęś", "%00", "' OR 1=1 --"]


@pytest.fixture
def code(site: Site) -> str:
    return person(site, "Żaneta Gęślą-Jaźńska").graduate()


@pytest.fixture
def anybody(site: Site) -> Program:
    return Program(site)


def test_both_ways_say_the_same_however_the_code_is_written(anybody: Program, code: str) -> None:
    found = anybody.get(f"/verify/{code}").json
    assert found["verdict"] == "valid"
    assert {check["name"]: check["result"] for check in found["checks"]} == dict.fromkeys(
        ("signature", "issuer", "period", "status"), "ok"
    )
    for text in (code, grouped(code), code.lower()):
        assert anybody.post("/verify", {"code": text}).json == found
        assert anybody.get(f"/verify/{text}").json == found


def test_only_listed_fields_are_public(site: Site, anybody: Program, code: str) -> None:
    answer = anybody.get(f"/verify/{code}")
    assert set(answer.json["certificate"]) == set(PublicSchema().fields)
    assert answer.json["certificate"]["holder_initials"] == "Ż. G.-J."
    assert "Żaneta" not in answer.text
    assert "Gęślą" not in answer.text
    assert "@" not in answer.text
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert answer.headers["Cache-Control"] == "no-store"


def test_unknown_and_malformed_codes_answer_alike(anybody: Program) -> None:
    nobody = {"verdict": "unknown", "checks": [], "certificate": None, "checked_at": "2026-11-21T11:00:00.000Z"}
    for text in UNKNOWN:
        for answer in (anybody.post("/verify", {"code": text}), anybody.get(f"/verify/{text}")):
            assert (answer.status_code, answer.json) == (200, nobody), text[:40]


def test_a_certificate_that_is_not_issued_yet_is_unknown(site: Site, anybody: Program) -> None:
    anna = person(site)
    enrolment = anna.program.enrol()
    site.sign_in(anna.actor).read_lessons(enrolment)
    anna.program.pass_exam(enrolment)
    code = site.rows(Credential)[0].code
    assert anybody.get(f"/verify/{code}").json["verdict"] == "unknown"


def test_of_an_erased_certificate_only_number_and_issuer_are_left(site: Site, anybody: Program, code: str) -> None:
    with site.app.app_context(), site.filar.writing() as (session, _):
        session.delete(session.query(CredentialClaims).one())
        session.query(Credential).one().state = "erased"
    found = anybody.get(f"/verify/{code}").json
    left = {name for name, value in found["certificate"].items() if value is not None}
    assert (found["verdict"], left) == ("erased", {"number", "issuer_name"})


def test_a_revoked_certificate_says_when(site: Site, anybody: Program, code: str) -> None:
    with site.app.app_context(), site.filar.writing() as (session, _):
        credential = session.query(Credential).one()
        credential.state, credential.revoked_at = "revoked", site.clock()
    found = anybody.get(f"/verify/{code}").json
    assert (found["verdict"], found["certificate"]["revoked_at"]) == ("revoked", "2026-11-21T11:00:00.000Z")


def test_neither_a_cookie_nor_a_token_is_read_or_set(site: Site, code: str) -> None:
    browser = site.learner("Jan Kowalski")
    headers = {"Authorization": "Bearer nonsense"}
    for answer in (
        browser.client.get(f"/api/v1/verify/{code}", headers=headers),
        browser.client.post("/api/v1/verify", json={"code": code}, headers=headers),
    ):
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_asking_is_limited_for_both_ways_together(anybody: Program) -> None:
    statuses = [anybody.get("/verify/x").status_code for _ in range(40)]
    statuses += [anybody.post("/verify", {"code": "x"}).status_code for _ in range(21)]
    assert statuses == [200] * 60 + [429]
