"""What people say about themselves: the name on their certificates, their language, the letters they want."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session

from lms_core.domain.errors import Conflict, Invalid, Refused
from lms_core.domain.permissions import Actor
from lms_core.domain.sentences import say
from lms_core.models import Accommodation, Credential, Person
from lms_core.services import audit, passwords, people
from lms_core.services.audit import Deed

LANGUAGES = ("pl", "en")
SELF_DECLARED = "self_declared"
ON_CERTIFICATE = say(
    "To imię i nazwisko jest już na Twoim zaświadczeniu, a wydanego dokumentu nie da się zmienić. Napisz do wystawcy: "
    "podaj numer zaświadczenia i poprawne dane. Wystawca sprawdzi je i powie, jak dostać nowe zaświadczenie."
)


@dataclass(frozen=True, slots=True)
class Profile:
    """`identity` and `name_confirmed_at` say who confirmed the name and when (None: nobody yet).

    `awarded` says whether a certificate bears the name: then only its issuer can mend it.
    """

    name: str
    email: str
    identity: str
    name_confirmed_at: datetime | None
    language: str
    reminders: bool
    awarded: bool


@dataclass(frozen=True, slots=True)
class Preferences:
    language: str
    reminders: bool


@dataclass(frozen=True, slots=True)
class Examinee:
    """What matters of a person before an exam: how much longer it may take, in per cent of the limit, and their name.

    `name_to_confirm` is the name that nobody confirmed and no certificate bears yet; None when there is nothing to ask.
    """

    extra_percent: int
    name_to_confirm: str | None


def of(session: Session, *, actor: Actor) -> Profile:
    awarded = exists().where(Credential.person_id == Person.id)
    columns = (Person.name, Person.email, Person.identity, Person.name_confirmed_at, Person.language, Person.reminders)
    return Profile(*session.execute(select(*columns, awarded).where(Person.id == actor.person_id)).one())


def examinee(session: Session, person_id: int) -> Examinee:
    asked = Person.name_confirmed_at.is_(None) & ~exists().where(Credential.person_id == Person.id)
    extra = func.coalesce(Accommodation.extra_percent, 0)
    query = (
        select(extra, case((asked, Person.name)))
        .outerjoin(Accommodation, Accommodation.person_id == Person.id)
        .where(Person.id == person_id)
    )
    return Examinee(*session.execute(query).one())


def confirm_name(session: Session, shown: str, *, actor: Actor, now: datetime) -> None:
    """Confirm the name that the page showed; one that is confirmed already stays as it is.

    Raises `Conflict` when it is not the name any more.
    """
    person = passwords.locked(session, actor.person_id)
    if person.name != shown:
        raise Conflict("name", say("Imię i nazwisko zmieniło się w międzyczasie. Sprawdź je jeszcze raz."))
    if person.name_confirmed_at is None:
        person.name_confirmed_at = now
        _record(session, "name.confirmed", actor, now=now)


def change_name(session: Session, raw: str, *, actor: Actor, now: datetime) -> None:
    """Change one's own name and so confirm it; what somebody else confirmed before is confirmed no more.

    Raises `Invalid` for a bad name, `Refused` when a certificate bears the old one. An award waits for the person's
    row, so that no certificate comes between.
    """
    name = people.checked_name(raw)
    person = passwords.locked(session, actor.person_id)
    if person.name == name:
        confirm_name(session, name, actor=actor, now=now)
        return
    if session.scalar(select(exists().where(Credential.person_id == person.id))):
        raise Refused("name", ON_CERTIFICATE)
    before = person.identity
    person.name, person.identity, person.name_confirmed_at = name, SELF_DECLARED, now
    _record(session, "name.changed", actor, now=now, identity=before)


def choose(session: Session, wanted: Preferences, *, actor: Actor) -> None:
    """Keep the language and whether reminders are wanted; raise `Invalid` for a language that we do not have."""
    if wanted.language not in LANGUAGES:
        raise Invalid("language", say("Wybierz język z listy."))
    person = passwords.locked(session, actor.person_id)
    person.language, person.reminders = wanted.language, wanted.reminders


def _record(session: Session, act: str, actor: Actor, *, now: datetime, **detail: object) -> None:
    deed = Deed(act, "person", str(actor.person_id), people.default_organisation(session), actor.person_id)
    audit.record(session, deed, now=now, detail=detail)
