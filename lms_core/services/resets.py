"""A new password by e-mail. Asking costs the same and answers the same, whether the address is somebody's or not."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from lms_core.domain.errors import Invalid, NotFound
from lms_core.domain.names import is_email, normal_email
from lms_core.domain.sentences import say
from lms_core.mail import Letter, is_deliverable
from lms_core.models import PasswordReset, Person
from lms_core.services import audit, letters, passwords, people
from lms_core.services.audit import Deed
from lms_core.transaction import Later

LASTS = timedelta(hours=1)
INVITATION_LASTS = timedelta(days=14)
INVITED = "i."
"""Begins the token of an invitation, so that the token itself says how long it works: nobody can make one of ours."""
MOST_AN_HOUR = 5
"""Letters to one person: who asks from many addresses can neither flood a mailbox nor kill its last link for ever."""
TOKEN_BYTES = 32
KEPT = INVITATION_LASTS + timedelta(days=1)
JOB = "send_password_reset"
SUBJECT = "Nowe hasło do serwisu Filar"
BODY = """\
Dzień dobry,

ktoś – być może Ty – chce ustawić nowe hasło do konta o tym adresie
w serwisie {site}.

Aby ustawić nowe hasło, otwórz ten odnośnik:

{link}

Odnośnik działa przez godzinę i tylko raz. Jeśli przyszło kilka takich
wiadomości, działa odnośnik z najnowszej.

Jeśli prośba nie pochodzi od Ciebie, nic nie trzeba robić: hasło się
nie zmieniło. Nikomu nie przekazuj tej wiadomości.

Ta wiadomość została wysłana automatycznie; nikt nie czyta odpowiedzi.
"""


def ask(session: Session, email: str, *, now: datetime, later: Later) -> None:
    """Note that somebody asked; the job decides whether a letter goes out. Raises `Invalid` for what is no address."""
    address = normal_email(email)
    if not is_email(address):
        raise Invalid("email", say("Podaj adres e-mail w postaci nazwa@domena.pl."))
    person_id = session.scalar(select(Person.id).where(Person.email == address))
    reset = PasswordReset(person_id=person_id, requested_at=now)
    session.add(reset)
    session.flush()
    letters.ask(session, JOB, reset.id, now=now, later=later)


def letter(session: Session, reset_id: int, *, public_url: str, now: datetime) -> Letter | None:
    """Make the token, keep its hash, kill the earlier ones; None when no letter is due (any more)."""
    reset = session.get(PasswordReset, reset_id)
    if reset is None or reset.person_id is None or not _is_wanted(reset, now=now):
        return None
    person = passwords.locked(session, reset.person_id)
    if not person.active or not is_deliverable(person.email) or is_too_many(session, reset, now=now):
        return None
    body = BODY.format(site=public_url, link=new_link(session, reset, public_url=public_url))
    return Letter(person.email, SUBJECT, body)


def new_link(session: Session, reset: PasswordReset, *, public_url: str, kind: str = "") -> str:
    """Make the one link that works from now on; it begins with `kind`. The caller has locked the person."""
    token = kind + secrets.token_urlsafe(TOKEN_BYTES)
    others = PasswordReset.person_id == reset.person_id, PasswordReset.id != reset.id
    session.execute(update(PasswordReset).where(*others).values(token_hash=None))
    reset.token_hash = _hashed(token)
    return f"{public_url}/password/reset/{token}"


def mark_sent(session: Session, reset_id: int, *, now: datetime) -> None:
    session.execute(update(PasswordReset).where(PasswordReset.id == reset_id).values(sent_at=now))


def is_open(session: Session, token: str, *, now: datetime) -> bool:
    """Say whether the token still opens something."""
    return _person_of(session, token, now=now) is not None


def use(session: Session, token: str, password: str, *, now: datetime, later: Later) -> None:
    """Set the password of the token's person, end their sessions, tokens and every other reset of theirs.

    Raises `NotFound` for an unknown, used or old token, `Invalid` for a bad password: then the token stays good.
    """
    person_id = _person_of(session, token, now=now)
    person = passwords.locked(session, person_id) if person_id is not None else None
    if person is None or not _take(session, token, now=now):
        raise NotFound("reset", say("Ten odnośnik już nie działa."))
    passwords.replace(session, person, password, now=now, later=later)
    passwords.revoke_tokens(session, person.id, now=now)
    deed = Deed("password.reset", "person", str(person.id), people.default_organisation(session), person.id)
    audit.record(session, deed, now=now)


def forget_old(session: Session, *, now: datetime) -> None:
    session.execute(delete(PasswordReset).where(PasswordReset.requested_at < now - KEPT))


def _is_wanted(reset: PasswordReset, *, now: datetime) -> bool:
    return reset.sent_at is None and reset.used_at is None and reset.requested_at > now - LASTS


def is_too_many(session: Session, reset: PasswordReset, *, now: datetime) -> bool:
    """A later request is served instead of this one; five letters within an hour are enough."""
    mine = PasswordReset.person_id == reset.person_id
    newest = session.scalars(select(func.max(PasswordReset.id)).where(mine)).one()
    lately = select(func.count()).select_from(PasswordReset).where(mine, PasswordReset.sent_at > now - LASTS)
    return newest != reset.id or session.scalars(lately).one() >= MOST_AN_HOUR


def _person_of(session: Session, token: str, *, now: datetime) -> int | None:
    query = (
        select(Person.id)
        .join(PasswordReset, PasswordReset.person_id == Person.id)
        .where(*_good(token, now=now), Person.active)
    )
    return session.scalar(query)


def _take(session: Session, token: str, *, now: datetime) -> bool:
    """Use the token up. Of two at once, one gets it: the person's row is locked."""
    taken = update(PasswordReset).where(*_good(token, now=now)).values(used_at=now).returning(PasswordReset.id)
    return session.scalar(taken) is not None


def _good(token: str, *, now: datetime) -> tuple[ColumnElement[bool], ...]:
    lasts = INVITATION_LASTS if token.startswith(INVITED) else LASTS
    not_old = PasswordReset.requested_at > now - lasts
    return PasswordReset.token_hash == _hashed(token), PasswordReset.used_at.is_(None), not_old


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
