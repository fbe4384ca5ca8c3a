"""Base 58 with Bitcoin's alphabet and the multibase prefix `z` (W3C Controlled Identifiers, section 2.4)."""

from __future__ import annotations

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_LONGEST_INPUT = 256


def encode(data: bytes) -> str:
    """`z` and the base 58 letters of `data`; leading zero bytes are kept as `1`."""
    number = int.from_bytes(data, "big")
    letters = ""
    while number:
        number, value = divmod(number, 58)
        letters = _ALPHABET[value] + letters
    return "z" + "1" * (len(data) - len(data.lstrip(b"\0"))) + letters


def decode(text: str) -> bytes:
    """The bytes behind `z…`; ValueError when malformed or longer than any key or signature."""
    if not text.startswith("z") or len(text) > _LONGEST_INPUT:
        raise ValueError("not a multibase base58-btc value")
    letters = text[1:]
    number = 0
    for letter in letters:
        if letter not in _VALUES:
            raise ValueError(f"{letter!r} is no letter of base 58")
        number = number * 58 + _VALUES[letter]
    zeros = len(letters) - len(letters.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
