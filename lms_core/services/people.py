"""People and their roles; signing in."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from certificates.pdf import missing_letter
from lms_core.database import run, table_of
from lms_core.domain.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from lms_core.domain.names import LONGEST_NAME, is_email, normal_email, normal_name
from lms_core.domain.permissions import Act, Actor, Grant, Role, Subject, can
from lms_core.domain.sentences import say
from lms_core.mail import is_deliverable
from lms_core.models import Membership, Organisation, Person
from lms_core.services import audit, passwords
from lms_core.services.audit import Deed
from lms_core.transaction import Later

PAGE = 200
UNPRINTABLE = say("Tego znaku nie da się wydrukować na zaświadczeniu: „{letters}”. Zapisz go inaczej.")
PEOPLE, MEMBERSHIPS = table_of(Person), table_of(Membership)
ACTOR_COLUMNS = (
    *(PEOPLE.c[name] for name in ("id", "name", "email")),
    *(MEMBERSHIPS.c[name] for name in ("role", "organisation_id")),
)
ACTIVE = (
    select(*ACTOR_COLUMNS, PEOPLE.c.session_stamp)
    .select_from(PEOPLE.outerjoin(MEMBERSHIPS, MEMBERSHIPS.c.person_id == PEOPLE.c.id))
    .where(PEOPLE.c.active)
)
SIGNED_IN = ACTIVE.where(PEOPLE.c.id == bindparam("person_id"))
BY_ADDRESS = ACTIVE.add_columns(PEOPLE.c.password_hash, PEOPLE.c.language).where(PEOPLE.c.email == bindparam("email"))


@dataclass(frozen=True, slots=True)
class NewPerson:
    email: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class PersonView:
    id: int
    name: str
    email: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An actor, the stamp that its session must carry, and the language chosen in the profile.

    A new password changes the stamp.
    """

    actor: Actor
    stamp: str
    language: str


def default_organisation(session: Session) -> int:
    """Return the id of the organisation that the first migration's set-up made."""
    return session.scalars(select(Organisation.id).order_by(Organisation.id).limit(1)).one()


def nobody(session: Session) -> bool:
    """Say whether the installation has no people yet."""
    return session.scalar(select(Person.id).limit(1)) is None


def ensure_organisation(session: Session, name: str, *, now: datetime) -> None:
    if session.scalar(select(Organisation.id).limit(1)) is None:
        session.add(Organisation(kind="platform", name=name, created_at=now))
        session.flush()


def authenticate(session: Session, email: str, password: str) -> SignedIn | None:
    """Return who signs in, or None: the same answer, after the same work, for a wrong address and a wrong password."""
    address = normal_email(email)
    rows = run(session, BY_ADDRESS, {"email": address}).all() if is_email(address) else []
    if not passwords.holds(rows[0].password_hash if rows else None, password) or not rows:
        return None
    return SignedIn(as_actor(rows[0], rows), rows[0].session_stamp, rows[0].language)


def signed_in(session: Session, person_id: int, stamp: str) -> Actor | None:
    """Return the actor of a session cookie in one statement; None when it was revoked."""
    rows = run(session, SIGNED_IN, {"person_id": person_id}).all()
    if not rows or not secrets.compare_digest(rows[0].session_stamp, stamp):
        return None
    return as_actor(rows[0], rows)


def as_actor(person: Any, memberships: Iterable[Any]) -> Actor:
    """Return the actor of a row with id, name and email; rows of an outer join without a role grant nothing."""
    grants = frozenset(Grant(Role(one.role), one.organisation_id) for one in memberships if one.role)
    return Actor(person.id, person.name, person.email, grants)


