"""The page behind the QR code: no session, no cookie, no JavaScript (design, decision 8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from certificates import wording
from certificates.claims import Claims
from certificates.codes import grouped, parse_code
from certificates.verification import Verdict
from lms_core.domain.errors import NotFound
from lms_core.domain.names import masked_name
from lms_core.installation import here
from lms_core.services import verification
from lms_core.services.verification import Verified
from lms_core.web.brakes import brake
from lms_core.web.extensions import csrf, limiter
from lms_core.web.filters import warsaw_date
from lms_core.web.wording import CHECK_LABELS, CHECK_TEXTS, VERDICTS

blueprint = Blueprint("verification", __name__)
csrf.exempt(blueprint)
MALFORMED = "Kod ma 16 znaków: cyfry i litery, bez znaków I, L, O i U. Sprawdź go na zaświadczeniu."
PRIVATE = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@blueprint.get("/C/<code>")  # as the QR code has it, in capitals
@blueprint.get("/c/<code>")
@brake("60 per minute")
def show(code: str) -> Response:
    filar, now = here(), here().clock()
    try:
        verified = verification.verify(filar.session, code, filar.signing, now=now)
    except NotFound:  # a verdict too, and the same one whatever was wrong with the code
        return make_response(render_template("verify.html", verification=_said(Verdict.UNKNOWN, now=now)), 404)
    return make_response(render_template("verify.html", verification=_shown(verified, now=now)))


@blueprint.get("/verify")
@limiter.limit("60 per minute")
def form() -> str | tuple[str, int] | Response:
    text = request.args.get("code", "")
    if not text.strip():
        return render_template("verify_form.html", code="", error=None)
    code = parse_code(text)
    if code is None:
        return render_template("verify_form.html", code=text[:40], error=MALFORMED), 422
    return redirect(url_for("verification.show", code=code))


@blueprint.after_request
def keep_private(response: Any) -> Any:
    for name, value in PRIVATE.items():
        response.headers[name] = value
    return response


def _shown(verified: Verified, *, now: datetime) -> dict[str, Any]:
    judged = verified.verification
    checks = [
        {"label": CHECK_LABELS[check.name], "state": check.result, "text": CHECK_TEXTS[check.name, check.result]}
        for check in judged.checks
    ]
    return _said(judged.verdict, now=now) | {"fields": _fields(verified), "checks": checks}


def _said(verdict: Verdict, *, now: datetime) -> dict[str, Any]:
    said = VERDICTS[verdict]
    return {
        "verdict": verdict.value,
        "tone": said.tone,
        "headline": said.headline,
        "explanation": said.explanation,
        "fields": [],
        "checks": [],
        "checked_at": now,
    }


def _fields(verified: Verified) -> list[tuple[str, str]]:
    """Everything that the paper prints, the name masked; of an erased one only what is left."""
    claims, fields = verified.claims, [("Numer", verified.number), ("Wystawca", verified.issuer_name)]
    if claims is not None:
        fields = _printed(claims)
    if verified.revoked_at and verified.verification.verdict is Verdict.REVOKED:
        fields.append(("Unieważniono", warsaw_date(verified.revoked_at)))
    return fields


def _printed(claims: Claims) -> list[tuple[str, str]]:
    return [
        ("Dokument", claims.title),
        ("Imię i nazwisko (inicjały)", masked_name(claims.holder_name)),
        ("Program", f"{claims.program_title} (wersja {claims.program_version})"),
        ("Numer", claims.number),
        ("Ważność", wording.validity(claims)),
        ("Tożsamość", wording.identity(claims)),
        ("Treść", claims.statement),
        ("Wymiar programu", wording.planned(claims)),
        ("Wynik", "zaliczono"),
        ("Tło prawne programu", "; ".join(claims.legal_basis)),
        ("Stan prawny", wording.law(claims)),
        ("Data ukończenia", wording.long_date(claims.completed_on)),
        ("Data wydania", wording.long_date(claims.issued_on)),
        ("Wystawca", claims.issuer_name),
        ("Czym to zaświadczenie nie jest", claims.disclaimer),
        ("Kod", grouped(claims.code)),
    ]
