"""What verifiers' software fetches: DID documents and status lists. Public, cacheable, cookieless."""

from __future__ import annotations

import hashlib
import json

from flask import Blueprint, Response, request

from lms_core.installation import here
from lms_core.services import issuers, status_lists
from lms_core.web.extensions import limiter

blueprint = Blueprint("issuers", __name__, url_prefix="/i/<slug:slug>")


@blueprint.get("/did.json")
@limiter.exempt
def did(slug: str) -> Response:
    document = issuers.did_of(here().session, here().signing, slug)
    return _public(json.dumps(document, ensure_ascii=False), "application/did+json", max_age=3600)


@blueprint.get("/status/<int(max=2147483647):number>")
@limiter.exempt
def status_list(slug: str, number: int) -> Response:
    return _public(status_lists.published(here().session, slug, number), "application/vc+json", max_age=300)


def _public(body: str, content_type: str, *, max_age: int) -> Response:
    response = Response(body, content_type=content_type)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = f"public, max-age={max_age}, stale-if-error=86400"
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
    response.make_conditional(request)
    return response
