"""Everything kept about one person, as they may take it away (GDPR, articles 15 and 20).

Table by table, so that nothing is forgotten: a column goes out unless it is named below with the reason why not. No
keys of questions, nobody else's data. A fixed number of statements, whatever there is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select
from sqlalchemy.orm import Session

from lms_core.database import run, table_of
from lms_core.domain.item_kinds import kind_of
from lms_core.domain.permissions import Actor
from lms_core.domain.program import TrainingProgram
from lms_core.models import (
    Accommodation,
    ApiToken,
    Attempt,
    AuditEvent,
    Credential,
    CredentialClaims,
    CredentialIssue,
    Enrolment,
    LetterRow,
    Membership,
    OutcomeRow,
    PasswordReset,
    Person,
    Registration,
    ResponseEvent,
    UnitFact,
)
from lms_core.services.catalogue import Catalogue

SECRET = "tajne: kto to zna, może wejść na konto"  # noqa: S105 - it says that something is one
SOMEBODY_ELSE = "numer innej osoby"
MACHINERY = "suma kontrolna albo ziarno losowania, które nic o osobie nie mówią"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """The person's rows of one table. `mine` gives the condition, `withheld` each column that stays back and why."""

    title: str
    table: Table
    mine: Callable[[Actor], ColumnElement[bool]]
    withheld: Mapping[str, str] = field(default_factory=dict)


PERSON, ENROLMENTS, ATTEMPTS = table_of(Person), table_of(Enrolment), table_of(Attempt)
FACTS, ANSWERS, OUTCOMES = table_of(UnitFact), table_of(ResponseEvent), table_of(OutcomeRow)
CREDENTIALS, ISSUES, CLAIMS = table_of(Credential), table_of(CredentialIssue), table_of(CredentialClaims)
AUDIT = table_of(AuditEvent)


def _owned(model: type) -> Callable[[Actor], ColumnElement[bool]]:
    return lambda actor: table_of(model).c.person_id == actor.person_id


def _of_enrolment(table: Table) -> Callable[[Actor], ColumnElement[bool]]:
    def mine(actor: Actor) -> ColumnElement[bool]:
        own = select(ENROLMENTS.c.id).where(ENROLMENTS.c.person_id == actor.person_id)
        return table.c.enrolment_id.in_(own)

    return mine


def _of_attempt(table: Table) -> Callable[[Actor], ColumnElement[bool]]:
    return lambda actor: table.c.attempt_id.in_(select(ATTEMPTS.c.id).where(_of_enrolment(ATTEMPTS)(actor)))


def _of_credential(table: Table) -> Callable[[Actor], ColumnElement[bool]]:
    def mine(actor: Actor) -> ColumnElement[bool]:
        own = select(CREDENTIALS.c.id).where(CREDENTIALS.c.person_id == actor.person_id)
        return table.c.credential_id.in_(own)

    return mine


def _by_or_about(actor: Actor) -> ColumnElement[bool]:
    about = (AUDIT.c.subject_kind == "person") & (AUDIT.c.subject_id == str(actor.person_id))
    return or_(AUDIT.c.actor_id == actor.person_id, about)


def _of_address(actor: Actor) -> ColumnElement[bool]:
    return table_of(Registration).c.email == actor.email


