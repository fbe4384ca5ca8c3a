from __future__ import annotations

from copy import deepcopy
from datetime import timedelta

import pytest

from tests.verifiers.engines import ENGINES, run_engine

pytestmark = pytest.mark.parametrize("engine", ENGINES)


def test_a_good_credential_with_its_status_is_accepted(engine, office, claims, now):
    answer = run_engine(engine, office.issue(claims), documents=office.documents(), now=now)
    assert answer["verified"], answer["detail"]


def test_a_credential_without_end_and_without_mail_is_accepted(engine, office, make_claims, now):
    claims = make_claims(valid_until=None, issuer_email=None, legal_basis=())
    answer = run_engine(engine, office.issue(claims), documents=office.documents(), now=now)
    assert answer["verified"], answer["detail"]


def test_hostile_text_is_only_text(engine, office, make_claims, now):
    claims = make_claims(holder_name='<script>alert("1")</script>\nŁ\\ó&amp;dź #$*', criteria="_:b0 {{x}} \\u0041")
    answer = run_engine(engine, office.issue(claims), documents=office.documents(), now=now)
    assert answer["verified"], answer["detail"]


def test_an_installation_on_a_loopback_port_is_accepted(engine, open_office, make_claims, now):
    office = open_office("http://127.0.0.1:8080")
    claims = make_claims(public_url=office.public_url, program_url=f"{office.public_url}/programs/zpos-module2")
    answer = run_engine(engine, office.issue(claims), documents=office.documents(), now=now)
    assert answer["verified"], answer["detail"]


def _renamed(credential):
    credential["credentialSubject"]["identifier"][0]["identityHash"] = "Jan Kowalski"


def _prolonged(credential):
    credential["validUntil"] = "2039-11-19T22:59:59Z"


def _moved_in_the_list(credential):
    credential["credentialStatus"]["statusListIndex"] = "7"


def _enriched(credential):
    credential["trainingHours"] = "800"


def _unsigned(credential):
    del credential["proof"]


@pytest.mark.parametrize("change", [_renamed, _prolonged, _moved_in_the_list, _enriched, _unsigned])
def test_a_changed_credential_is_rejected(engine, change, office, claims, now):
    credential = deepcopy(office.issue(claims))
    change(credential)
    assert not run_engine(engine, credential, documents=office.documents(), now=now)["verified"]


def test_a_revoked_credential_is_rejected(engine, office, claims, now):
    documents = office.documents(revoked=[claims.status_index])
    assert not run_engine(engine, office.issue(claims), documents=documents, now=now)["verified"]


def test_the_neighbour_of_a_revoked_credential_is_accepted(engine, office, claims, now):
    documents = office.documents(revoked=[claims.status_index - 1, claims.status_index + 1])
    assert run_engine(engine, office.issue(claims), documents=documents, now=now)["verified"]


def test_an_expired_credential_is_rejected(engine, office, make_claims, claims, now):
    last_second = claims.valid_until - timedelta(days=3 * 365)
    credential = office.issue(make_claims(valid_until=last_second))
    documents = office.documents()
    a_clock_may_be_wrong_by = timedelta(minutes=6)  # Digital Bazaar allows for five
    before, after = last_second - a_clock_may_be_wrong_by, last_second + a_clock_may_be_wrong_by
    assert run_engine(engine, credential, documents=documents, now=before)["verified"]
    assert not run_engine(engine, credential, documents=documents, now=after)["verified"]


def test_a_credential_signed_by_a_strangers_key_is_rejected(engine, office, open_office, claims, now):
    forged = open_office().issue(claims)
    assert not run_engine(engine, forged, documents=office.documents(), now=now)["verified"]


@pytest.mark.parametrize("missing", ["/i/filar/did.json", "/i/filar/status/1"])
def test_a_missing_document_is_no_reason_to_trust(engine, missing, office, claims, now):
    documents = {url: document for url, document in office.documents().items() if not url.endswith(missing)}
    assert not run_engine(engine, office.issue(claims), documents=documents, now=now)["verified"]


def test_an_outdated_status_list_is_rejected(engine, office, claims, now):
    later = now + timedelta(days=8)
    assert not run_engine(engine, office.issue(claims), documents=office.documents(), now=later)["verified"]
