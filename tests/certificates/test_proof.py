from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates import base58
from certificates.claims import instant
from certificates.context_files import DIRECTORY, UnknownContextError, load_document, read_contexts
from certificates.credential import open_badge
from certificates.document_shape import check_document
from certificates.proof import _signed_bytes, add_proof, issuer_of, proof_holds, verification_method


def _leaves(node, path=()):
    """Every path to a value that is no container."""
    if isinstance(node, dict | list):
        items = node.items() if isinstance(node, dict) else enumerate(node)
        for key, value in items:
            yield from _leaves(value, (*path, key))
    else:
        yield path


def _at(document, path):
    for key in path:
        document = document[key]
    return document


def test_a_signed_credential_holds(office, claims):
    signed = office.issue(claims)
    assert proof_holds(signed, office.keys)
    assert proof_holds(json.loads(json.dumps(signed)), office.keys)
    assert verification_method(signed) == f"{office.did}#{claims.key_fragment}"
    assert issuer_of(signed) == office.did


def test_the_same_facts_give_the_same_bytes(office, claims):
    assert json.dumps(office.issue(claims)) == json.dumps(office.issue(claims))


def test_a_good_proof_holds_in_every_thread(office, claims):
    signed = office.issue(claims)
    (status,) = [document for document in office.documents().values() if "proof" in document]
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda document: proof_holds(document, office.keys), [signed, status] * 40))


def test_no_single_value_can_be_changed(office, claims):
    signed = office.issue(claims)
    survivors = []
    for path in _leaves(signed):
        changed = deepcopy(signed)
        value = _at(changed, path)
        _at(changed, path[:-1])[path[-1]] = not value if isinstance(value, bool) else f"{value}x"
        if proof_holds(changed, office.keys):
            survivors.append(path)
    assert survivors == []


def test_no_single_value_can_be_taken_away(office, claims):
    signed = office.issue(claims)
    for path in _leaves(signed):
        changed = deepcopy(signed)
        del _at(changed, path[:-1])[path[-1]]
        assert not proof_holds(changed, office.keys), path


@pytest.mark.parametrize(
    "path", [(), ("issuer",), ("credentialSubject",), ("credentialSubject", "achievement"), ("proof",)]
)
@pytest.mark.parametrize(
    "addition", [{"trainingHours": "800"}, {"x": []}, {"x": {}}, {"x": None}, {"@context": {"x": "urn:x"}}]
)
def test_nothing_can_be_added(office, claims, path, addition):
    changed = deepcopy(office.issue(claims))
    _at(changed, path).update(addition)
    assert not proof_holds(changed, office.keys)


def test_a_term_in_full_is_not_the_term(office, claims):
    changed = deepcopy(office.issue(claims))
    changed["https://schema.org/name"] = changed.pop("name")
    assert not proof_holds(changed, office.keys)


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.update(trainingHours=8),
        lambda document: document["type"].append("Diploma"),
        lambda document: document["credentialSubject"].update(hours="8"),
        lambda document: document["credentialSubject"]["achievement"].update(id="program"),
        lambda document: document["credentialSubject"]["achievement"].update(id="https://filar.example/a b"),
        lambda document: document["credentialSubject"]["achievement"].update(id="https://filar.example/a\u00a0b"),
        lambda document: document["credentialSubject"]["achievement"].update(id="//filar.example/a"),
        lambda document: document.update({"@context": ["https://example.org/own"]}),
        lambda document: document.update(validUntil=None),
    ],
)
def test_what_a_signature_would_not_cover_is_refused(office, claims, change):
    document = open_badge(claims)
    change(document)
    with pytest.raises(ValueError, match=r"\w+"):
        add_proof(document, signer=office.signer, did=office.did, created=claims.issued_at)


def test_a_proof_needs_the_issuers_own_name_and_an_unsigned_document(office, claims):
    with pytest.raises(ValueError, match="this very issuer"):
        add_proof(open_badge(claims), signer=office.signer, did=f"{office.did}2", created=claims.issued_at)
    with pytest.raises(ValueError, match="unsigned"):
        add_proof(office.issue(claims), signer=office.signer, did=office.did, created=claims.issued_at)


def test_another_key_under_the_same_name_does_not_hold(office, open_office, claims):
    assert not proof_holds(open_office().issue(claims), office.keys)


