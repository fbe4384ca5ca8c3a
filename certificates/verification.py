"""What may be said of a certificate: named checks, and one verdict out of a closed list.

The page, the API, the command line and the offline page all use `decide`; `verdicts.toml` holds its truth table.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from certificates.proof import issuer_of, proof_holds, verification_method

Result = Literal["ok", "failed", "unknown"]
State = Literal["active", "revoked", "superseded", "erased"]
Period = Literal["running", "over", "not_begun", "unknown"]
Key = Literal["trusted", "withdrawn", "unlisted"]


class Verdict(StrEnum):
    """The closed list. Only `VALID` says that everything was checked and is good."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    ERASED = "erased"
    ALTERED = "altered"
    UNKNOWN_ISSUER = "unknown_issuer"
    UNKNOWN = "unknown"
    VALID_STATUS_UNKNOWN = "valid_status_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about one certificate.

    `signature` is "unknown" when there is no document to check, only a row of the register or nothing;
    `state` is None when the register or the status list could not be asked, or does not know the certificate;
    `fresh` is whether `state` is recent enough to rely on (the register itself is always fresh).
    """

    signature: Result
    known_issuer: bool
    key: Key
    period: Period
    state: State | None
    fresh: bool


@dataclass(frozen=True, slots=True)
class Check:
    name: Literal["signature", "issuer", "period", "status"]
    result: Result


@dataclass(frozen=True, slots=True)
class Verification:
    """A verdict and the checks behind it, always in the order signature, issuer, period, status."""

    verdict: Verdict
    checks: tuple[Check, ...]


def decide(facts: Facts) -> Verdict:
    """The verdict, total and pure. What makes a certificate worthless comes before what merely ends it."""
    if facts.signature == "unknown" and facts.state in {None, "active"}:
        return Verdict.UNKNOWN
    if facts.signature != "unknown" and not (facts.known_issuer and facts.key == "trusted"):
        return Verdict.UNKNOWN_ISSUER
    if facts.signature == "failed":
        return Verdict.ALTERED
    return _decide_by_state(facts)


def _decide_by_state(facts: Facts) -> Verdict:
    """The verdict on a sound document, or on an erased certificate. The end states are for ever, fresh or not."""
    if facts.state is not None and facts.state != "active":
        return _END_STATES[facts.state]
    if facts.period != "running":
        return Verdict.EXPIRED if facts.period == "over" else Verdict.UNKNOWN
    if facts.state is None or not facts.fresh:
        return Verdict.VALID_STATUS_UNKNOWN
    return Verdict.VALID


_END_STATES: Mapping[State, Verdict] = {
    "revoked": Verdict.REVOKED,
    "superseded": Verdict.SUPERSEDED,
    "erased": Verdict.ERASED,
}


def checks_of(facts: Facts) -> tuple[Check, ...]:
    """The four named checks. The status is "unknown", never "ok", when it was not asked or is not fresh."""
    trusted: Result = "ok" if facts.known_issuer and facts.key == "trusted" else "failed"
    signature: Result = facts.signature if trusted == "ok" else "unknown"
    period: Result = _PERIODS[facts.period]
    status: Result = "failed"
    if facts.state is None or (facts.state == "active" and not facts.fresh):
        status = "unknown"
    elif facts.state == "active":
        status = "ok"
    return (
        Check("signature", signature),
        Check("issuer", trusted),
        Check("period", period),
        Check("status", status),
    )


_PERIODS: Mapping[Period, Result] = {"running": "ok", "over": "failed", "not_begun": "failed", "unknown": "unknown"}


def verify_document(
    document: Any,
    *,
    public_keys: Mapping[str, bytes],
    known_issuer: bool,
    state: State | None,
    now: datetime,
    fresh: bool = True,
    expected: Mapping[str, Any] | None = None,
    withdrawn_keys: Collection[str] = (),
) -> Verification:
    """Judge a signed credential; never raises for what is in the document.

    `public_keys`: verification method to raw key, of all issuers that are trusted; `withdrawn_keys`: methods
    that were compromised, whatever `public_keys` says; `state` is what the register or a verified status list
    says of this very credential, None when not asked; `now` is timezone-aware; `expected` is the unsigned document
    that the register's own facts give: a document that says anything else is an altered one, however well signed.
    """
    method = verification_method(document)
    facts = Facts(
        signature=_signature(document, public_keys, expected),
        known_issuer=known_issuer,
        key=_key_state(method, public_keys, withdrawn_keys),
        period=_period(document, now),
        state=state,
        fresh=fresh,
    )
    return Verification(decide(facts), checks_of(facts))


def _signature(document: Any, public_keys: Mapping[str, bytes], expected: Mapping[str, Any] | None) -> Result:
    # A status list has the same issuer's signature, but it is no certificate.
    if issuer_of(document) is None or "OpenBadgeCredential" not in str(document.get("type")):
        return "unknown"
    if expected is not None and {name: value for name, value in document.items() if name != "proof"} != expected:
        return "failed"
    return "ok" if proof_holds(document, public_keys) else "failed"


def _key_state(method: str | None, public_keys: Mapping[str, bytes], withdrawn_keys: Collection[str]) -> Key:
    if method in withdrawn_keys:
        return "withdrawn"
    # A known issuer's document that names no key at all is an altered one, not a stranger's.
    return "trusted" if method is None or method in public_keys else "unlisted"


def _period(document: Any, now: datetime) -> Period:
    """Both ends belong to the period."""
    if not isinstance(document, dict):
        return "unknown"
    begin = _moment(document.get("validFrom"))
    end = _moment(document.get("validUntil")) if "validUntil" in document else now
    if begin is None or end is None:
        return "unknown"
    if now < begin:
        return "not_begun"
    return "over" if now > end else "running"


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None
