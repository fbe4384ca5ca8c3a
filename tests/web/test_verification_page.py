"""The page behind the QR code, as a stranger meets it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import delete, update

from lms_core.app import create_app
from lms_core.database import db
from lms_core.models import Credential, CredentialClaims
from tests.road import Site
from tests.web.test_statements import cost

THIS_ADDRESS = re.compile(r"(?<=[?&;]next=)[^&\"]*")
"""The link to the other language leads back to where one asked."""


@pytest.fixture
def code(site: Site) -> str:
    return site.learner("Żaneta Gęślą-Jaźńska").graduate()


def change(site: Site, **values: object) -> None:
    with site.app.app_context():
        db.session.execute(update(Credential).values(**values))
        db.session.commit()


def test_both_cases_and_readable_groups_lead_to_the_same_page(site: Site, code: str) -> None:
    stranger = site.visitor()
    pages = [stranger.get(path) for path in (f"/c/{code}", f"/C/{code}", f"/c/{code.lower()}")]
    assert {page.status_code for page in pages} == {200}
    grouped = "-".join(code[start : start + 4] for start in range(0, 16, 4))
    assert stranger.get(f"/verify?code={grouped}").location == f"/c/{code}"


def test_everything_printed_is_shown_and_the_name_masked(site: Site, code: str) -> None:
    page = site.visitor().get(f"/c/{code}").text
    design = site.program().certificate
    for printed in (
        str(design.title),
        str(design.statement),
        str(design.disclaimer),
        *design.legal_basis,
        "FILAR/ZPOS-MODUL-2/2026/000001",
        "Ośrodek Szkoleń Gminy Przykładowo",
        "do\N{NO-BREAK SPACE}21\N{NO-BREAK SPACE}listopada\N{NO-BREAK SPACE}2027\N{NO-BREAK SPACE}r.",
        "5\N{NO-BREAK SPACE}godz.\N{NO-BREAK SPACE}27\N{NO-BREAK SPACE}min (planowany)",
        "zaliczono",
        "Ż. G.-J.",
    ):
        assert printed in page, printed
    assert "Żaneta" not in page
    assert "@example.pl" not in page


def test_it_sets_no_cookie_runs_no_script_and_is_kept_out_of_indexes(site: Site, code: str) -> None:
    answer = site.visitor().get(f"/c/{code}")
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in answer.text
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


def test_unknown_and_malformed_codes_answer_alike(site: Site, code: str) -> None:
    paths = ("0000000000000000", "nonsense", "%3Cscript%3E", "a" * 5000, "ą", code[:-1], "ILOU" * 4)
    answers = [site.visitor().get(f"/c/{path}") for path in paths]
    assert {answer.status_code for answer in answers} == {404}
    assert len({THIS_ADDRESS.sub("", answer.text) for answer in answers}) == 1
    assert {answer.headers["X-Robots-Tag"] for answer in answers} == {"noindex, nofollow, noarchive"}


def test_a_credential_that_is_not_issued_yet_is_unknown(site: Site) -> None:
    browser = site.learner()
    enrolment = browser.enrol()
    browser.read_lessons(enrolment)
    browser.pass_exam(enrolment)
    pending = site.rows(Credential)[0]
    assert pending.state == "pending"
    shown = browser.get(f"/certificates/{pending.code}").text
    for said in ("Anna Wójcik", "ZPOS Moduł II", "Ośrodek Szkoleń Gminy Przykładowo"):
        assert said in shown, said
    assert site.visitor().get(f"/c/{pending.code}").status_code == 404
    assert "w przygotowaniu" in browser.get(f"/certificates/{pending.code}.pdf").text
    assert browser.get(f"/certificates/{pending.code}").status_code == 200


def test_expired(site: Site, code: str) -> None:
    site.clock.now = datetime.fromisoformat("2027-11-21T22:59:59+00:00")
    assert "Zaświadczenie jest ważne" in site.visitor().get(f"/c/{code}").text
    site.clock.advance(seconds=1)
    assert "straciło ważność" in site.visitor().get(f"/c/{code}").text


@pytest.mark.parametrize(
    ("state", "headline"), [("revoked", "unieważniono"), ("superseded", "zastąpiono"), ("held", "jest ważne")]
)
def test_states(site: Site, code: str, state: str, headline: str) -> None:
    change(site, state=state, revoked_at=site.clock())
    assert headline in site.visitor().get(f"/c/{code}").text


def test_erased(site: Site, code: str) -> None:
    with site.app.app_context():
        db.session.execute(delete(CredentialClaims))
        db.session.commit()
    change(site, state="erased")
    answer = site.visitor().get(f"/c/{code}")
    assert answer.status_code == 200
    assert "Dane posiadacza usunięto" in answer.text
    assert "Ż. G.-J." not in answer.text


@pytest.mark.parametrize("column", ["document", "claims"])
def test_a_row_that_somebody_changed_is_altered(site: Site, code: str, column: str) -> None:
    """The database alone cannot make a certificate: what is shown must be what was signed."""
    with site.app.app_context():
        row = db.session.query(CredentialClaims).one()
        setattr(row, column, getattr(row, column).replace("Gęślą", "Fałszywa"))
        db.session.commit()
    assert "Podpis się nie zgadza" in site.visitor().get(f"/c/{code}").text


def test_another_persons_rows_under_this_code_are_altered(site: Site, code: str) -> None:
    site.learner("Ewa Nowak").graduate()
    with site.app.app_context():
        first, second = db.session.query(CredentialClaims).order_by(CredentialClaims.credential_id)
        first.document, first.claims = second.document, second.claims
        db.session.commit()
    assert "Podpis się nie zgadza" in site.visitor().get(f"/c/{code}").text


def test_who_is_signed_in_leaves_no_trace_either(site: Site, code: str) -> None:
    """Public pages, keys and styles go through shared caches: none may carry a session."""
    browser = site.learner("Ewa Nowak")
    for path in (
        f"/c/{code}",
        "/verify",
        "/i/filar/did.json",
        "/i/filar/status/1",
        "/static/filar.css",
        "/health/live",
    ):
        with browser.get(path) as answer:
            assert answer.status_code == 200, path
            assert "Set-Cookie" not in answer.headers, path
            assert "Cookie" not in answer.headers.get("Vary", ""), path


def test_it_needs_no_plugin(site: Site, code: str, settings, clock) -> None:
    bare = create_app(replace(settings, safe_mode=True), clock=clock, ring=lambda _job: None)
    answer = bare.test_client().get(f"/c/{code}")
    assert "Zaświadczenie jest ważne" in answer.text
    assert bare.test_client().get("/programs/zpos-modul-2").status_code == 404


def test_verifying_is_limited_per_address(site: Site, code: str) -> None:
    stranger = site.visitor()
    statuses = [stranger.get(f"/c/{code}").status_code for _ in range(61)]
    assert statuses[:60] == [200] * 60
    assert statuses[60] == 429


def test_the_form_says_what_a_code_looks_like(site: Site) -> None:
    stranger = site.visitor()
    assert stranger.get("/verify").status_code == 200
    wrong = stranger.get("/verify?code=<script>")
    assert wrong.status_code == 422
    assert "16 znaków" in wrong.text
    assert "<script>" not in wrong.text


def test_a_shared_link_is_read_as_the_code_in_it(site: Site) -> None:
    stranger, code = site.visitor(), "7Q2M4KX9R0TBZZ01"
    for link in (
        f"https://szkolenia.gmina.pl/c/{code}",
        f" HTTPS://SZKOLENIA.GMINA.PL/C/{code.lower()}/ ",
        f"http://127.0.0.1:8000/C/{code}#sygnatura",
        "szkolenia.gmina.pl/c/7Q2M-4KX9-R0TB-ZZ01?utm_source=list&x=/c/#a",
    ):
        answer = stranger.client.get("/verify", query_string={"code": link})
        assert (answer.status_code, answer.location) == (302, f"/c/{code}"), link


@pytest.mark.parametrize(
    "link",
    [
        "https://szkolenia.gmina.pl/c/",
        "https://szkolenia.gmina.pl/c/zly-kod",
        "https://szkolenia.gmina.pl/certificates/7Q2M4KX9R0TBZZ01",
        "//evil.example/c/7Q2M4KX9R0TBZZ01",
        "javascript://evil.example/c/7Q2M4KX9R0TBZZ01",
        "https://szkolenia.gmina.pl/c/7Q2M4KX9R0TBZZ01/../../evil",
        "https://evil.example/?next=/c/7Q2M4KX9R0TBZZ01",
        f"https://szkolenia.gmina.pl/c/{'7' * 70}",
    ],
)
def test_another_address_leads_nowhere(site: Site, link: str) -> None:
    answer = site.visitor().client.get("/verify", query_string={"code": link})
    assert (answer.status_code, answer.location) == (422, None)
    assert "16 znaków: cyfry i litery" in answer.text


def test_an_empty_form_asks_for_the_code(site: Site) -> None:
    for path in ("/verify?code=", "/verify?code=+%09"):
        answer = site.visitor().get(path)
        assert answer.status_code == 422, path
        assert "<title>Błąd:" in answer.text
        assert answer.text.count("Wpisz kod z\N{NO-BREAK SPACE}zaświadczenia.") == 2, "in the summary and at the field"


def test_the_form_takes_no_statement_and_says_how_to_verify_elsewhere(site: Site, code: str) -> None:
    stranger = site.visitor()
    for path in ("/verify", f"/verify?code=https://x.pl/c/{code}", "/verify?code="):
        stranger.get(path)
        assert cost(site, lambda path=path: stranger.get(path)) == 0, path
    page = stranger.get("/verify").text
    for said in ("Open Badges 3.0", "eddsa-rdfc-2022", "did:web", "/i/…/did.json", "credentialStatus"):
        assert said in page, said
    owner = site.learner("Ewa Nowak")
    assert 'href="/verify#json"' in owner.get(f"/certificates/{owner.graduate()}").text
