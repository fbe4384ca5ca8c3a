"""Is this certificate true? Needs no plugin, no catalogue, no session and no login (design, decision 8)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from certificates.claims import Claims
from certificates.codes import parse_code
from certificates.credential import open_badge
from certificates.keys import raw_key
from certificates.verification import State, Verification, verify_document
from lms_core.database import run, table_of
from lms_core.domain.errors import NotFound
from lms_core.domain.sentences import say
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
CREDENTIALS, ISSUES, CLAIMS, ISSUERS = map(table_of, (Credential, CredentialIssue, CredentialClaims, Issuer))
ISSUED = (
    select(
        *(CREDENTIALS.c[name] for name in ("code", "state", "revoked_at")),
        *(ISSUES.c[name] for name in ("issuer_id", "number")),
        *(CLAIMS.c[name] for name in ("claims", "document")),
        *(ISSUERS.c[name] for name in ("slug", "name")),
    )
    .select_from(
        CREDENTIALS.join(ISSUES, ISSUES.c.credential_id == CREDENTIALS.c.id)
        .join(ISSUERS, ISSUERS.c.id == ISSUES.c.issuer_id)
        .outerjoin(CLAIMS, CLAIMS.c.credential_id == CREDENTIALS.c.id)
    )
    .where(CREDENTIALS.c.code == bindparam("code"), CREDENTIALS.c.state.in_(STATES))
)


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
    found = run(session, ISSUED, {"code": parse_code(text) or ""}).one_or_none()
    if found is None:
        raise NotFound("certificate", say("Nie znamy zaświadczenia o tym kodzie."))
    frozen = Claims.from_json(found.claims) if found.claims else None
    did = signing.did(found.slug)
    keys = run(session, issuers.TRUSTED_KEYS, {"issuer_id": found.issuer_id})
    verification = verify_document(
        json.loads(found.document) if found.document else None,
        expected=_expected(frozen, found.code),
        public_keys={f"{did}#{key.fragment}": raw_key(key.public_multibase) for key in keys},
        known_issuer=True,
        state=STATES[found.state],
        now=now,
    )
    return Verified(
        verification=verification,
        claims=frozen,
        issuer_name=found.name,
        number=found.number,
        revoked_at=found.revoked_at,
    )


def _expected(claims: Claims | None, code: str) -> dict[str, Any] | None:
    """What the page shows must be what was signed, for this very code."""
    if claims is None:
        return None
    return open_badge(claims) if claims.code == code else {}
