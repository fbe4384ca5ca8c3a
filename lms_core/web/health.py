"""Whether this process lives, and whether the installation can serve."""

from __future__ import annotations

from flask import Blueprint, jsonify
from sqlalchemy import text
from werkzeug.wrappers import Response

from lms_core.installation import here
from lms_core.web.extensions import limiter

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
@limiter.exempt
def live() -> Response:
    return jsonify({"status": "alive"})


@blueprint.get("/ready")
@limiter.exempt
def ready() -> tuple[Response, int]:
    """A database that is gone answers 503 by itself; a required plugin that is not active does so here."""
    filar = here()
    filar.session.execute(text("SELECT 1"))
    missing = filar.plugins.unready(filar.settings.required_plugins)
    plugins = {one.name: "active" if one.active else "quarantined" for one in filar.plugins.statuses}
    body = {"status": "unready" if missing else "ready", "missing_plugins": missing, "plugins": plugins}
    return jsonify(body), 503 if missing else 200
