"""Numbers as people in Poland type them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

SPACES = re.compile(r"[\s\u00a0\u202f]+")
NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,15})?")


def read_number(text: str, unit: str | None = None) -> Decimal | None:
    """Return the number of "12,5", "1 200", "−5" or "12,5 km" (the unit of the item); None when it is no number."""
    plain = _compared(text).removesuffix(_compared(unit or "")).replace("\u2212", "-").replace("\u2013", "-")
    return Decimal(plain.replace(",", ".")) if NUMBER.fullmatch(plain) else None


def _compared(text: str) -> str:
    """Without spaces, in one case, composed: the micro sign and the letter mu are one unit to people."""
    return SPACES.sub("", unicodedata.normalize("NFC", text).casefold())


def shown_number(text: str) -> str:
    """Return a decimal text with a Polish comma."""
    return text.replace(".", ",")


def points_text(points: float) -> str:
    """Return points without needless zeros: "7", "3,5", "0,33"."""
    return shown_number(f"{round(points, 2):g}")
