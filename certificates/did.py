"""The issuer's `did:web` identifier and its DID document (did:web method specification; W3C DID Core 1.0)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from certificates.keys import multikey

_CONTEXTS = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key as the DID document lists it. A retired key stays in `assertionMethod`; a stolen one is left out."""

    fragment: str
    raw: bytes
    in_assertion: bool


def host_of(public_url: str) -> str:
    """`host` or `host:port` of an installation's address; ValueError when it has anything more."""
    parts = urlsplit(public_url)
    if parts.scheme not in {"http", "https"} or f"{parts.scheme}://{parts.netloc}" != public_url or not parts.hostname:
        raise ValueError(f"{public_url!r} is not an address of the form https://host or https://host:port")
    if parts.netloc != parts.netloc.lower() or "@" in parts.netloc or "[" in parts.netloc:
        raise ValueError(f"{public_url!r} must name its host in lower case, with no user and no IPv6 address")
    return parts.netloc


def issuer_did(public_url: str, slug: str) -> str:
    """`did:web:HOST:i:SLUG`; a port is written `%3A8080`. Its document is at `/i/SLUG/did.json`."""
    if not _SLUG.fullmatch(slug):
        raise ValueError(f"{slug!r} is not an issuer's short name (a-z, 0-9 and hyphens inside)")
    return f"did:web:{host_of(public_url).replace(':', '%3A')}:i:{slug}"


def did_document(did: str, keys: Sequence[PublicKey]) -> dict[str, Any]:
    """The DID document with every key, in the order given."""
    return {
        "@context": list(_CONTEXTS),
        "id": did,
        "verificationMethod": [
            {
                "id": f"{did}#{key.fragment}",
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": multikey(key.raw),
            }
            for key in keys
        ],
        "assertionMethod": [f"{did}#{key.fragment}" for key in keys if key.in_assertion],
    }
