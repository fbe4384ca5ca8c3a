"""The unsigned credential: an `OpenBadgeCredential` (Open Badges 3.0, W3C VC Data Model 2.0) from fixed templates.

Only terms that the contexts define: one that they do not know would be dropped before signing.
"""

from __future__ import annotations

from typing import Any

from certificates.claims import Claims, instant
from certificates.context_files import BADGE_CONTEXTS
from certificates.did import issuer_did
from certificates.wording import criteria_narrative, holder_narrative

_SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"


def credential_id(public_url: str, code: str) -> str:
    """The credential's `id`, which is also the address of its page."""
    return f"{public_url}/c/{code}"


def status_list_url(public_url: str, slug: str, number: int) -> str:
    """Where an issuer's status list is published."""
    return f"{public_url}/i/{slug}/status/{number}"


def open_badge(claims: Claims) -> dict[str, Any]:
    """The document to sign. The result says only that the program was completed; it never holds a score."""
    if claims.template not in _TEMPLATES:
        raise ValueError(f"there is no certificate template {claims.template}")
    return _TEMPLATES[claims.template](claims)


def _first_template(claims: Claims) -> dict[str, Any]:
    issued = instant(claims.issued_at)
    document: dict[str, Any] = {
        "@context": list(BADGE_CONTEXTS),
        "id": credential_id(claims.public_url, claims.code),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": claims.title,
        "description": claims.statement,
        "issuer": _issuer(claims),
        "validFrom": issued,
        "awardedDate": issued,
        "credentialSubject": _subject(claims),
        "credentialStatus": _status(claims),
        "credentialSchema": [{"id": _SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }
    if claims.valid_until is not None:
        document["validUntil"] = instant(claims.valid_until)
    return document


def _issuer(claims: Claims) -> dict[str, Any]:
    profile: dict[str, Any] = {
        "id": issuer_did(claims.public_url, claims.issuer_slug),
        "type": ["Profile"],
        "name": claims.issuer_name,
        "url": claims.public_url,
    }
    if claims.issuer_email:
        profile["email"] = claims.issuer_email
    return profile


def _subject(claims: Claims) -> dict[str, Any]:
    return {
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "identityType": "name",
                "hashed": False,
                "identityHash": claims.holder_name,
                "salt": "not-used",
            }
        ],
        "licenseNumber": claims.number,
        "narrative": holder_narrative(claims),
        # A day of Open Badges is an instant: midnight UTC has the same date in Warsaw.
        "activityEndDate": f"{claims.completed_on.isoformat()}T00:00:00Z",
        "achievement": _achievement(claims),
        "result": [{"type": ["Result"], "resultDescription": f"{claims.program_url}#wynik", "status": "Completed"}],
    }


def _achievement(claims: Claims) -> dict[str, Any]:
    return {
        "id": claims.program_url,
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "inLanguage": claims.language,
        "humanCode": claims.program_id,
        "version": claims.program_version,
        "name": claims.program_title,
        "description": claims.description,
        "criteria": {"id": claims.program_url, "narrative": criteria_narrative(claims)},
        "resultDescription": [
            {
                "id": f"{claims.program_url}#wynik",
                "type": ["ResultDescription"],
                "name": "Ukończenie programu",
                "resultType": "Status",
            }
        ],
    }


def _status(claims: Claims) -> dict[str, Any]:
    url = status_list_url(claims.public_url, claims.issuer_slug, claims.status_list)
    return {
        "id": f"{url}#{claims.status_index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(claims.status_index),
        "statusListCredential": url,
    }


_TEMPLATES = {1: _first_template}
