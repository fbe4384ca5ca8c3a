from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from certificates import base58
from certificates.did import PublicKey, did_document, issuer_did
from certificates.keys import PemSigner, generate_pem, multikey, raw_key, signature_holds

# W3C Data Integrity EdDSA Cryptosuites 1.0, appendix B.1
STANDARDS_KEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"


def test_a_key_signs_what_it_can_verify():
    pem, raw = generate_pem()
    signer = PemSigner.from_pem(pem, "k1")
    assert signer.public_key == raw
    assert signature_holds(raw, signer.sign(b"x"), b"x")
    assert not signature_holds(raw, signer.sign(b"x"), b"y")
    assert not signature_holds(raw[1:], signer.sign(b"x"), b"x")
    assert signer.sign(b"x") == signer.sign(b"x")


def test_an_encrypted_key_needs_its_passphrase():
    pem, raw = generate_pem(b"correct horse")
    assert PemSigner.from_pem(pem, "k1", b"correct horse").public_key == raw
    with pytest.raises(ValueError, match=r"\w+"):
        PemSigner.from_pem(pem, "k1", b"battery staple")
    with pytest.raises(TypeError):
        PemSigner.from_pem(pem, "k1")


def test_another_kind_of_key_is_refused():
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(ValueError, match="not Ed25519"):
        PemSigner.from_pem(pem, "k1")


def test_a_signer_never_shows_its_private_key():
    pem, _raw = generate_pem()
    assert "_private_key" not in repr(PemSigner.from_pem(pem, "k1"))


def test_multikey_is_the_form_of_the_standard():
    assert multikey(raw_key(STANDARDS_KEY)) == STANDARDS_KEY


@pytest.mark.parametrize("text", ["", "z", "z6Mk", STANDARDS_KEY[1:], STANDARDS_KEY + "1", "zl0O", "z" * 300])
def test_what_is_no_multikey(text):
    with pytest.raises(ValueError, match=r"\w+"):
        raw_key(text)


@given(st.binary(max_size=80))
def test_base58_survives_the_round_trip(data):
    assert base58.decode(base58.encode(data)) == data


@pytest.mark.parametrize(
    ("url", "did"),
    [
        ("https://filar.example", "did:web:filar.example:i:filar"),
        ("http://127.0.0.1:8080", "did:web:127.0.0.1%3A8080:i:filar"),
    ],
)
def test_the_issuers_did(url, did):
    assert issuer_did(url, "filar") == did


@pytest.mark.parametrize(
    "url", ["filar.example", "https://a.pl/", "https://a.pl/b", "https://A.pl", "ftp://a.pl", "https://u@a.pl"]
)
def test_an_address_with_more_than_a_host_is_refused(url):
    with pytest.raises(ValueError, match=r"\w+"):
        issuer_did(url, "filar")


@pytest.mark.parametrize("slug", ["", "A", "a:b", "a/b", "-a", "ą"])
def test_a_bad_short_name_is_refused(slug):
    with pytest.raises(ValueError, match="short name"):
        issuer_did("https://filar.example", slug)


def test_a_withdrawn_key_is_listed_without_assertion():
    raw = raw_key(STANDARDS_KEY)
    document = did_document(
        "did:web:a:i:b", [PublicKey("k1", raw, in_assertion=True), PublicKey("k2", raw, in_assertion=False)]
    )
    assert [method["id"] for method in document["verificationMethod"]] == ["did:web:a:i:b#k1", "did:web:a:i:b#k2"]
    assert document["assertionMethod"] == ["did:web:a:i:b#k1"]
