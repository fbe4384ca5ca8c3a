"""What the site declares: how accessible it is, and what it does with personal data."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, render_template

from lms_core.domain.calendar import warsaw_day
from lms_core.installation import here
from lms_core.services import issuers
from lms_core.services.registration import KEPT as REGISTRATION_KEPT
from lms_core.services.resets import KEPT as RESET_KEPT

blueprint = Blueprint("declarations", __name__)
EXAMINED_ON = date(2026, 11, 21)
"""When we last examined these pages ourselves; a publisher who examined more says so in the settings."""
CHANGED_ON = date(2026, 11, 21)
"""The last change that matters to people with disabilities."""


@blueprint.get("/accessibility")
def accessibility() -> str:
    publisher = here().settings.publisher
    return render_template(
        "accessibility.html",
        declared_on=publisher.declared_on or EXAMINED_ON,
        reviewed_on=publisher.reviewed_on or publisher.declared_on or EXAMINED_ON,
        examined_on=EXAMINED_ON,
        changed_on=CHANGED_ON,
        **_publisher(),
    )


@blueprint.get("/privacy")
def privacy() -> str:
    days = {"registration_days": REGISTRATION_KEPT.days, "reset_days": RESET_KEPT.days}
    return render_template("privacy.html", **days, **_publisher())


def _publisher() -> dict[str, Any]:
    issuer = issuers.default_issuer(here().session)
    return {
        "issuer_name": issuer.name,
        "published_on": warsaw_day(issuer.created_at),
        "site": here().settings.public_url,
        "publisher": here().settings.publisher,
    }
