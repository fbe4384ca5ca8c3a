"""The API put together, and its OpenAPI document."""

from __future__ import annotations

import json

from flask import Blueprint, Flask, Response, current_app

from lms_core.web.api import attempts, certificates, enrolments, facts, programs, verification
from lms_core.web.api.contract import PREFIX, FilarApi
from lms_core.web.extensions import csrf, limiter

EXTENSION = "filar_openapi"
NOUNS = (programs, enrolments, attempts, facts, certificates, verification)
blueprint = Blueprint("api_document", __name__, url_prefix=PREFIX)


def install(app: Flask) -> None:
    """Register the API. `web/identity.py` asks for the CSRF token here, and only beside a session cookie."""
    api = FilarApi(app)
    for noun in NOUNS:
        csrf.exempt(noun.blueprint)
        api.register_blueprint(noun.blueprint)
    app.extensions[EXTENSION] = json.dumps(api.spec.to_dict(), ensure_ascii=False)
    app.register_blueprint(blueprint)


@blueprint.get("/openapi.json")
@limiter.limit("60 per minute")
def openapi() -> Response:
    return Response(current_app.extensions[EXTENSION], content_type="application/json")
