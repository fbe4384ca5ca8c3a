from __future__ import annotations

import tomllib
from copy import deepcopy
from dataclasses import asdict
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

import certificates.verification
from certificates.status_list import is_revoked
from certificates.verification import Facts, Key, Period, Result, State, Verdict, checks_of, decide, verify_document
from tests.verifiers.engines import ENGINES, run_engine

TABLE = tomllib.loads(Path(certificates.verification.__file__).with_name("verdicts.toml").read_text())
EVERY = {
    "signature": get_args(Result),
    "known_issuer": (True, False),
    "key": get_args(Key),
    "period": get_args(Period),
    "state": (*get_args(State), None),
    "fresh": (True, False),
}
ALL_FACTS = [Facts(**dict(zip(EVERY, values, strict=True))) for values in product(*EVERY.values())]


def _fits(row, facts):
    known = asdict(facts) | {"state": facts.state or "unasked"}
    return all(
        known[name] in (row[name] if isinstance(row[name], list) else [row[name]]) for name in EVERY if name in row
    )


def _row_of(facts):
    return next(number for number, row in enumerate(TABLE["row"]) if _fits(row, facts))


def test_the_code_says_what_the_table_says():
    for facts in ALL_FACTS:
        assert decide(facts) == TABLE["row"][_row_of(facts)]["verdict"], facts


def test_the_table_has_no_row_too_many_and_knows_the_whole_list():
    assert {_row_of(facts) for facts in ALL_FACTS} == set(range(len(TABLE["row"])))
    assert {row["verdict"] for row in TABLE["row"]} == set(Verdict)


def test_only_what_was_checked_and_is_good_is_called_valid():
    for facts in ALL_FACTS:
        results = {check.result for check in checks_of(facts)}
        assert (decide(facts) is Verdict.VALID) == (results == {"ok"}), facts


def test_a_status_that_nobody_asked_is_never_good():
    for facts in ALL_FACTS:
        status = checks_of(facts)[3]
        if facts.state is None or (facts.state == "active" and not facts.fresh):
            assert status.result == "unknown"


def _judge(document, office, now, **changes):
    known = {"public_keys": office.keys, "known_issuer": True, "state": "active", "now": now}
    return verify_document(document, **(known | changes))


def test_a_good_certificate_passes_every_check(office, claims, now):
    verification = _judge(office.issue(claims), office, now)
    assert verification.verdict is Verdict.VALID
    assert [(check.name, check.result) for check in verification.checks] == [
        ("signature", "ok"),
        ("issuer", "ok"),
        ("period", "ok"),
        ("status", "ok"),
    ]


@pytest.mark.parametrize(
    ("state", "fresh", "verdict"),
    [
        ("revoked", True, Verdict.REVOKED),
        ("revoked", False, Verdict.REVOKED),
        ("superseded", True, Verdict.SUPERSEDED),
        ("erased", True, Verdict.ERASED),
        ("active", False, Verdict.VALID_STATUS_UNKNOWN),
        (None, True, Verdict.VALID_STATUS_UNKNOWN),
    ],
)
def test_the_state_decides_over_a_sound_document(office, claims, now, state, fresh, verdict):
    assert _judge(office.issue(claims), office, now, state=state, fresh=fresh).verdict is verdict


@pytest.mark.parametrize("end", ["none", "future", "past"])
@pytest.mark.parametrize("state", ["active", "revoked", "superseded", "erased", None])
def test_every_end_with_every_state(office, make_claims, claims, now, end, state):
    claims = make_claims(valid_until=None if end == "none" else claims.valid_until)
    moment = claims.valid_until + timedelta(seconds=1) if end == "past" else now
    verdict = _judge(office.issue(claims), office, moment, state=state).verdict
    if state in {"revoked", "superseded", "erased"}:
        assert verdict == state
    elif end == "past":
        assert verdict is Verdict.EXPIRED
    else:
        assert verdict is (Verdict.VALID if state else Verdict.VALID_STATUS_UNKNOWN)


def test_both_ends_belong_to_the_period(office, claims):
    signed = office.issue(claims)
    second = timedelta(seconds=1)
    assert _judge(signed, office, claims.issued_at).verdict is Verdict.VALID
    assert _judge(signed, office, claims.issued_at - second).verdict is Verdict.UNKNOWN
    assert _judge(signed, office, claims.valid_until).verdict is Verdict.VALID
    assert _judge(signed, office, claims.valid_until + second).verdict is Verdict.EXPIRED


