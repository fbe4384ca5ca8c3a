"""Issuing: numbered, signed and kept, however often it is cut short."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import update

from certificates.keys import raw_key
from certificates.proof import proof_holds
from certificates.status_list import is_revoked
from lms_core import jobs
from lms_core.app import create_app
from lms_core.config import Settings, SettingsError
from lms_core.database import db
from lms_core.models import (
    Credential,
    CredentialClaims,
    CredentialIssue,
    IssuerKey,
    NumberCounter,
    StatusList,
)
from lms_core.services import certificates, credentials
from lms_core.transaction import Job
from tests.road import Site
from tests.services.school import changed, writing


@pytest.fixture
def pending(site: Site) -> int:
    """The id of a credential that waits for its job."""
    browser = site.learner("Żaneta Gęślą-Jaźńska")
    enrolment = browser.enrol()
    browser.read_lessons(enrolment)
    browser.pass_exam(enrolment)
    (job,) = site.rung
    site.rung.clear()
    return job.arguments[0]


def state(site: Site) -> str:
    return site.rows(Credential)[0].state


def issue(site: Site, credential_id: int) -> None:
    with site.app.app_context():
        jobs.issue_credential(credential_id)


def keys(site: Site) -> dict[str, bytes]:
    did = "did:web:szkolenia.example.pl:i:filar"
    return {f"{did}#{key.fragment}": raw_key(key.public_multibase) for key in site.rows(IssuerKey)}


def test_it_works(site: Site, pending: int) -> None:
    issue(site, pending)
    document = json.loads(site.rows(CredentialClaims)[0].document)
    assert state(site) == "issued"
    assert proof_holds(document, keys(site))
    assert document["validUntil"] == "2027-11-21T22:59:59Z"
    assert site.rows(CredentialIssue)[0].number == "FILAR/ZPOS-MODUL-2/2026/000001"


@pytest.mark.parametrize("phase", ["signed_document", "keep_signed"])
def test_a_job_that_dies_half_way_is_finished_by_the_next(
    site: Site, pending: int, phase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_arguments: object, **_named: object) -> None:
        raise SystemExit(9)

    with monkeypatch.context() as patch:
        patch.setattr(credentials, phase, die)
        with pytest.raises(SystemExit):
            issue(site, pending)
    assert state(site) == "numbered"
    number = site.rows(CredentialIssue)[0].number
    issue(site, pending)
    assert state(site) == "issued"
    assert [one.number for one in site.rows(CredentialIssue)] == [number]
    assert site.rows(NumberCounter)[0].last == 1


def test_a_number_that_was_not_kept_is_given_back(site: Site, pending: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_named: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(credentials, "_freeze", fail)
        with pytest.raises(RuntimeError):
            issue(site, pending)
    assert state(site) == "pending"
    assert site.rows(NumberCounter) == []
    issue(site, pending)
    assert site.rows(CredentialIssue)[0].sequence == 1


def test_the_tick_rings_again_for_what_nobody_finished(site: Site, pending: int) -> None:
    """Redis was emptied: the row is still there, and so the certificate comes."""
    site.clock.now += jobs.UNFINISHED_AFTER
    tick(site)
    assert site.rung == []
    site.clock.now += jobs.UNFINISHED_AFTER
    tick(site)
    assert site.rung == [Job("issue_credential", (pending,))]
    site.run_jobs()
    assert state(site) == "issued"


def tick(site: Site) -> None:
    with site.app.app_context():
        jobs.tick()


def test_two_schedulers_ring_once(site: Site, pending: int) -> None:
    site.clock.advance(minutes=5)
    tick(site)
    tick(site)
    assert len(site.rung) == 1


def test_the_year_of_a_number_is_warsaws(site: Site, pending: int) -> None:
    site.clock.now = datetime.fromisoformat("2026-12-31T23:30:00+00:00")
    issue(site, pending)
    row = site.rows(CredentialIssue)[0]
    assert (row.year, row.issued_on.isoformat()) == (2027, "2027-01-01")


def test_the_published_list_knows_the_revoked(site: Site, pending: int) -> None:
    issue(site, pending)
    place = site.rows(CredentialIssue)[0].status_index
    assert not is_revoked(published(site), place)
    with site.app.app_context():
        db.session.execute(update(Credential).values(state="revoked", revoked_at=site.clock()))
        db.session.commit()
    site.clock.advance(days=1, seconds=1)
    tick(site)
    listed = published(site)
    assert is_revoked(listed, place)
    assert proof_holds(listed, keys(site))


def published(site: Site) -> dict:
    answer = site.visitor().get("/i/filar/status/1")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=300" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    again = site.visitor().client.get("/i/filar/status/1", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    return json.loads(answer.data)


def test_lists_are_signed_again_each_day_and_not_each_minute(site: Site) -> None:
    first = site.rows(StatusList)[0].signed_at
    site.clock.advance(hours=23)
    tick(site)
    assert site.rows(StatusList)[0].signed_at == first
    site.clock.advance(hours=2)
    tick(site)
    assert site.rows(StatusList)[0].signed_at > first
    assert published(site)["validUntil"] == "2026-11-29T12:00:00Z"


def test_after_a_revocation_the_certificate_that_was_made_last_is_shown(site: Site, pending: int) -> None:
    """Not the one whose row was written last: PostgreSQL moves a row that changes behind the others."""
    changed(site, Credential, pending, state="revoked", revoked_at=site.clock())
    (old,) = site.rows(Credential)
    values = {column.name: getattr(old, column.name) for column in Credential.__table__.columns if column.name != "id"}
    with writing(site) as (session, _):
        made = {"code": "2345-6789-ABCD", "revision": 2, "state": "issued", "revoked_at": None}
        session.add(Credential(**values | made))
    changed(site, Credential, pending, state="erased")
    with site.app.app_context():
        held = certificates.held(db.session(), [old.enrolment_id], now=site.clock())
    assert {one: (held[one].code, held[one].state) for one in held} == {old.enrolment_id: ("2345-6789-ABCD", "issued")}


def test_a_start_needs_no_private_key(site: Site, settings: Settings) -> None:
    """Verification, sign-in and exams go on when the key is elsewhere; only issuing waits for it."""
    for key in (settings.data_dir / "keys").iterdir():
        key.unlink()
    site.clock.advance(days=2)
    app = create_app(settings, clock=site.clock, ring=lambda _job: None)
    assert app.test_client().get("/programs").status_code == 200


def test_another_public_address_is_refused(site: Site, settings: Settings) -> None:
    moved = replace(settings, public_url="https://inny.example.pl")
    with pytest.raises(SettingsError, match=r"szkolenia\.example\.pl"):
        create_app(moved, clock=site.clock, ring=lambda _job: None)


def test_the_did_document_lists_the_key(site: Site) -> None:
    document = site.visitor().get("/i/filar/did.json").get_json(force=True)
    (method,) = document["verificationMethod"]
    assert method["id"] == "did:web:szkolenia.example.pl:i:filar#k2026-11"
    assert document["assertionMethod"] == [method["id"]]
