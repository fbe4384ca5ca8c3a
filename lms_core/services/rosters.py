"""Taking a list of people into an organisation: first a plan that can be looked at, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from itertools import islice

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from certificates.pdf import missing_letter
from lms_core.content.roster_files import RosterRow, shown
from lms_core.domain.errors import Conflict, Invalid
from lms_core.domain.names import normal_email
from lms_core.domain.permissions import Actor, Role
from lms_core.domain.program import TrainingProgram
from lms_core.domain.sentences import say
from lms_core.models import Membership, Person
from lms_core.services import audit, enrolments, invitations, members, passwords, people
from lms_core.services.audit import Deed
from lms_core.services.catalogue import Catalogue
from lms_core.services.enrolments import TakenRole
from lms_core.services.role_names import role_called
from lms_core.transaction import Later

FOREIGN = say(
    "Konta o tym adresie nie można dołączyć do Twojej organizacji. Usuń wiersz i zapytaj osobę administrującą."
)
NO_ROLE = say("Brakuje roli w programie. Wpisz ją w kolumnie „rola” albo wybierz wspólną rolę w formularzu.")
UNKNOWN_ROLE = say("Program nie zna roli „{role}”.")
MOST_UNPRINTABLE = 20
CHANGED = say("Od podglądu zmieniło się, kto jest w organizacji. Obejrzyj listę jeszcze raz i potwierdź.")


class Standing(StrEnum):
    """What the list changes for somebody: a new account, a known one that joins the program, or nothing."""

    NEW = "new"
    KNOWN = "known"
    JOINED = "joined"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Aim:
    """What the people on the list join: a program, None for none, and the role of those whose row names none."""

    program_id: str | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of the list; `person_id` and `known_as` are the account's, whose name a list never changes.

    `lacks_role`: the program knows roles, and the list names none of them.
    """

    row: int
    name: str
    email: str
    standing: Standing
    role: TakenRole | None = None
    person_id: int | None = None
    known_as: str | None = None
    problems: tuple[str, ...] = ()
    lacks_role: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    entries: tuple[Entry, ...]

    @property
    def wrong(self) -> tuple[Entry, ...]:
        return tuple(one for one in self.entries if one.problems)

    @property
    def lacks_roles(self) -> bool:
        return any(one.lacks_role for one in self.entries)

    def count(self, standing: Standing) -> int:
        return sum(one.standing == standing for one in self.entries)


@dataclass(frozen=True, slots=True)
class Done:
    """How many accounts were made, and how many people joined the program."""

    added: int
    joined: int


@dataclass(frozen=True, slots=True)
class _Account:
    id: int
    name: str
    ours: bool
    joined: bool


def made_plan(
    session: Session,
    catalogue: Catalogue,
    rows: Sequence[RosterRow],
    aim: Aim,
    *,
    organisation_id: int,
    actor: Actor,
    now: datetime,
) -> Plan:
    """Say what taking the list in would do, and what is wrong with its rows, in three statements."""
    members.refuse_stranger(organisation_id, actor=actor)
    program = catalogue.offer(aim.program_id).program if aim.program_id else None
    accounts, unprintable = _accounts(session, rows, organisation_id, aim, now=now), _unprintable(rows)
    return Plan(
        tuple(
            _entry(row, accounts.get(normal_email(row.email)), program, unprintable=unprintable, aim=aim, now=now)
            for row in rows
        )
    )


def _unprintable(rows: Sequence[RosterRow]) -> Mapping[str, str]:
    """Return what to say of names that no certificate can show, of some of them when there are many."""
    names = list(dict.fromkeys(row.name for row in rows if row.name))
    said = ((name, say(people.UNPRINTABLE, letters=letters)) for name, letters in _with_odd_letters(names))
    return dict(islice(said, MOST_UNPRINTABLE))


