"""The people of an organisation, as those see them who coordinate it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from lms_core.domain.errors import Forbidden, NotFound
from lms_core.domain.names import by_surname, normal_name
from lms_core.domain.permissions import Act, Actor, Subject, can
from lms_core.domain.sentences import say
from lms_core.models import WITHDRAWN, Enrolment, Membership, Organisation, PasswordReset, Person
from lms_core.services.pages import Page, page_of


@dataclass(frozen=True, slots=True)
class OrganisationView:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """`has_password` says whether the invitation was followed; `invited_at` is when the last one was sent, if any."""

    id: int
    name: str
    email: str
    has_password: bool
    invited_at: datetime | None
    programs: tuple[str, ...]


def coordinated(session: Session, *, actor: Actor) -> list[OrganisationView]:
    """Return the organisations that the actor coordinates, by name; raise `Forbidden` when there is none."""
    mine = {
        one.organisation_id for one in actor.grants if can(actor, Act.COORDINATE, Subject(None, one.organisation_id))
    }
    if not mine:
        raise _forbidden()
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(mine)).order_by(Organisation.name)
    return [OrganisationView(organisation_id, name) for organisation_id, name in session.execute(query)]


def organisation(session: Session, organisation_id: int, *, actor: Actor) -> OrganisationView:
    """Return an organisation that the actor coordinates; any other, also one that is not there, is `Forbidden`."""
    refuse_stranger(organisation_id, actor=actor)
    return OrganisationView(organisation_id, session.get_one(Organisation, organisation_id).name)


def refuse_stranger(organisation_id: int, *, actor: Actor) -> None:
    if not can(actor, Act.COORDINATE, Subject(organisation_id=organisation_id)):
        raise _forbidden()


def _forbidden() -> Forbidden:
    return Forbidden("coordinate", say("Tę stronę widzą tylko osoby koordynujące tę organizację."))


def is_member(organisation_id: int) -> ColumnElement[bool]:
    """Return the condition that a person has a role in the organisation and an account that is not switched off."""
    held = Membership.person_id == Person.id, Membership.organisation_id == organisation_id
    return Person.active & exists().where(*held)


def listed(session: Session, organisation_id: int, *, actor: Actor, query: str = "", page: int = 1) -> Page[Member]:
    """Return a page of the organisation's people by surname; `query` is a part of a name or an address.

    Three statements, however many people there are. Polish order and letter case are not a database's strong side, so
    that the names are sorted and searched here.
    """
    refuse_stranger(organisation_id, actor=actor)
    names = session.execute(select(Person.id, Person.name, Person.email).where(is_member(organisation_id))).all()
    found = sorted(
        (one for one in names if is_called(one, query)),
        key=lambda one: (by_surname(one.name), one.id),
    )
    shown = page_of(found, page)
    return Page(_members(session, [one.id for one in shown.rows]), shown.number, shown.last, shown.total)


class Named(Protocol):
    """Whoever has a name and an address, a row of a statement as well."""

    @property
    def name(self) -> str: ...

    @property
    def email(self) -> str: ...


def is_called(one: Named, query: str) -> bool:
    """Say whether the query is a part of the person's name or address; an empty one is a part of everybody's."""
    return normal_name(query).casefold() in f"{one.name}\n{one.email}".casefold()


def chosen(session: Session, organisation_id: int, person_ids: Collection[int], *, actor: Actor) -> tuple[Member, ...]:
    """Return these people of the organisation, by name; raise `NotFound` when one of them is none of it."""
    refuse_stranger(organisation_id, actor=actor)
    ids = set(session.scalars(select(Person.id).where(is_member(organisation_id), Person.id.in_(person_ids))))
    if ids != set(person_ids):
        raise NotFound("person", say("Nie ma takiej osoby w Twojej organizacji."))
    return _members(session, ids)


def _members(session: Session, ids: Collection[int]) -> tuple[Member, ...]:
    people = session.scalars(select(Person).where(Person.id.in_(ids))).all()
    joined = select(Enrolment.person_id, Enrolment.program_id).where(
        Enrolment.person_id.in_(ids), Enrolment.state != WITHDRAWN
    )
    programs: dict[int, list[str]] = {}
    for person_id, program_id in session.execute(joined.order_by(Enrolment.id)):
        programs.setdefault(person_id, []).append(program_id)
    letters = select(PasswordReset.person_id, func.max(PasswordReset.sent_at).label("sent")).where(
        PasswordReset.person_id.in_(ids)
    )
    invited = {row.person_id: row.sent for row in session.execute(letters.group_by(PasswordReset.person_id))}
    return tuple(
        Member(
            one.id,
            one.name,
            one.email,
            has_password=one.password_hash is not None,
            invited_at=invited.get(one.id),
            programs=tuple(dict.fromkeys(programs.get(one.id, ()))),
        )
        for one in sorted(people, key=lambda one: (by_surname(one.name), one.id))
    )
