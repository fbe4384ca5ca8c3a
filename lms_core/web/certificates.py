"""My certificates: the list, one of them, its PDF and its signed JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, render_template
from markupsafe import Markup

from certificates.codes import parse_code
from certificates.pdf import UnprintableError, render_pdf
from certificates.qr import qr_svg, verification_link
from lms_core.domain.errors import Refused
from lms_core.domain.permissions import Actor
from lms_core.domain.renewals import may_renew
from lms_core.domain.sentences import Sentence, say
from lms_core.installation import here
from lms_core.services import certificates, enrolments, renewals
from lms_core.services.certificates import Issued
from lms_core.services.renewals import Renewal
from lms_core.web.identity import require_actor
from lms_core.web.language import current, in_language

blueprint = Blueprint("certificates", __name__)
QR_LABEL = say("Kod QR z adresem strony, na której każdy może sprawdzić to zaświadczenie")


@blueprint.get("/certificates")
def mine() -> str:
    filar = here()
    found = certificates.mine(filar.session, filar.catalogue, actor=require_actor(), now=filar.clock())
    return render_template("certificates.html", certificates=found, site=filar.settings.public_url)


@blueprint.get("/certificates/<code>")
def show(code: str) -> str:
    filar, actor = here(), require_actor()
    try:
        issued = certificates.own(filar.session, code, actor=actor, now=filar.clock())
    except Refused:
        return render_template("certificate.html", certificate=_pending(code, actor), qr_svg=None, renewal=None)
    drawn = qr_svg(_link(issued), label=in_language(QR_LABEL, current()))
    svg = Markup(drawn)  # noqa: S704 - drawn by us from a code of our own alphabet
    renewal = _renewal(issued, actor)
    return render_template("certificate.html", certificate=_shown(issued), qr_svg=svg, renewal=renewal)


@blueprint.get("/certificates/<code>.pdf")
def pdf(code: str) -> Response:
    issued = certificates.own(here().session, code, actor=require_actor(), now=here().clock())
    try:
        body = render_pdf(issued.claims, issued.document.encode())
    except UnprintableError as error:  # a name was checked when it was typed; a program's text may hold anything
        raise Refused("unprintable", _unprintable(error.letters)) from None
    return _download(body, "application/pdf", f"zaswiadczenie-{issued.claims.code}.pdf")


@blueprint.get("/certificates/<code>.json")
def document(code: str) -> Response:
    issued = certificates.own(here().session, code, actor=require_actor(), now=here().clock())
    return _download(issued.document.encode(), "application/vc", f"zaswiadczenie-{issued.claims.code}.json")


def _unprintable(letters: str) -> Sentence:
    return say(
        "Tekst programu ma znak „{letters}”, którego nie da się wydrukować. "
        "Zaświadczenie jest ważne; zgłoś to wystawcy.",
        letters=letters,
    )


def _pending(code: str, actor: Actor) -> dict[str, Any]:
    """What is known before the worker has signed; the page fetches itself again."""
    filar = here()
    cards = certificates.mine(filar.session, filar.catalogue, actor=actor, now=filar.clock())
    card = next(card for card in cards if card.code == parse_code(code))
    issuer = certificates.issuer_name(filar.session)
    return asdict(card) | {"holder_name": actor.name, "issuer_name": issuer, "link": None}


def _renewal(issued: Issued, actor: Actor) -> Renewal | None:
    """Return why the program may be taken again; None also where that happened already."""
    filar = here()
    if not may_renew(issued.state, issued.claims.valid_until, now=filar.clock()):
        return None  # most are: then nothing more is asked
    latest = enrolments.by_program(filar.session, actor).get(issued.claims.program_id)
    if latest is None or latest.id != issued.enrolment_id:
        return None
    return renewals.after(filar.session, filar.catalogue, latest, now=filar.clock())


def _download(body: bytes, content_type: str, name: str) -> Response:
    return Response(body, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _link(issued: Issued) -> str:
    return verification_link(issued.claims.public_url, issued.claims.code)


def _shown(issued: Issued) -> dict[str, Any]:
    claims = issued.claims
    return {
        "code": claims.code,
        "title": claims.title,
        "program_title": claims.program_title,
        "holder_name": claims.holder_name,
        "issuer_name": claims.issuer_name,
        "number": claims.number,
        "issued_on": claims.issued_on,
        "valid_until": claims.valid_until,
        "state": issued.state,
        "link": f"{claims.public_url}/c/{claims.code}",
    }
