"""Is this certificate true? Needs no plugin, no catalogue, no session and no login (design, decision 8)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates.claims import Claims
from certificates.codes import parse_code
from certificates.credential import open_badge
from certificates.keys import raw_key
from certificates.verification import State, Verification, verify_document
from lms_core.domain.errors import NotFound
from lms_core.models import Credential, CredentialClaims, CredentialIssue, Issuer
from lms_core.services import issuers
from lms_core.services.issuers import Signing

STATES: dict[str, State] = {
    "issued": "active",
    "held": "active",
    "revoked": "revoked",
    "superseded": "superseded",
    "erased": "erased",
}
"""A credential that is not issued yet has no state to show: its code is on no paper."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The verdict with what the paper says; `claims` is None once they were erased."""

    verification: Verification
    claims: Claims | None
    issuer_name: str
    number: str
    revoked_at: datetime | None


def verify(session: Session, text: str, signing: Signing, *, now: datetime) -> Verified:
    """Judge the certificate of a code, in two statements. Unknown, malformed and unissued codes all are `NotFound`."""
    code = parse_code(text)
    query = (
        select(Credential, CredentialIssue, CredentialClaims, Issuer)
        .join(CredentialIssue, CredentialIssue.credential_id == Credential.id)
        .join(Issuer, Issuer.id == CredentialIssue.issuer_id)
        .outerjoin(CredentialClaims, CredentialClaims.credential_id == Credential.id)
        .where(Credential.code == (code or ""), Credential.state.in_(STATES))
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound("certificate", "Nie znamy zaświadczenia o tym kodzie.")
    credential, issue, claims, issuer = found
    frozen = Claims.from_json(claims.claims) if claims else None
    verification = verify_document(
        json.loads(claims.document) if claims and claims.document else None,
        expected=_expected(frozen, credential),
        public_keys=_public_keys(session, issuer, signing),
        known_issuer=True,
        state=STATES[credential.state],
        now=now,
    )
    return Verified(
        verification=verification,
        claims=frozen,
        issuer_name=issuer.name,
        number=issue.number,
        revoked_at=credential.revoked_at,
    )


def _expected(claims: Claims | None, credential: Credential) -> dict[str, Any] | None:
    """What the page shows must be what was signed, for this very code."""
    if claims is None:
        return None
    return open_badge(claims) if claims.code == credential.code else {}


def _public_keys(session: Session, issuer: Issuer, signing: Signing) -> dict[str, bytes]:
    did = signing.did(issuer)
    keys = issuers.trusted_keys(session, issuer.id)
    return {f"{did}#{key.fragment}": raw_key(key.public_multibase) for key in keys}
