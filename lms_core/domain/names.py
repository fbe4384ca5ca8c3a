"""People's names as they are kept, printed and hidden."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 120
LONGEST_EMAIL = 254
"""RFC 5321, section 4.5.3.1.3, less the angle brackets."""
UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def normal_name(raw: str) -> str:
    """Return the name in NFC with single spaces; "" when nothing printable is left."""
    composed = unicodedata.normalize("NFC", raw)
    printable = "".join(" " if unicodedata.category(letter) in UNPRINTABLE else letter for letter in composed)
    return " ".join(printable.split())


def masked_name(name: str) -> str:
    """Return initials only ("Żaneta Gęślą-Jaźńska" -> "Ż. G.-J."), enough to compare with a paper in hand."""
    words = [re.split(r"[-–]", word) for word in name.split()]
    return " ".join("-".join(f"{part[0].upper()}." for part in parts if part) for parts in words)


def normal_email(raw: str) -> str:
    return unicodedata.normalize("NFC", raw).strip().casefold()


def is_email(text: str) -> bool:
    """Say whether the text can be an address; only a message that arrives can prove it."""
    return len(text) <= LONGEST_EMAIL and re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;.]+(\.[^@\s<>,;.]+)+", text) is not None
