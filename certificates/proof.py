"""Data Integrity proofs with `eddsa-rdfc-2022` (W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.2)."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from certificates import base58
from certificates.claims import instant
from certificates.context_files import load_document
from certificates.document_shape import RELATIVE, check_document, check_nothing_dropped
from certificates.keys import SIGNATURE_BYTES, Signer, signature_holds
from certificates.own_quads import own_quads

_ONE_AT_A_TIME = threading.Lock()  # pyld keeps one unlocked cache of contexts for the whole process
_FIXED = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofPurpose": "assertionMethod"}
_FIELDS = {*_FIXED, "created", "verificationMethod", "proofValue"}


def add_proof(document: dict[str, Any], *, signer: Signer, did: str, created: datetime) -> dict[str, Any]:
    """A copy of the document with its proof; the same facts, key and `created` give the same bytes.

    `did` must be the document's issuer. ValueError when the document has a proof already, is not ours, or has
    a term that its contexts do not define.
    """
    if "proof" in document or issuer_of(document) != did:
        raise ValueError("only an unsigned document of this very issuer can be signed")
    options = {**_FIXED, "created": instant(created), "verificationMethod": f"{did}#{signer.fragment}"}
    signature = signer.sign(_signed_bytes(document, options))
    return {**document, "proof": {**options, "proofValue": base58.encode(signature)}}


def proof_holds(document: Any, public_keys: Mapping[str, bytes]) -> bool:
    """Whether the document carries exactly one proof by a key of its own issuer and nothing was changed since.

    `public_keys`: verification method (`did:web:…#k1`) to raw public key. False, never an exception, for
    anything malformed.
    """
    try:
        return _verify(document, public_keys)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False


def verification_method(document: Any) -> str | None:
    """The name of the key that the document says it was signed with; None when it names none."""
    proof = document.get("proof") if isinstance(document, dict) else None
    method = proof.get("verificationMethod") if isinstance(proof, dict) else None
    return method if isinstance(method, str) else None


def issuer_of(document: Any) -> str | None:
    """The issuer's DID as the document states it; None when it states none."""
    issuer = document.get("issuer") if isinstance(document, dict) else None
    issuer = issuer.get("id") if isinstance(issuer, dict) else issuer
    return issuer if isinstance(issuer, str) else None


def _verify(document: Any, public_keys: Mapping[str, bytes]) -> bool:
    body = dict(document)
    options = dict(body.pop("proof"))
    method = options["verificationMethod"]
    if options.keys() != _FIELDS or not _FIXED.items() <= options.items() or method not in public_keys:
        return False
    if method.partition("#")[0] != issuer_of(document):
        return False
    signature = base58.decode(options.pop("proofValue"))
    if len(signature) != SIGNATURE_BYTES:
        return False
    return signature_holds(public_keys[method], signature, _signed_bytes(body, options))


def _signed_bytes(document: dict[str, Any], options: dict[str, str]) -> bytes:
    config = {"@context": document.get("@context"), **options}
    return _digest(config) + _digest(document)


def _digest(document: dict[str, Any]) -> bytes:
    check_document(document)
    quads = own_quads(document) or _pyld_quads(document)
    return hashlib.sha256(quads.encode()).digest()


def _pyld_quads(document: dict[str, Any]) -> str:
    from pyld import jsonld  # noqa: PLC0415 - 11 MB for documents that are not of our own shape

    settings = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load_document}
    try:
        with _ONE_AT_A_TIME:
            expanded = jsonld.expand(document, {"documentLoader": load_document, "base": RELATIVE})
            check_nothing_dropped(document, expanded)
            quads: str = jsonld.normalize(expanded, settings)
    except jsonld.JsonLdError as error:
        raise ValueError(f"not JSON-LD that can be signed: {error}") from error
    return quads
