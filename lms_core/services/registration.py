"""An account by e-mail. Asking answers the same and costs the same, whether the address has an account or not."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms_core.domain.errors import Conflict, NotFound
from lms_core.domain.permissions import Actor, Grant, Role
from lms_core.domain.sentences import say
from lms_core.mail import Letter
from lms_core.models import Membership, Person, Registration
from lms_core.services import audit, letters, passwords, people
from lms_core.services.audit import Deed
from lms_core.services.people import SignedIn
from lms_core.transaction import Later

LASTS = timedelta(hours=24)
WINDOW, MOST_IN_WINDOW = timedelta(hours=1), 5
"""Letters to one address: whoever asks from many places cannot flood a mailbox."""
KEPT = timedelta(days=2)
TOKEN_BYTES = 32
JOB = "send_registration"
SUBJECT = "Konto w serwisie Filar"
NEW_BODY = """\
Dzień dobry,

ktoś – być może Ty – chce założyć konto o tym adresie w serwisie
{site}.

Aby dokończyć, otwórz ten odnośnik:

{link}

Odnośnik działa przez dobę i tylko raz. Jeśli przyszło kilka takich
wiadomości, działa odnośnik z najnowszej.

Jeśli prośba nie pochodzi od Ciebie, nic nie trzeba robić: konto nie
powstanie, a ten adres usuniemy w ciągu dwóch dni.

Ta wiadomość została wysłana automatycznie; nikt nie czyta odpowiedzi.
"""
KNOWN_BODY = """\
Dzień dobry,

ktoś – być może Ty – chce założyć konto o tym adresie w serwisie
{site}. Masz już tu konto, drugiego nie trzeba.

Zaloguj się:

{sign_in}

Jeśli nie pamiętasz hasła albo jeszcze go nie masz, ustaw je tutaj:

{reset}

Jeśli prośba nie pochodzi od Ciebie, nic nie trzeba robić: na koncie nic
się nie zmieniło.

Ta wiadomość została wysłana automatycznie; nikt nie czyta odpowiedzi.
"""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What its owner gives; `name` is meant for certificates, `language` is the one of the page where it was given."""

    name: str
    password: str
    language: str = "pl"


def ask(session: Session, email: str, *, now: datetime, later: Later) -> None:
    """Note that somebody asked; the job decides which letter goes out. Raises `Invalid` for what is no address."""
    row = Registration(email=people.checked_email(email), requested_at=now)
    session.add(row)
    session.flush()
    letters.ask(session, JOB, row.id, now=now, later=later)


def letter(session: Session, registration_id: int, *, public_url: str, now: datetime) -> Letter | None:
    """Write the link that makes an account, or that there is one already; None when no letter is due (any more)."""
    row = session.get(Registration, registration_id)
    if row is None or row.sent_at or row.used_at or row.requested_at <= now - LASTS or _is_too_many(session, row, now):
        return None
    known = session.execute(select(Person.active).where(Person.email == row.email)).one_or_none()
    if known is not None:
        links = {"sign_in": f"{public_url}/sign-in", "reset": f"{public_url}/password/reset"}
        return Letter(row.email, SUBJECT, KNOWN_BODY.format(site=public_url, **links)) if known.active else None
    return Letter(row.email, SUBJECT, NEW_BODY.format(site=public_url, link=_new_link(session, row, public_url)))


def mark_sent(session: Session, registration_id: int, *, now: datetime) -> None:
    session.execute(update(Registration).where(Registration.id == registration_id).values(sent_at=now))


def address(session: Session, token: str, *, now: datetime) -> str | None:
    """Return the address that the token proves; None when it opens nothing (any more)."""
    return session.scalar(select(Registration.email).where(*_good(token, now)))


def confirm(session: Session, token: str, new: NewAccount, *, now: datetime) -> SignedIn:
    """Make the account of the token's address, a learner in the default organisation; return its owner, signed in.

    Raises `NotFound` for an unknown, used or old token, `Invalid` for a bad name or password, `Conflict` when the
    address got an account meanwhile; the token stays good but for the first.
    """
    taken = update(Registration).where(*_good(token, now)).values(used_at=now).returning(Registration.email)
    email = session.scalar(taken)
    if email is None:
        raise NotFound("registration", say("Ten odnośnik już nie działa."))
    person = Person(email=email, name=people.checked_name(new.name), name_confirmed_at=now, created_at=now)
    person.language = new.language
    person.session_stamp = passwords.new_stamp()
    person.password_hash = passwords.hashed(new.password, known_as=(person.name, email))
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:
        raise Conflict("email_taken", say("Konto o tym adresie już jest. Zaloguj się albo ustaw nowe hasło.")) from None
    return _admit(session, person, now=now)


def _admit(session: Session, person: Person, *, now: datetime) -> SignedIn:
    organisation_id = people.default_organisation(session)
    role = {"organisation_id": organisation_id, "role": Role.LEARNER}
    session.add(Membership(person_id=person.id, granted_at=now, **role))
    session.flush()
    deed = Deed("person.registered", "person", str(person.id), organisation_id, person.id)
    audit.record(session, deed, now=now)
    grants = frozenset({Grant(Role.LEARNER, organisation_id)})
    return SignedIn(Actor(person.id, person.name, person.email, grants), person.session_stamp, person.language)


def forget_old(session: Session, *, now: datetime) -> None:
    """An address that was never confirmed is nobody's business any more."""
    session.execute(delete(Registration).where(Registration.requested_at < now - KEPT))


def _is_too_many(session: Session, row: Registration, now: datetime) -> bool:
    """A later request is served instead of this one; five letters within an hour are enough."""
    same = Registration.email == row.email
    newest = session.scalars(select(func.max(Registration.id)).where(same)).one()
    lately = select(func.count()).select_from(Registration).where(same, Registration.sent_at > now - WINDOW)
    return newest != row.id or session.scalars(lately).one() >= MOST_IN_WINDOW


def _new_link(session: Session, row: Registration, public_url: str) -> str:
    """Make the one link that works from now on."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    others = Registration.email == row.email, Registration.id != row.id
    session.execute(update(Registration).where(*others).values(token_hash=None))
    row.token_hash = _hashed(token)
    return f"{public_url}/join/{token}"


def _good(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    not_old = Registration.requested_at > now - LASTS
    return Registration.token_hash == _hashed(token), Registration.used_at.is_(None), not_old


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
