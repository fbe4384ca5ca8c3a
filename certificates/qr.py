"""The QR code: upper-case address in alphanumeric mode, level M, fixed mask, drawn as one SVG path."""

from __future__ import annotations

import re
from html import escape

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from certificates.did import host_of

QUIET_ZONE = 4
"""Empty modules on every side (ISO/IEC 18004, section 6.3.8)."""

_MASK = 2
_SEGMENTS = re.compile(r"(?P<alphanumeric>[0-9A-Z $%*+./:-]+)|[^0-9A-Z $%*+./:-]+")


def verification_link(public_url: str, code: str) -> str:
    """`HTTPS://HOST/C/CODE`: scheme and host read the same in capitals, and fewer modules make larger ones."""
    host = host_of(public_url)
    scheme = public_url.partition("://")[0]
    return f"{scheme}://{host}/c/{code}".upper()


def qr_matrix(link: str) -> list[list[bool]]:
    """Rows of modules, True for dark, without the quiet zone."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=_MASK)
    for segment in _SEGMENTS.finditer(link):
        mode = MODE_ALPHA_NUM if segment["alphanumeric"] else MODE_8BIT_BYTE
        code.add_data(QRData(segment[0].encode(), mode=mode), optimize=0)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def qr_svg(link: str, *, label: str) -> str:
    """An SVG whose units are modules, with its own white box; `label` is what a screen reader says."""
    matrix = qr_matrix(link)
    side = len(matrix) + 2 * QUIET_ZONE
    path = "".join(_row_path(row, number + QUIET_ZONE) for number, row in enumerate(matrix))
    words = escape(label, quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" aria-label="{words}"'
        f' shape-rendering="crispEdges"><title>{words}</title>'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{path}"/></svg>'
    )


def _row_path(row: list[bool], top: int) -> str:
    """One rectangle for each run of dark modules."""
    runs = re.finditer("#+", "".join("#" if dark else " " for dark in row))
    return "".join(
        f"M{run.start() + QUIET_ZONE} {top}h{run.end() - run.start()}v1h-{run.end() - run.start()}z" for run in runs
    )
