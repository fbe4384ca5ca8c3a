"""Ed25519 keys: the signer's interface, keys kept as PKCS#8 PEM, and the Multikey form of a public key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from certificates import base58

KEY_BYTES = 32
SIGNATURE_BYTES = 64
_ED25519_PUBLIC = b"\xed\x01"


class Signer(Protocol):
    """Whatever can sign with one Ed25519 key: a PEM file today, a PKCS#11 token tomorrow."""

    @property
    def fragment(self) -> str:
        """The key's name in the DID document, without `#`, for example `k2026-07`."""

    @property
    def public_key(self) -> bytes:
        """The raw public key, 32 bytes."""

    def sign(self, data: bytes) -> bytes:
        """The raw signature, 64 bytes; the same data gives the same bytes (RFC 8032)."""


@dataclass(frozen=True, slots=True)
class PemSigner:
    """A `Signer` whose private key came from a PEM."""

    fragment: str
    public_key: bytes
    _private_key: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def from_pem(cls, pem: bytes, fragment: str, passphrase: bytes | None = None) -> Self:
        """Load a PKCS#8 PEM.

        ValueError when it holds no Ed25519 key or the passphrase is wrong, TypeError when a passphrase is
        missing or not needed.
        """
        match load_pem_private_key(pem, passphrase):
            case Ed25519PrivateKey() as key:
                return cls(fragment, key.public_key().public_bytes_raw(), key)
            case _:
                raise ValueError("the PEM holds a key that is not Ed25519")

    def sign(self, data: bytes) -> bytes:
        return self._private_key.sign(data)


def generate_pem(passphrase: bytes | None = None) -> tuple[bytes, bytes]:
    """A new key as (PKCS#8 PEM, raw public key); encrypted when a passphrase is given."""
    protection: KeySerializationEncryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)
    return pem, key.public_key().public_bytes_raw()


def multikey(raw: bytes) -> str:
    """`z6Mk…`: the Multikey form of a raw public key (W3C Controlled Identifiers, section 2.2.2)."""
    if len(raw) != KEY_BYTES:
        raise ValueError(f"an Ed25519 public key has {KEY_BYTES} bytes, not {len(raw)}")
    return base58.encode(_ED25519_PUBLIC + raw)


def raw_key(text: str) -> bytes:
    """The raw public key behind `z6Mk…`; ValueError when it is anything else."""
    data = base58.decode(text)
    if not data.startswith(_ED25519_PUBLIC) or len(data) != len(_ED25519_PUBLIC) + KEY_BYTES:
        raise ValueError("not the Multikey form of an Ed25519 public key")
    return data[len(_ED25519_PUBLIC) :]


def signature_holds(public_key: bytes, signature: bytes, data: bytes) -> bool:
    """Whether `signature` is that of `public_key` over `data`; False when either has the wrong shape."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
