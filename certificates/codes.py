"""Certificate codes: 80 random bits as 16 letters of Crockford's base 32 (no check letter)."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_BYTES = 10
CODE_LETTERS = 16
_LONGEST_INPUT = 64
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212")


def code_from_bytes(data: bytes) -> str:
    """Write 10 bytes as 16 upper-case letters; ValueError for any other length."""
    if len(data) != CODE_BYTES:
        raise ValueError(f"a code has {CODE_BYTES} bytes, not {len(data)}")
    number = int.from_bytes(data, "big")
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(5 * (CODE_LETTERS - 1), -1, -5))


def code_to_bytes(code: str) -> bytes:
    """Read 16 letters, in any form that `parse_code` knows, as 10 bytes; ValueError when malformed."""
    canonical = parse_code(code)
    if canonical is None:
        raise ValueError("a code has 16 letters of Crockford's base 32")
    number = 0
    for letter in canonical:
        number = number << 5 | _VALUES[letter]
    return number.to_bytes(CODE_BYTES, "big")


def parse_code(text: str) -> str | None:
    """Return the canonical 16 letters of what a person typed or pasted, or None; never raises.

    Either case; the letters O, I and L count as 0, 1 and 1; spaces and hyphens are dropped.
    """
    if len(text) > _LONGEST_INPUT:
        return None
    letters = [letter for letter in text if not (letter.isspace() or letter in _DASHES)]
    if len(letters) != CODE_LETTERS or not all(letter.isascii() for letter in letters):
        return None
    values = [_VALUES.get(letter.upper()) for letter in letters]
    return None if None in values else "".join(ALPHABET[value] for value in values if value is not None)


def grouped(code: str) -> str:
    """The code in groups of four, as people read it: `7Q2M-4KX9-R0TB-ZZ01`."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
