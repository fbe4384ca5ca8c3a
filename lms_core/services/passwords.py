"""Passwords: argon2id with OWASP's smallest setting (19 MiB, two passes), about 30 ms each."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lms_core.domain.errors import Invalid

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
SHORTEST, LONGEST = 12, 200
NOBODYS_HASH = HASHER.hash(secrets.token_urlsafe())
CLEAR_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS = 4
LETTERS_IN_GROUP = 4


def hashed(password: str) -> str:
    """Return the hash to keep; raise `Invalid` for a password that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid("password", f"Hasło ma mieć od {SHORTEST} do {LONGEST} znaków.")
    return HASHER.hash(password)


def holds(known: str | None, password: str) -> bool:
    """Say whether this is the password; for nobody's (None) it takes the same work and is never."""
    try:
        return HASHER.verify(known or NOBODYS_HASH, password[:LONGEST]) and known is not None
    except (VerificationError, InvalidHashError):
        return False


def generated() -> str:
    """Return a password of letters and digits that can be told over the telephone (79 random bits)."""
    groups = ("".join(secrets.choice(CLEAR_LETTERS) for _ in range(LETTERS_IN_GROUP)) for _ in range(GROUPS))
    return "-".join(groups)