TOKEN = {"token_hash": SECRET}
SECTIONS: Mapping[str, Section] = {
    "person": Section(
        "Konto",
        PERSON,
        lambda actor: PERSON.c.id == actor.person_id,
        {"password_hash": SECRET, "session_stamp": SECRET},
    ),
    "memberships": Section("Role w organizacjach", table_of(Membership), _owned(Membership)),
    "accommodations": Section(
        "Dodatkowy czas na egzaminach", table_of(Accommodation), _owned(Accommodation), {"granted_by_id": SOMEBODY_ELSE}
    ),
    "enrolments": Section("Zapisy na programy i decyzje o ich ukończeniu", ENROLMENTS, _owned(Enrolment)),
    "facts": Section(
        "Lekcje, obecności, umiejętności i dokumenty", FACTS, _of_enrolment(FACTS), {"by_person_id": SOMEBODY_ELSE}
    ),
    "attempts": Section("Podejścia do ćwiczeń i egzaminów", ATTEMPTS, _of_enrolment(ATTEMPTS), {"seed": MACHINERY}),
    "answers": Section(
        "Każda zapisana odpowiedź, w kolejności przyjęcia przez serwer",
        ANSWERS,
        _of_attempt(ANSWERS),
        {"payload_hash": MACHINERY},
    ),
    "outcomes": Section("Wyniki podejść", OUTCOMES, _of_attempt(OUTCOMES)),
    "certificates": Section("Zaświadczenia i ich stan", CREDENTIALS, _owned(Credential)),
    "certificate_numbers": Section("Numery i daty wydania zaświadczeń", ISSUES, _of_credential(ISSUES)),
    "certificate_contents": Section("Treść zaświadczeń i podpisane dokumenty", CLAIMS, _of_credential(CLAIMS)),
    "letters": Section("Wiadomości o podejściach i sprawach", table_of(LetterRow), _owned(LetterRow)),
    "password_letters": Section(
        "Zaproszenia i prośby o nowe hasło", table_of(PasswordReset), _owned(PasswordReset), TOKEN
    ),
    "registrations": Section("Prośby o konto dla tego adresu", table_of(Registration), _of_address, TOKEN),
    "api_tokens": Section("Tokeny dostępu dla aplikacji", table_of(ApiToken), _owned(ApiToken), TOKEN),
    "audit": Section(
        "Dziennik: co zrobiono z tego konta i co zrobiono z tym kontem",
        AUDIT,
        _by_or_about,
        {
            "actor_id": SOMEBODY_ELSE,
            "subject_id": SOMEBODY_ELSE,
            "detail": "może mówić o innej osobie",
            "previous_hash": MACHINERY,
            "hash": MACHINERY,
        },
    ),
}


def export(session: Session, catalogue: Catalogue, *, actor: Actor, site: str, now: datetime) -> dict[str, Any]:
    """Return everything about the actor as JSON values: what it is, then a list of rows for each section."""
    rows = {name: _rows(session, section, actor) for name, section in SECTIONS.items()}
    programs = {digest: catalogue.program(session, digest) for digest in _digests(rows)}
    _explain(rows, programs, actor=actor)
    found = {name: [_plain(row, SECTIONS[name].withheld) for row in rows[name]] for name in SECTIONS}
    about = {
        "service": site,
        "made_at": now.isoformat(),
        "sections": {name: section.title for name, section in SECTIONS.items()},
        "withheld": {
            f"{name}.{column}": why for name, section in SECTIONS.items() for column, why in section.withheld.items()
        },
    }
    return {"about": about, **found}


def _rows(session: Session, section: Section, actor: Actor) -> list[Row]:
    query = select(section.table).where(section.mine(actor)).order_by(*section.table.primary_key)
    return [dict(row) for row in run(session, query).mappings()]


def _digests(rows: Mapping[str, Iterable[Row]]) -> set[str]:
    return {row["digest"] for name in ("enrolments", "attempts", "certificates") for row in rows[name]}


def _explain(rows: Mapping[str, list[Row]], programs: Mapping[str, TrainingProgram], *, actor: Actor) -> None:
    """Add what makes bare rows readable: titles, one's own answers in words, who did what."""
    attempts = {row["id"]: row for row in rows["attempts"]}
    for row in (*rows["enrolments"], *rows["attempts"], *rows["certificates"]):
        row["program_title"] = str(programs[row["digest"]].title)
    for row in rows["answers"]:
        item = programs[attempts[row["attempt_id"]]["digest"]].items[row["item_id"]]
        row["response_in_words"] = list(kind_of(item).wording(item, tuple(row["response"])))
    for row in rows["facts"]:
        row["recorded_by_you"] = row["by_person_id"] == actor.person_id
    for row in rows["certificate_contents"]:
        row |= {name: json.loads(row[name]) for name in ("claims", "document") if row[name]}
    for row in rows["audit"]:
        row["done_by_you"] = row["actor_id"] == actor.person_id


def _plain(row: Row, withheld: Iterable[str]) -> Row:
    """Return the row as JSON takes it, without what stays back."""
    return {name: _value(value) for name, value in row.items() if name not in set(withheld)}


def _value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value  # an instant is a date, too
