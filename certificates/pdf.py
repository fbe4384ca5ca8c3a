"""The paper: one A4 page by Typst as PDF/A-3a and PDF/UA-1, with the signed credential attached."""

from __future__ import annotations

import json
import re
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certificates import wording
from certificates.claims import Claims
from certificates.codes import grouped
from certificates.credential import credential_id
from certificates.qr import qr_svg, verification_link

if TYPE_CHECKING:
    import typst

_HERE = Path(__file__).parent
_TEMPLATES = {1: (_HERE / "templates" / "certificate-1.typ").read_bytes()}
_STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]
_PROBE = b'#set document(title: "-")\n#set text(font: "Lato", fallback: false)\n#sys.inputs.text'
_NO_GLYPH = re.compile(r'the text `"(?P<letters>.*)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
# Typst writes the page tree first, before any text of ours. Where it should not, the fitted page is drawn: only slower.
_ONE_PAGE = re.compile(rb"%PDF-1\.7\n%[\x80-\xff]{4}\n\n1 0 obj\n<</Type/Pages/Count 1/")
_ONE_AT_A_TIME = threading.Lock()


def render_pdf(claims: Claims, document: bytes) -> bytes:
    """The certificate as PDF, with `document` (UTF-8 JSON) attached byte for byte as `credential.json`.

    The same arguments give the same bytes for one release of Typst. ValueError names the letter that the
    typeface does not have, or says that there is no such template.
    """
    if claims.template not in _TEMPLATES:
        raise ValueError(f"there is no certificate template {claims.template}")
    inputs = {
        "facts": json.dumps(_facts(claims), ensure_ascii=False),
        "document": document.decode(),
        "qr": qr_svg(verification_link(claims.public_url, claims.code), label="QR"),
    }
    source, timestamp = _TEMPLATES[claims.template], int(claims.issued_at.timestamp())
    pdf = _compile(source, {**inputs, "layout": "plain"}, timestamp=timestamp)
    if _ONE_PAGE.match(pdf):
        return pdf
    return _compile(source, {**inputs, "layout": "fitted"}, timestamp=timestamp)


def missing_letter(text: str) -> str | None:
    """The first letter of `text` that cannot be printed on a certificate, None when all can."""
    try:
        _compile(_PROBE, {"text": text}, timestamp=0)
    except UnprintableError as error:
        return error.letters
    return None


class UnprintableError(ValueError):
    """The typeface has no shape for `letters`."""

    def __init__(self, letters: str) -> None:
        super().__init__(f"the typeface of the certificate has no letter {letters!r}")
        self.letters = letters


@cache
def _compiler() -> typst.Compiler:
    """Make the compiler with our fonts when the first paper is asked for: a process that prints nothing saves both."""
    import typst  # noqa: PLC0415

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_HERE / "fonts")])
    return typst.Compiler(font_paths=fonts, ignore_system_fonts=True)


def _compile(source: bytes, inputs: dict[str, str], *, timestamp: int) -> bytes:
    try:
        with _ONE_AT_A_TIME:
            pdf = _compiler().compile(
                input=source, format="pdf", sys_inputs=inputs, pdf_standards=_STANDARDS, timestamp=timestamp
            )
    except RuntimeError as error:  # typst.TypstError
        missing = _NO_GLYPH.search(str(getattr(error, "message", "")))
        if missing is None:
            raise
        raise UnprintableError(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), missing["letters"])) from None
    if not isinstance(pdf, bytes):
        raise TypeError("Typst returned no PDF")
    return pdf


def _facts(claims: Claims) -> dict[str, Any]:
    return {
        "title": claims.title,
        "language": claims.language,
        "number": claims.number,
        "holder_name": claims.holder_name,
        "statement": claims.statement,
        "program_title": claims.program_title,
        "version": f"wersja {claims.program_version}",
        "details": _details(claims),
        "legal_basis": claims.legal_basis,
        "disclaimer": claims.disclaimer,
        "issuer_name": claims.issuer_name,
        "address": credential_id(claims.public_url, claims.code),
        "grouped_code": grouped(claims.code),
        "check": wording.how_to_check(claims),
        "qr_alt": f"Kod QR z adresem {credential_id(claims.public_url, claims.code)}",
        "attachment_note": "Zaświadczenie w postaci elektronicznej, z podpisem (Open Badges 3.0)",
        "words": wording.PAPER,
    }


def _details(claims: Claims) -> list[tuple[str, str]]:
    return [
        ("Wymiar programu", wording.planned(claims)),
        ("Data ukończenia", wording.long_date(claims.completed_on)),
        ("Stan prawny", wording.law(claims)),
        ("Data wydania", wording.long_date(claims.issued_on)),
        ("Ważność", wording.validity(claims)),
        ("Tożsamość", wording.identity(claims)),
    ]