@pytest.mark.parametrize(
    "change", [{"name": "x"}, {"validUntil": "2039-11-19T22:59:59Z"}, {"proof": {}}, {"proof": None}]
)
def test_a_changed_document_is_altered_whatever_its_state(office, claims, now, change):
    for state in ("active", "revoked", None):
        verification = _judge(office.issue(claims) | change, office, now, state=state)
        assert verification.verdict is Verdict.ALTERED
        assert verification.checks[0].result == "failed"


def test_a_stranger_is_unknown_even_with_a_good_signature(office, open_office, claims, make_claims, now):
    stranger = open_office("https://stranger.example")
    signed = stranger.issue(make_claims(public_url=stranger.public_url))
    assert _judge(signed, office, now, known_issuer=False).verdict is Verdict.UNKNOWN_ISSUER
    both = office.keys | stranger.keys
    assert _judge(signed, office, now, known_issuer=False, public_keys=both).verdict is Verdict.UNKNOWN_ISSUER


def test_a_strangers_key_under_our_name_is_altered(office, open_office, claims, now):
    assert _judge(open_office().issue(claims), office, now).verdict is Verdict.ALTERED


def test_a_key_that_is_not_listed_or_was_withdrawn_confirms_nothing(office, claims, now):
    signed = office.issue(claims)
    assert _judge(signed, office, now, public_keys={}).verdict is Verdict.UNKNOWN_ISSUER
    verification = _judge(signed, office, now, withdrawn_keys=set(office.keys))
    assert verification.verdict is Verdict.UNKNOWN_ISSUER
    assert verification.checks[0].result == "unknown"


@pytest.mark.parametrize(
    "document", [None, 7, "x", [], {}, {"issuer": 7}, {"issuer": "did:web:x"}, {"type": ["OpenBadgeCredential"]}]
)
def test_what_is_no_certificate_is_unknown(office, now, document):
    assert _judge(document, office, now).verdict is Verdict.UNKNOWN


def test_a_signed_status_list_is_no_certificate(office, now):
    (signed,) = [document for document in office.documents().values() if "proof" in document]
    assert _judge(signed, office, now).verdict is Verdict.UNKNOWN


def _situations(office, claims, make_claims, now):
    """Situation -> (credential, documents, clock, what our register or list and our trust list say)."""
    signed, documents = office.issue(claims), office.documents()
    changed = deepcopy(signed)
    changed["credentialSubject"]["licenseNumber"] = "FILAR/ZPOS2/2026/000001"
    (list_url,) = [url for url in documents if "/status/" in url]
    (did_url,) = documents.keys() - {list_url}
    short = make_claims(valid_until=claims.valid_until - timedelta(days=3 * 365))
    keyless = documents[did_url] | {"verificationMethod": [], "assertionMethod": []}
    return {
        "good": (signed, documents, now, {}),
        "altered": (changed, documents, now, {}),
        "expired": (office.issue(short), documents, short.valid_until + timedelta(hours=1), {}),
        "revoked": (signed, office.documents(revoked=[claims.status_index]), now, {}),
        "issued for later": (signed, documents, claims.issued_at - timedelta(hours=1), {}),
        "status list missing": (signed, {did_url: documents[did_url]}, now, {"state": None}),
        "status list out of date": (signed, documents, now + timedelta(days=8), {"fresh": False}),
        "superseded": (signed, documents, now, {"state": "superseded"}),
        "issuer on no trust list": (signed, documents, now, {"known_issuer": False}),
        "key withdrawn": (signed, documents | {did_url: keyless}, now, {"withdrawn_keys": set(office.keys)}),
    }


@pytest.mark.parametrize("row", TABLE["foreign"], ids=lambda row: row["situation"])
def test_foreign_verifiers_judge_as_the_table_says(row, office, claims, make_claims, now):
    credential, documents, clock, known = _situations(office, claims, make_claims, now)[row["situation"]]
    lists = [document for url, document in documents.items() if "/status/" in url]
    if lists and "state" not in known:
        known["state"] = "revoked" if is_revoked(lists[0], claims.status_index) else "active"
    assert _judge(credential, office, clock, **known).verdict == row["ours"]
    for engine in ENGINES:
        verified = run_engine(engine, credential, documents=documents, now=clock)["verified"]
        assert ("accept" if verified else "reject") == row[engine], engine
