"""The page behind the QR code: no session, no cookie, no JavaScript (design, decision 8)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from certificates.claims import Claims
from certificates.codes import grouped, parse_code
from certificates.verification import Verdict
from lms_core.domain.errors import NotFound
from lms_core.domain.names import masked_name
from lms_core.domain.sentences import Sentence, say
from lms_core.installation import here
from lms_core.services import verification
from lms_core.services.verification import Verified
from lms_core.web.brakes import brake
from lms_core.web.extensions import csrf, limiter
from lms_core.web.wording import CHECK_LABELS, CHECK_TEXTS, IDENTITY, VERDICTS, planned, validity

blueprint = Blueprint("verification", __name__)
csrf.exempt(blueprint)
LINK = re.compile(r"(?:https?://)?[^\s/?#@]+/c/([^\s/?#]+)/?(?:[?#].*)?", re.IGNORECASE)
"""What a holder shares: the address of `show`. Only its code counts, so that an old domain's links go on working."""
EMPTY = say("Wpisz kod z\u00a0zaświadczenia.")
MALFORMED = say("Kod ma 16 znaków: cyfry i litery, bez znaków I, L, O i U. Sprawdź go na zaświadczeniu.")
LONGEST_SHOWN = 200
ANY_ISSUER = "…"
PRIVATE = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A line of the certificate; `polish` is what was written in Polish for good, `compared` what to look at first."""

    label: Sentence
    value: str | date
    kind: Literal["said", "polish", "day", "code"] = "said"
    compared: bool = False
    version: str = ""


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
    text = request.args.get("code")
    if text is None:
        return _form("")
    link = LINK.fullmatch(text.strip())
    code = parse_code(link[1] if link else text)
    if code is None:
        return _form(text[:LONGEST_SHOWN], MALFORMED if text.strip() else EMPTY), 422
    return redirect(url_for("verification.show", code=code))


def _form(text: str, error: str | None = None) -> str:
    key_at = f"{here().signing.public_url}/i/{ANY_ISSUER}/did.json"
    return render_template("verify_form.html", code=text, error=error, key_at=key_at)


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


def _fields(verified: Verified) -> list[Field]:
    """Everything that the paper prints, the name masked; of an erased one only what is left."""
    claims = verified.claims
    fields = _printed(claims) if claims else [_number(verified.number), _issuer(verified.issuer_name)]
    if verified.revoked_at and verified.verification.verdict is Verdict.REVOKED:
        fields.append(Field(say("Unieważniono"), verified.revoked_at, "day"))
    return fields


def _printed(claims: Claims) -> list[Field]:
    return [
        Field(say("Dokument"), claims.title, "polish"),
        Field(say("Imię i nazwisko (inicjały)"), masked_name(claims.holder_name), compared=True),
        Field(say("Program"), claims.program_title, "polish", compared=True, version=claims.program_version),
        _number(claims.number),
        Field(say("Ważność"), validity(claims), compared=True),
        Field(say("Tożsamość"), IDENTITY[claims.identity_level]),
        Field(say("Treść"), claims.statement, "polish"),
        Field(say("Wymiar programu"), planned(claims)),
        Field(say("Wynik"), say("zaliczono")),
        Field(say("Tło prawne programu"), "; ".join(claims.legal_basis), "polish"),
        Field(say("Stan prawny"), say("na\u00a0{day}", day=claims.law_as_of)),
        Field(say("Data ukończenia"), claims.completed_on, "day"),
        Field(say("Data wydania"), claims.issued_on, "day"),
        _issuer(claims.issuer_name),
        Field(say("Czym to zaświadczenie nie jest"), claims.disclaimer, "polish"),
        Field(say("Kod"), grouped(claims.code), "code"),
    ]


def _number(number: str) -> Field:
    return Field(say("Numer"), number, compared=True)


def _issuer(name: str) -> Field:
    return Field(say("Wystawca"), name)