def add_person(session: Session, new: NewPerson, *, actor: Actor | None, now: datetime, password: str = "") -> str:
    """Add a person with one role in the default organisation; return the password to hand over.

    `actor` is None only for the command line. Raises `Invalid` for a bad name or address, `Conflict` for a known one.
    """
    organisation_id = managed_organisation(session, actor)
    name, email = checked_name(new.name), checked_email(new.email)
    password = password or passwords.generated()
    person = Person(email=email, name=name, session_stamp=passwords.new_stamp(), created_at=now)
    person.password_hash = passwords.hashed(password, known_as=(name, email))
    _insert(session, person, Conflict("email_taken", say("Ten adres e-mail jest już na liście osób.")))
    _insert_role(session, person.id, new.role, organisation_id=organisation_id, now=now)
    deed = Deed("person.added", "person", str(person.id), organisation_id, actor.person_id if actor else None)
    audit.record(session, deed, now=now, detail={"role": new.role})
    return password


def checked_name(raw: str) -> str:
    """Return the name as it is kept; raise `Invalid` for none, a long one, or one that cannot be printed."""
    name = shaped_name(raw)
    if letters := missing_letter(name):
        raise Invalid("name", say(UNPRINTABLE, letters=letters))
    return name


def shaped_name(raw: str) -> str:
    """Return the name as it is kept; raise `Invalid` for none or a long one."""
    name = normal_name(raw)
    if not name or len(name) > LONGEST_NAME:
        raise Invalid("name", say("Podaj imię i nazwisko (najwyżej {most} znaków).", most=LONGEST_NAME))
    return name


def checked_email(raw: str) -> str:
    """Return the address as it is kept; raise `Invalid` for one that no letter can be sent to."""
    email = normal_email(raw)
    if not (is_email(email) and is_deliverable(raw.strip())):  # folding would make strasse@ of straße@
        raise Invalid("email", say("Podaj adres e-mail w postaci nazwa@domena.pl, bez polskich liter."))
    return email


def grant_role(session: Session, person_id: int, role: Role, *, actor: Actor, now: datetime) -> None:
    """Give a role; giving it twice changes nothing."""
    organisation_id = managed_organisation(session, actor)
    existing(session, person_id)
    if session.scalar(_membership(person_id, role, organisation_id)) is not None:
        return
    _insert_role(session, person_id, role, organisation_id=organisation_id, now=now)
    deed = Deed("role.granted", "person", str(person_id), organisation_id, actor.person_id)
    audit.record(session, deed, now=now, detail={"role": role})


def revoke_role(session: Session, person_id: int, role: Role, *, actor: Actor, now: datetime) -> None:
    """Take a role away; the last administrator keeps theirs, or nobody could give it back."""
    organisation_id = managed_organisation(session, actor)
    existing(session, person_id)
    if role is Role.ADMINISTRATOR:
        _refuse_last_administrator(session, person_id, organisation_id)
    held = session.scalar(_membership(person_id, role, organisation_id))
    if held is None:
        return
    session.execute(delete(Membership).where(Membership.id == held))
    deed = Deed("role.revoked", "person", str(person_id), organisation_id, actor.person_id)
    audit.record(session, deed, now=now, detail={"role": role})


def _refuse_last_administrator(session: Session, person_id: int, organisation_id: int) -> None:
    """All administrators' rows are locked in order, so that two who remove each other take turns."""
    query = (
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.role == Role.ADMINISTRATOR, Membership.organisation_id == organisation_id, Person.active)
        .order_by(Membership.id)
        .with_for_update(of=Membership)
    )
    if set(session.scalars(query)) <= {person_id}:
        raise Refused("last_administrator", say("To jedyna osoba administrująca. Najpierw nadaj tę rolę komuś innemu."))


def renew_password(session: Session, person_id: int, *, actor: Actor, now: datetime, later: Later) -> tuple[str, str]:
    """Give a person a new password, end their sessions and tokens; return (e-mail, password to hand over)."""
    organisation_id = managed_organisation(session, actor)
    existing(session, person_id)
    person = passwords.locked(session, person_id)
    password = passwords.generated()
    passwords.replace(session, person, password, now=now, later=later)
    passwords.revoke_tokens(session, person_id, now=now)
    deed = Deed("password.renewed", "person", str(person_id), organisation_id, actor.person_id)
    audit.record(session, deed, now=now)
    return person.email, password