def _with_odd_letters(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (name, its letter). A try takes milliseconds, for a name as for many: so halves are tried, then theirs."""
    letters = missing_letter(" ".join(names)) if names else None
    if letters is None:
        return
    if len(names) == 1:
        yield names[0], letters
        return
    half = len(names) // 2
    yield from _with_odd_letters(names[:half])
    yield from _with_odd_letters(names[half:])


def _accounts(
    session: Session, rows: Sequence[RosterRow], organisation_id: int, aim: Aim, *, now: datetime
) -> dict[str, _Account]:
    """Return the accounts with the list's addresses; a switched-off one is as foreign as one from elsewhere."""
    addresses = {normal_email(row.email) for row in rows}
    ours = members.is_member(organisation_id).label("ours")
    known = session.execute(select(Person.id, Person.email, Person.name, ours).where(Person.email.in_(addresses))).all()
    joined = enrolments.settled(session, aim.program_id, [one.id for one in known], now=now) if aim.program_id else ()
    return {one.email: _Account(one.id, one.name, ours=bool(one.ours), joined=one.id in joined) for one in known}


def _entry(
    row: RosterRow,
    account: _Account | None,
    program: TrainingProgram | None,
    *,
    unprintable: Mapping[str, str],
    aim: Aim,
    now: datetime,
) -> Entry:
    standing = _standing(account)
    role, bad_role = (None, "") if standing is Standing.JOINED else _role(row, program, aim=aim, now=now)
    problems = (
        *row.problems,
        "" if row.problems else _complaint(partial(people.shaped_name, row.name)),
        unprintable.get(row.name, ""),
        _complaint(partial(people.checked_email, row.email)) if row.email else "",
        bad_role,
        FOREIGN if standing is Standing.FOREIGN else "",
    )
    ours = account if account and account.ours else None
    return Entry(
        row.row,
        row.name,
        normal_email(row.email),
        standing,
        role=role,
        person_id=ours.id if ours else None,
        known_as=ours.name if ours else None,
        problems=tuple(filter(None, problems)),
        lacks_role=bool(bad_role) and role is None,
    )


def _standing(account: _Account | None) -> Standing:
    if account is None:
        return Standing.NEW
    if not account.ours:
        return Standing.FOREIGN
    return Standing.JOINED if account.joined else Standing.KNOWN


def _complaint(check: Callable[[], object]) -> str:
    try:
        check()
    except Invalid as invalid:
        return invalid.message
    return ""


def _role(row: RosterRow, program: TrainingProgram | None, *, aim: Aim, now: datetime) -> tuple[TakenRole | None, str]:
    """Return (the row's role in the program, what is wrong with it); see `role_called` for its names."""
    if program is None or not program.roles:
        return None, ""
    given = row.role or aim.role
    if not given:
        return None, NO_ROLE
    found = role_called(program.roles, given)
    if found is None:
        return None, say(UNKNOWN_ROLE, role=shown(given))
    role = TakenRole(found.id, row.since)
    return role, _complaint(partial(enrolments.refuse_role, program, role, now=now))


def carry_out(
    session: Session,
    catalogue: Catalogue,
    rows: Sequence[RosterRow],
    aim: Aim,
    *,
    seen: Sequence[str],
    organisation_id: int,
    actor: Actor,
    now: datetime,
    later: Later,
) -> Done:
    """Take in a list whose plan somebody looked at; `seen` are the standings that it showed, row by row.

    New people become learners of the organisation, without a password, and are invited. Raises `Invalid` when a row
    has a problem, `Conflict` when the plan is not the same any more: then nothing happens.
    """
    plan = made_plan(session, catalogue, rows, aim, organisation_id=organisation_id, actor=actor, now=now)
    if plan.wrong:
        raise Invalid("roster", say("Lista ma błędy. Popraw je w pliku i wyślij go jeszcze raz."))
    if [one.standing for one in plan.entries] != list(seen):
        raise Conflict("roster", CHANGED)
    added = _add(session, plan, organisation_id=organisation_id, now=now)
    joined = 0
    if aim.program_id:
        joining = (one for one in plan.entries if one.standing in {Standing.NEW, Standing.KNOWN})
        roles = {one.person_id or added[one.email]: one.role for one in joining}
        joined = enrolments.enrol_others(
            session, catalogue, aim.program_id, roles, organisation_id=organisation_id, actor=actor, now=now
        )
    if (
        added
    ):  # last: who enrols by themselves locks their row before the trail, and two orders would wait for each other
        deeds = (Deed("person.added", "person", str(one), organisation_id, actor.person_id) for one in added.values())
        audit.record_all(session, ((deed, {"role": Role.LEARNER}) for deed in deeds), now=now)
    invitations.invite(session, added.values(), now=now, later=later)
    return Done(len(added), joined)


def _add(session: Session, plan: Plan, *, organisation_id: int, now: datetime) -> dict[str, int]:
    """Add the new people as learners; return their ids by address."""
    new = [one for one in plan.entries if one.standing is Standing.NEW]
    if not new:
        return {}
    rows = [
        {"email": one.email, "name": one.name, "session_stamp": passwords.new_stamp(), "created_at": now} for one in new
    ]
    try:
        with session.begin_nested():
            made = session.execute(insert(Person).returning(Person.email, Person.id), rows).all()
    except IntegrityError:  # somebody else added one of them meanwhile
        raise Conflict("roster", CHANGED) from None
    held = {"organisation_id": organisation_id, "role": Role.LEARNER, "granted_at": now}
    session.execute(insert(Membership), [{**held, "person_id": row.id} for row in made])
    return {row.email: row.id for row in made}
