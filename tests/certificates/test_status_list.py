from __future__ import annotations

import base64
import gzip
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.proof import proof_holds
from certificates.status_list import SIZE, is_revoked, status_list_document


def _list(revoked, now, size=SIZE):
    return status_list_document(
        url="https://filar.example/i/filar/status/1",
        issuer_did="did:web:filar.example:i:filar",
        revoked=revoked,
        valid_from=now,
        valid_until=now + timedelta(days=7),
        size=size,
    )


@settings(deadline=None)
@given(st.sets(st.integers(0, SIZE - 1), max_size=50), st.integers(0, SIZE - 1))
def test_exactly_the_revoked_are_revoked(now, revoked, other):
    document = _list(revoked, now)
    assert all(is_revoked(document, index) for index in revoked)
    assert is_revoked(document, other) == (other in revoked)


def test_index_zero_is_the_leftmost_bit(now):
    encoded = _list([0, 9], now)["credentialSubject"]["encodedList"]
    packed = base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4))
    assert gzip.decompress(packed)[:2] == b"\x80\x40"


def test_the_same_list_has_the_same_bytes(now):
    assert _list([5, 7], now) == _list([7, 5], now)


@pytest.mark.parametrize("index", [-1, SIZE, SIZE * 9])
def test_an_index_outside_is_never_not_revoked(now, index):
    with pytest.raises(ValueError, match="no index"):
        is_revoked(_list([], now), index)
    with pytest.raises(ValueError, match="no index"):
        _list([index], now)


def _packed(data):
    return "u" + base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "u",
        "zabc",
        "u!!!!",
        _packed(b"no gzip"),
        _packed(gzip.compress(bytes(100), mtime=0)[:-9]),
        _packed(gzip.compress(bytes(2_000_000), mtime=0)),
        7,
        None,
    ],
)
def test_an_unreadable_list_is_never_not_revoked(now, encoded):
    document = _list([], now)
    document["credentialSubject"]["encodedList"] = encoded
    with pytest.raises(ValueError, match=r"\w+"):
        is_revoked(document, 0)


def test_a_list_for_another_purpose_is_refused(now):
    document = _list([], now)
    document["credentialSubject"]["statusPurpose"] = "suspension"
    with pytest.raises(ValueError, match="revocation"):
        is_revoked(document, 0)


@pytest.mark.parametrize("size", [0, -8, 7])
def test_an_odd_size_is_refused(now, size):
    with pytest.raises(ValueError, match="multiple of 8"):
        _list([], now, size)


def test_a_signed_list_holds_until_it_is_changed(office):
    (signed,) = [document for document in office.documents(revoked=[3]).values() if "proof" in document]
    assert proof_holds(signed, office.keys)
    cleared = office.documents()
    (other,) = [document for document in cleared.values() if "proof" in document]
    assert not proof_holds({**signed, "credentialSubject": other["credentialSubject"]}, office.keys)
