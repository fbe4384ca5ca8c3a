"""Passwords: argon2id with OWASP's smallest setting (19 MiB, two passes), about 30 ms each."""

from __future__ import annotations

import os
import re
import secrets
import unicodedata
from datetime import datetime
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms_core.domain.errors import Invalid
from lms_core.domain.sentences import say
from lms_core.mail import Letter, is_deliverable
from lms_core.models import ApiToken, PasswordReset, Person
from lms_core.services import letters
from lms_core.transaction import Later

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
AT_ONCE = BoundedSemaphore(os.cpu_count() or 1)
"""More at once than there are processors would be no sooner done, and each takes its 19 MiB."""
SHORTEST, LONGEST = 12, 200
NOBODYS_HASH = HASHER.hash(secrets.token_urlsafe())
STAMP_BYTES = 16
CLEAR_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS = 4
LETTERS_IN_GROUP = 4
FEWEST_DIFFERENT = 5
COMMON = frozenset(
    [
        "admin",
        "administrator",
        "asdfgh",
        "asdfghjkl",
        "changeme",
        "dupadupa",
        "filar",
        "haslo",
        "iloveyou",
        "kochamcie",
        "letmein",
        "mojehaslo",
        "niewiem",
        "nowehaslo",
        "ochronaludnosci",
        "osp",
        "p@ssw0rd",
        "p@ssword",
        "passw0rd",
        "password",
        "polska",
        "polskagurom",
        "q1w2e3r4t5y6",
        "qazwsxedc",
        "qwerty",
        "qwertyuiop",
        "strazpozarna",
        "superman",
        "szkolenie",
        "tajne",
        "tajnehaslo",
        "trudnehaslo",
        "trustno1",
        "welcome",
        "witaj",
        "zaq12wsx",
        "zaq1@wsx",
        "zaqwsx",
        "1q2w3e4r5t6y",
        "1qaz2wsx",
        "abc123",
        "abcdefgh",
        "abcdefghijkl",
        "zxcvbnm",
        "123456",
        "12345678",
        "123456789",
        "1234567890",
        "12345678901",
        "123456789012",
        "1234567890123",
        "12345678901234",
        "123456789012345",
        "1234567890123456",
        "0123456789",
        "012345678901",
        "098765432109",
        "112233445566",
        "9876543210",
        "987654321098",
    ]
)
"""What is tried first: long enough alone, repeated, or with digits around it."""
TOO_EASY = say("To hasło jest zbyt łatwe do odgadnięcia. Najlepsze jest kilka słów, których nikt nie połączy z Tobą.")
NOTICE = "send_password_notice"
NOTICE_SUBJECT = "Hasło do serwisu Filar zostało zmienione"
NOTICE_BODY = """\
Dzień dobry,

hasło do Twojego konta w serwisie {site}
zostało zmienione, a wszystkie inne urządzenia wylogowane.

Jeśli to Twoja zmiana albo wynika z prośby do osoby administrującej,
nic nie trzeba robić.

Jeśli nie – ustaw od razu nowe hasło:

{link}

i zawiadom osobę administrującą serwisem.

Ta wiadomość została wysłana automatycznie; nikt nie czyta odpowiedzi.
"""


def hashed(password: str, *, known_as: tuple[str, ...] = ()) -> str:
    """Return the hash to keep; raise `Invalid` for a password of a bad length or one that is easily guessed.

    `known_as`: the person's name and address, which are no passwords.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid("password", say("Hasło ma mieć od {least} do {most} znaków.", least=SHORTEST, most=LONGEST))
    if _is_easy(password, known_as):
        raise Invalid("password", TOO_EASY)
    with AT_ONCE:
        return HASHER.hash(_same_everywhere(password))


def holds(known: str | None, password: str) -> bool:
    """Say whether this is the password; for nobody's (None) it takes the same work and is never."""
    try:
        with AT_ONCE:
            fits = HASHER.verify(known or NOBODYS_HASH, _same_everywhere(password[:LONGEST]))
    except (VerificationError, InvalidHashError):
        return False
    return fits and known is not None and len(password) <= LONGEST


def generated() -> str:
    """Return a password of letters and digits that can be told over the telephone (79 random bits)."""
    groups = ("".join(secrets.choice(CLEAR_LETTERS) for _ in range(LETTERS_IN_GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def new_stamp() -> str:
    """Return what a session cookie must carry from now on."""
    return secrets.token_hex(STAMP_BYTES)


def locked(session: Session, person_id: int) -> Person:
    """Return the person, whose password nobody else changes until the end of the transaction."""
    return session.get_one(Person, person_id, with_for_update=True)


def replace(session: Session, person: Person, password: str, *, now: datetime, later: Later) -> None:
    """Set a new password: every session ends, no link sent earlier opens anything, and the owner is told by e-mail."""
    person.password_hash = hashed(password, known_as=(person.name, person.email))
    person.session_stamp = new_stamp()
    unused = PasswordReset.person_id == person.id, PasswordReset.used_at.is_(None)
    session.execute(update(PasswordReset).where(*unused).values(used_at=now))
    letters.ask(session, NOTICE, person.id, now=now, later=later)


def revoke_tokens(session: Session, person_id: int, *, now: datetime) -> None:
    """End the person's API tokens: who was in the account may have made one."""
    live = ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None)
    session.execute(update(ApiToken).where(*live).values(revoked_at=now))


def notice(session: Session, person_id: int, *, public_url: str) -> Letter | None:
    """Write to the owner that the password was changed; a stranger who changed it cannot stop this letter."""
    person = session.scalar(select(Person).where(Person.id == person_id, Person.active))
    if person is None or not is_deliverable(person.email):
        return None
    link = f"{public_url}/password/reset"
    return Letter(person.email, NOTICE_SUBJECT, NOTICE_BODY.format(site=public_url, link=link))


def _same_everywhere(password: str) -> str:
    """Keyboards compose letters in different ways (NIST SP 800-63B, 5.1.1.2); half an emoji is no letter at all."""
    return unicodedata.normalize("NFKC", password).encode(errors="replace").decode()


def _is_easy(password: str, known_as: tuple[str, ...]) -> bool:
    if len(set(password)) < FEWEST_DIFFERENT:
        return True
    own = {_bare(one) for text in known_as for one in (text, text.partition("@")[0], " ".join(reversed(text.split())))}
    bare = _bare(password)
    return not {bare, _once(bare), _once(bare.strip("0123456789"))}.isdisjoint(COMMON | own)


def _bare(text: str) -> str:
    """`Żaneta Gęślą-Jaźńska` -> `zanetageslajaznska`."""
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("ł", "l")
    return "".join(letter for letter in plain if letter.isalnum() or letter == "@")


def _once(text: str) -> str:
    """`haslohaslo` -> `haslo`."""
    repeated = re.fullmatch(r"(.+?)\1+", text)
    return repeated.group(1) if repeated else text