def test_an_issuer_cannot_sign_for_another(office, open_office, claims):
    stranger = open_office("https://stranger.example")
    document = open_badge(claims)
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "proofPurpose": "assertionMethod",
        "created": instant(claims.issued_at),
        "verificationMethod": f"{office.did}#{claims.key_fragment}",
    }

    def forged_by(method):
        signed = options | {"verificationMethod": method}
        value = base58.encode(stranger.signer.sign(_signed_bytes(document, signed)))
        return {**document, "proof": {**signed, "proofValue": value}}

    (own_method,), (strangers_method,) = office.keys, stranger.keys
    both = office.keys | stranger.keys
    assert not proof_holds(forged_by(own_method), both)
    assert not proof_holds(forged_by(strangers_method), both)
    assert proof_holds(forged_by(own_method), {own_method: stranger.signer.public_key})


@pytest.mark.parametrize(
    "change",
    [
        {"type": "Ed25519Signature2020"},
        {"cryptosuite": "eddsa-jcs-2022"},
        {"proofPurpose": "authentication"},
        {"proofValue": "u" + "A" * 86},
        {"proofValue": "z1"},
        {"proofValue": None},
        {"verificationMethod": ["did:web:filar.example:i:filar#k2026-11"]},
        {"created": "2026-11-20"},
        {"expires": "2036-11-20T08:00:00Z"},
    ],
)
def test_another_kind_of_proof_does_not_hold(office, claims, change):
    signed = office.issue(claims)
    assert not proof_holds({**signed, "proof": {**signed["proof"], **change}}, office.keys)


def test_a_set_of_proofs_does_not_hold(office, claims):
    signed = office.issue(claims)
    assert not proof_holds({**signed, "proof": [signed["proof"]]}, office.keys)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@settings(deadline=None)
@given(JSON_VALUES, st.data())
def test_whatever_it_is_it_never_raises(office, claims, value, data):
    signed = office.issue(claims)
    assert not proof_holds(value, office.keys)
    path = data.draw(st.sampled_from(sorted(_leaves(signed), key=str)))
    _at(signed, path[:-1])[path[-1]] = value
    proof_holds(signed, office.keys)


def _nest(depth):
    node = {"type": ["Profile"]}
    for _ in range(depth):
        node = {"type": ["Profile"], "parentOrg": node}
    return node


@pytest.mark.parametrize(
    "subject",
    [
        _nest(5_000),
        {"identifier": [{"type": "IdentityObject"}] * 40},
        {"identifier": [{"type": "IdentityObject", "hashed": False}] * 4, "result": [{"type": ["Result"]}] * 4},
        {"narrative": "x" * 1_000_000},
    ],
)
def test_a_poisoned_document_costs_little(office, claims, subject):
    signed = office.issue(claims)
    assert not proof_holds({**signed, "credentialSubject": subject}, office.keys)


@pytest.mark.parametrize("twins", [[{"type": "IdentityObject"}] * 2, [["a"], ["b"]], ["a"] * 5])
def test_equal_neighbours_never_reach_the_canonicaliser(claims, twins):
    document = open_badge(claims)
    check_document(document)
    document["credentialSubject"]["identifier"] = twins
    with pytest.raises(ValueError, match="empty, fractional or overlong"):
        check_document(document)


def test_only_the_shipped_contexts_can_be_loaded():
    with pytest.raises(UnknownContextError):
        load_document("https://www.w3.org/ns/credentials/examples/v2")


def test_a_changed_context_file_stops_the_library(tmp_path):
    copy = tmp_path / "contexts"
    shutil.copytree(DIRECTORY, copy)
    assert read_contexts(copy) == read_contexts()
    file = copy / "open-badges-3.0.3.json"
    file.write_bytes(file.read_bytes().replace(b"narrative", b"narrativf", 1))
    with pytest.raises(ValueError, match="not the pinned context"):
        read_contexts(copy)


def test_created_is_written_as_an_instant(office, claims):
    assert office.issue(claims)["proof"]["created"] == instant(claims.issued_at)
    with pytest.raises(ValueError, match="whole seconds"):
        add_proof(
            open_badge(claims),
            signer=office.signer,
            did=office.did,
            created=claims.issued_at + timedelta(microseconds=1),
        )
