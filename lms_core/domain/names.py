"""People's names as they are kept, printed and hidden."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 120
LONGEST_EMAIL = 254
"""RFC 5321, section 4.5.3.1.3, less the angle brackets."""
LONGEST_RAW = 2000
"""More than anybody types; composing longer runs of accents takes quadratic time."""
UNPRINTABLE = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
ALPHABET = "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż"
INVISIBLE = "Cf"
"""Soft hyphens, byte order marks, direction marks: they come with pasted text and part no words."""


def normal_name(raw: str) -> str:
    """Return the name in NFC with single spaces; "" when nothing printable is left."""
    seen = "".join(letter for letter in raw[:LONGEST_RAW] if unicodedata.category(letter) != INVISIBLE)
    composed = unicodedata.normalize("NFC", seen)
    printable = "".join(" " if unicodedata.category(letter) in UNPRINTABLE else letter for letter in composed)
    return " ".join(printable.split())


def masked_name(name: str) -> str:
    """Return initials only ("Żaneta Gęślą-Jaźńska" -> "Ż. G.-J."), enough to compare with a paper in hand."""
    words = ([part for part in re.split(r"[-–]", word) if part] for word in name.split())
    return " ".join("-".join(f"{part[0].upper()}." for part in parts) for parts in words if parts)


def by_surname(name: str) -> tuple[tuple[int, ...], ...]:
    """Return what sorts names as a Polish index does: by the last word, then by the whole name."""
    last = name.rpartition(" ")[2]
    return tuple(tuple(_rank(letter) for letter in part.casefold()) for part in (last, name))


def _rank(letter: str) -> int:
    """A letter that Polish does not have stands where its bare form does; what is no letter comes first."""
    base = letter if letter in ALPHABET else unicodedata.normalize("NFKD", letter)[0]
    return ALPHABET.find(base) + 1


def normal_email(raw: str) -> str:
    return unicodedata.normalize("NFC", raw[:LONGEST_RAW]).strip().lower()


def is_email(text: str) -> bool:
    """Say whether the text can be an address; only a message that arrives can prove it."""
    if len(text) > LONGEST_EMAIL or any(unicodedata.category(letter) in {*UNPRINTABLE, INVISIBLE} for letter in text):
        return False
    return re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;.]+(\.[^@\s<>,;.]+)+", text) is not None