def end_sessions(session: Session, person_id: int) -> None:
    """Make every session cookie of the person worthless, also one that somebody copied."""
    session.execute(update(Person).where(Person.id == person_id).values(session_stamp=passwords.new_stamp()))


def change_password(session: Session, *, actor: Actor, old: str, new: str, now: datetime, later: Later) -> SignedIn:
    """Change one's own password; every other session ends, the returned one goes on.

    Raises `Invalid` with the code "old" for a wrong old password, "password" for a bad new one.
    """
    person = passwords.locked(session, actor.person_id)
    if not passwords.holds(person.password_hash, old):
        raise Invalid("old", say("To nie jest dotychczasowe hasło."))
    passwords.replace(session, person, new, now=now, later=later)
    deed = Deed("password.changed", "person", str(person.id), default_organisation(session), person.id)
    audit.record(session, deed, now=now)
    return SignedIn(actor, person.session_stamp, person.language)


def person(session: Session, person_id: int, *, actor: Actor) -> PersonView:
    """Return one of the people that the actor manages."""
    managed_organisation(session, actor)
    existing(session, person_id)
    found = session.get_one(Person, person_id)
    roles = session.scalars(select(Membership.role).where(Membership.person_id == person_id))
    return PersonView(found.id, found.name, found.email, tuple(sorted(Role(role) for role in roles)))


def list_people(session: Session, *, actor: Actor, query: str = "") -> tuple[list[PersonView], int]:
    """Return (people whose name or e-mail holds the query, newest first and at most a page; how many there are).

    Three statements, however many people there are.
    """
    managed_organisation(session, actor)
    wanted = f"%{_escaped(normal_name(query))}%"
    # lower() of SQLite knows ASCII only: names are compared as typed too
    matches = or_(*(column.ilike(wanted, escape="\\") for column in (Person.name, Person.email)))
    people = session.scalars(select(Person).where(matches).order_by(Person.id.desc()).limit(PAGE)).all()
    total = session.scalars(select(func.count()).select_from(Person).where(matches)).one()
    roles: dict[int, list[Role]] = {person.id: [] for person in people}
    for membership in session.scalars(select(Membership).where(Membership.person_id.in_(roles))):
        roles[membership.person_id].append(Role(membership.role))
    return [PersonView(one.id, one.name, one.email, tuple(sorted(roles[one.id]))) for one in people], total


def _escaped(text: str) -> str:
    """A per cent sign that somebody types means itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def managed_organisation(session: Session, actor: Actor | None) -> int:
    organisation_id = default_organisation(session)
    if actor and not can(actor, Act.MANAGE_PEOPLE, Subject(organisation_id=organisation_id)):
        raise Forbidden("manage_people", say("Listą osób i ról zarządzają tylko osoby administrujące."))
    return organisation_id


def existing(session: Session, person_id: int) -> None:
    if session.scalar(select(Person.id).where(Person.id == person_id)) is None:
        raise NotFound("person", say("Nie ma takiej osoby na liście."))


def _membership(person_id: int, role: Role, organisation_id: int) -> Select[int]:
    return select(Membership.id).where(
        Membership.person_id == person_id, Membership.role == role, Membership.organisation_id == organisation_id
    )


def _insert_role(session: Session, person_id: int, role: Role, *, organisation_id: int, now: datetime) -> None:
    row = Membership(person_id=person_id, organisation_id=organisation_id, role=role, granted_at=now)
    _insert(session, row, Conflict("role_held", say("Ta osoba ma już tę rolę.")))


def _insert(session: Session, row: object, conflict: Conflict) -> None:
    """The unique key decides, also when two requests come at once."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise conflict from None
