"""Issuers and their keys: the public half is a row, the private one a file that only its owner may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from certificates.did import PublicKey, did_document, issuer_did
from certificates.keys import PemSigner, Signer, generate_pem, multikey, raw_key
from lms_core.config import SettingsError, write_once
from lms_core.database import run, table_of
from lms_core.domain.calendar import warsaw_day
from lms_core.domain.errors import NotFound
from lms_core.domain.sentences import say
from lms_core.models import Issuer, IssuerKey
from lms_core.services.people import default_organisation

DEFAULT_SLUG = "filar"
KEYS = table_of(IssuerKey)
TRUSTED_KEYS = (
    select(KEYS.c.fragment, KEYS.c.public_multibase)
    .where(KEYS.c.issuer_id == bindparam("issuer_id"), KEYS.c.state != "compromised")
    .order_by(KEYS.c.id)
)
"""Active and retired keys: a retired one stays good for ever, a compromised one for nothing."""


@dataclass(frozen=True, slots=True)
class Signing:
    """Where the private keys are, and the address that is frozen into what they sign."""

    keys_dir: Path
    public_url: str

    def did(self, slug: str) -> str:
        return issuer_did(self.public_url, slug)

    def signer(self, issuer: Issuer, key: IssuerKey) -> Signer:
        """Return the signer of this very key; raise when its file is missing or holds another key."""
        signer = PemSigner.from_pem(self._path(issuer.slug, key.fragment).read_bytes(), key.fragment)
        if signer.public_key != raw_key(key.public_multibase):
            raise RuntimeError(f"key file of {issuer.slug}#{key.fragment} holds another key than the database")
        return signer

    def make_key(self, slug: str, fragment: str) -> bytes:
        """Return the raw public key of a file made now, or left by a start that was cut short."""
        path = self._path(slug, fragment)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        pem, _ = generate_pem()
        write_once(path, pem)
        return PemSigner.from_pem(path.read_bytes(), fragment).public_key

    def _path(self, slug: str, fragment: str) -> Path:
        return self.keys_dir / f"{slug}-{fragment}.pem"


class OtherAddress(SettingsError):
    """LMS_PUBLIC_URL is not the address under which certificates were issued, `known`."""

    def __init__(self, known: str, given: str) -> None:
        super().__init__(
            f"LMS_PUBLIC_URL is {given}, but certificates were issued under {known}: set it back, "
            "or every one of them would be called unknown"
        )
        self.known = known


def ensure_issuer(session: Session, signing: Signing, *, name: str, email: str | None, now: datetime) -> None:
    """Make the default issuer and its first key at the first start; later starts find them.

    Raises `OtherAddress` when the address is not the one that certificates already carry.
    """
    known = session.scalar(select(Issuer.public_url).limit(1))
    if known is not None:
        if known != signing.public_url:
            raise OtherAddress(known, signing.public_url)
        return
    issuer = Issuer(slug=DEFAULT_SLUG, public_url=signing.public_url, name=name, email=email, created_at=now)
    issuer.organisation_id = default_organisation(session)
    session.add(issuer)
    session.flush()
    fragment = f"k{warsaw_day(now):%Y-%m}"
    public = signing.make_key(issuer.slug, fragment)
    key = IssuerKey(issuer_id=issuer.id, fragment=fragment, public_multibase=multikey(public), state="active")
    key.created_at = now
    session.add(key)
    session.flush()


def default_issuer(session: Session) -> Issuer:
    return session.scalars(select(Issuer).order_by(Issuer.id).limit(1)).one()


def active_key(session: Session, issuer_id: int) -> IssuerKey:
    """Return the newest active key."""
    query = select(IssuerKey).where(IssuerKey.issuer_id == issuer_id, IssuerKey.state == "active")
    return session.scalars(query.order_by(IssuerKey.id.desc()).limit(1)).one()


def by_slug(session: Session, slug: str) -> Issuer:
    issuer = session.scalar(select(Issuer).where(Issuer.slug == slug))
    if issuer is None:
        raise NotFound("issuer", say("Nie ma takiego wystawcy."))
    return issuer


def did_of(session: Session, signing: Signing, slug: str) -> dict[str, Any]:
    """Return the issuer's DID document, with every key that is trusted."""
    issuer = by_slug(session, slug)
    keys = [
        PublicKey(key.fragment, raw_key(key.public_multibase), in_assertion=True)
        for key in run(session, TRUSTED_KEYS, {"issuer_id": issuer.id})
    ]
    return did_document(signing.did(issuer.slug), keys)
