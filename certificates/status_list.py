"""Revocation for machines: a Bitstring Status List (W3C Bitstring Status List 1.0)."""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from certificates.claims import instant
from certificates.context_files import STATUS_CONTEXTS

SIZE = 131_072
_LARGEST_LIST_BYTES = 1_048_576


def status_list_document(
    *, url: str, issuer_did: str, revoked: Iterable[int], valid_from: datetime, valid_until: datetime, size: int = SIZE
) -> dict[str, Any]:
    """The unsigned list. `revoked` are indexes from 0 to size - 1, ValueError for others; `size` is in bits."""
    return {
        "@context": list(STATUS_CONTEXTS),
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_did,
        "validFrom": instant(valid_from),
        "validUntil": instant(valid_until),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": _encode(revoked, size),
        },
    }


def is_revoked(document: dict[str, Any], index: int) -> bool:
    """Whether the bit is set. ValueError when the list cannot be read or has no such index: never "not revoked"."""
    bits = _decode(document)
    if not 0 <= index < len(bits) * 8:
        raise ValueError(f"the status list has no index {index}")
    return bool(bits[index // 8] & 0x80 >> index % 8)


def _encode(revoked: Iterable[int], size: int) -> str:
    if size <= 0 or size % 8:
        raise ValueError("the size of a status list is a positive multiple of 8 bits")
    bits = bytearray(size // 8)
    for index in revoked:
        if not 0 <= index < size:
            raise ValueError(f"the status list has no index {index}")
        bits[index // 8] |= 0x80 >> index % 8
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _decode(document: dict[str, Any]) -> bytes:
    try:
        subject = document["credentialSubject"]
        encoded = subject["encodedList"]
        if subject["statusPurpose"] != "revocation" or encoded[:1] != "u":
            raise ValueError("not a revocation list in multibase base64url")
        letters = encoded[1:]
        packed = base64.b64decode(letters + "=" * (-len(letters) % 4), altchars=b"-_", validate=True)
        reader = zlib.decompressobj(wbits=31)
        bits = reader.decompress(packed, _LARGEST_LIST_BYTES)
    except (KeyError, TypeError, AttributeError, zlib.error) as error:
        raise ValueError("the status list cannot be read") from error
    if not reader.eof:
        raise ValueError("the status list is cut off or far too long")
    return bits
