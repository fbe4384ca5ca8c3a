"""One's own certificates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import Response, url_for
from marshmallow import fields

from certificates.qr import verification_link
from lms_core.installation import here
from lms_core.services import certificates
from lms_core.services.certificates import CertificateCard, Issued
from lms_core.services.tokens import Scope
from lms_core.web.api.access import needs
from lms_core.web.api.contract import ApiBlueprint
from lms_core.web.api.fields import Moment, Shown, WholeNumber
from lms_core.web.api.paging import PAGED, PageQuery, page_of
from lms_core.web.identity import require_actor

blueprint = ApiBlueprint("api_certificates", __name__, description="What one was awarded")
CREDENTIAL = "application/vc"


class CertificateCardSchema(Shown):
    """`number` and `issued_on` are null until the certificate is issued."""

    code = fields.String(metadata={"example": "7Q2M4KX9R0TBZZ01"})
    title = fields.String()
    program_title = fields.String()
    number = fields.String(allow_none=True)
    issued_on = fields.Date(allow_none=True)
    valid_until = Moment(allow_none=True)
    state = fields.String(metadata={"example": "issued"})


class CertificateSchema(Shown):
    """What the certificate says of its holder, with the addresses of its document and of its verification."""

    code = fields.String(metadata={"example": "7Q2M4KX9R0TBZZ01"})
    number = fields.String()
    state = fields.String(metadata={"example": "issued"})
    holder_name = fields.String()
    title = fields.String()
    statement = fields.String()
    disclaimer = fields.String()
    program_id = fields.String()
    program_title = fields.String()
    program_version = fields.String()
    planned_minutes = WholeNumber()
    legal_basis = fields.List(fields.String())
    law_as_of = fields.Date()
    completed_on = fields.Date()
    issued_on = fields.Date()
    valid_until = Moment(allow_none=True)
    issuer_name = fields.String()
    language = fields.String()
    document = fields.String(metadata={"description": "Address of the signed Open Badges credential"})
    verification = fields.String(metadata={"description": "What the QR code holds"})


@blueprint.get("/certificates")
@needs(Scope.CERTIFICATES_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, CertificateCardSchema(many=True), headers=PAGED)
def list_certificates(query: dict[str, int]) -> tuple[Sequence[CertificateCard], dict[str, str]]:
    """List one's own certificates, newest first."""
    filar = here()
    return page_of(certificates.mine(filar.session, filar.catalogue, actor=require_actor(), now=filar.clock()), query)


@blueprint.get("/certificates/<code>")
@needs(Scope.CERTIFICATES_READ, 404, 409)
@blueprint.response(200, CertificateSchema)
def show_certificate(code: str) -> dict[str, Any]:
    """Show one's own certificate; 409 while it is being prepared."""
    issued = _own(code)
    claims = issued.claims
    document = url_for("api_certificates.certificate_document", code=claims.code, _external=True)
    addresses = {"document": document, "verification": verification_link(claims.public_url, claims.code)}
    return asdict(claims) | {"state": issued.state} | addresses


@blueprint.get("/certificates/<code>/document")
@needs(Scope.CERTIFICATES_READ, 404, 409)
@blueprint.response(200, {"type": "object"}, content_type=CREDENTIAL)
def certificate_document(code: str) -> Response:
    """Give the signed document itself, byte for byte: an Open Badges 3.0 credential."""
    return Response(_own(code).document, content_type=CREDENTIAL)


def _own(code: str) -> Issued:
    return certificates.own(here().session, code, actor=require_actor(), now=here().clock())
