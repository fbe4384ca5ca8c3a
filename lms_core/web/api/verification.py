"""Is this certificate true? For everybody's programs: no token, no cookie, nothing that the paper does not print."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response
from marshmallow import fields

from certificates.verification import Verdict
from lms_core.domain.errors import NotFound
from lms_core.domain.names import masked_name
from lms_core.installation import here
from lms_core.services import verification
from lms_core.services.verification import Verified
from lms_core.web.api.contract import ApiBlueprint, refused_with
from lms_core.web.api.fields import Moment, Shown, Taken, WholeNumber
from lms_core.web.extensions import limiter

blueprint = ApiBlueprint("api_verification", __name__, description="Checking a certificate, without a token")
RATE = limiter.shared_limit("60 per minute", scope="api verification")
CODE = "7Q2M4KX9R0TBZZ01"


class CodeSchema(Taken):
    code = fields.String(required=True)


class CheckSchema(Shown):
    name = fields.String(metadata={"example": "signature"})
    result = fields.String(metadata={"example": "ok"})


class PublicSchema(Shown):
    """What the paper prints, the name as initials. Of an erased certificate only number and issuer are left."""

    number = fields.String()
    issuer_name = fields.String()
    code = fields.String(allow_none=True)
    holder_initials = fields.String(allow_none=True, metadata={"example": "Ż. G.-J."})
    identity_level = fields.String(allow_none=True)
    title = fields.String(allow_none=True)
    statement = fields.String(allow_none=True)
    disclaimer = fields.String(allow_none=True)
    program_title = fields.String(allow_none=True)
    program_version = fields.String(allow_none=True)
    planned_minutes = WholeNumber(allow_none=True)
    legal_basis = fields.List(fields.String(), allow_none=True)
    law_as_of = fields.Date(allow_none=True)
    completed_on = fields.Date(allow_none=True)
    issued_on = fields.Date(allow_none=True)
    valid_through = fields.Date(allow_none=True)
    revoked_at = Moment(allow_none=True)


class VerificationSchema(Shown):
    """`verdict` is out of a closed list; only "valid" says that everything was checked and is good.

    A code that is unknown, malformed or not issued yet has the verdict "unknown", no checks and no certificate.
    """

    verdict = fields.Enum(Verdict, by_value=True)
    checks = fields.List(fields.Nested(CheckSchema))
    certificate = fields.Nested(PublicSchema, allow_none=True)
    checked_at = Moment()


@blueprint.get("/verify/<code>")
@blueprint.doc(operationId="verify", security=[], responses=refused_with((404, 429, 503)))
@RATE
@blueprint.response(200, VerificationSchema)
def verify(code: str) -> dict[str, Any]:
    """Check the certificate of a code."""
    return _verified(code)


@blueprint.post("/verify")
@blueprint.doc(operationId="verify_posted", security=[], responses=refused_with((429, 503)))
@RATE
@blueprint.arguments(CodeSchema, example={"code": CODE})
@blueprint.response(200, VerificationSchema)
def verify_posted(body: dict[str, str]) -> dict[str, Any]:
    """Check the certificate of a code that shall stand in no log of addresses."""
    return _verified(body["code"])


@blueprint.after_request
def keep_private(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _verified(code: str) -> dict[str, Any]:
    filar, now = here(), here().clock()
    try:
        verified = verification.verify(filar.session, code, filar.signing, now=now)
    except NotFound:  # a verdict too, and the same one whatever was wrong with the code
        return _said(Verdict.UNKNOWN, now=now)
    judged = verified.verification
    return _said(judged.verdict, now=now) | {"checks": judged.checks, "certificate": _public(verified)}


def _said(verdict: Verdict, *, now: datetime) -> dict[str, Any]:
    return {"verdict": verdict, "checks": (), "certificate": None, "checked_at": now}


def _public(verified: Verified) -> dict[str, Any]:
    claims, revoked = verified.claims, verified.verification.verdict is Verdict.REVOKED
    shown: dict[str, Any] = {name: getattr(claims, name, None) for name in PublicSchema().fields}
    return shown | {
        "number": verified.number,
        "issuer_name": claims.issuer_name if claims else verified.issuer_name,
        "holder_initials": masked_name(claims.holder_name) if claims else None,
        "revoked_at": verified.revoked_at if revoked else None,
    }
