"""Tokens with which a person's own programs use the API. The secret is shown once; only its SHA-256 is kept."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, bindparam, func, select, update
from sqlalchemy.orm import Session

from lms_core.database import run, table_of
from lms_core.domain.errors import Invalid, NotFound, Refused
from lms_core.domain.names import normal_name
from lms_core.domain.permissions import Act, Actor, Subject, can
from lms_core.domain.sentences import say
from lms_core.models import ApiToken, Person
from lms_core.models.base import Instant
from lms_core.services import audit
from lms_core.services.audit import Deed
from lms_core.services.people import ACTOR_COLUMNS, MEMBERSHIPS, PEOPLE, as_actor, default_organisation

SECRET_BYTES = 32
SECRET = re.compile(r"filar_[A-Za-z0-9_-]{43}")
LONGEST_NAME = 80
USUAL_DAYS, MOST_DAYS = 90, 365
MOST_TOKENS = 20
USE_NOTED_EVERY = timedelta(hours=1)
TOKENS = table_of(ApiToken)
PRESENTED = (
    select(*ACTOR_COLUMNS, TOKENS.c.id.label("token_id"), TOKENS.c.used_at, TOKENS.c.scopes)
    .select_from(
        TOKENS.join(PEOPLE, PEOPLE.c.id == TOKENS.c.person_id).outerjoin(
            MEMBERSHIPS, MEMBERSHIPS.c.person_id == PEOPLE.c.id
        )
    )
    .where(TOKENS.c.token_hash == bindparam("hash"), TOKENS.c.revoked_at.is_(None), PEOPLE.c.active)
    .where(TOKENS.c.expires_at > bindparam("now", type_=Instant()))
)


class Scope(StrEnum):
    """What a token may be used for, a closed list; none lets it make tokens or change passwords and roles."""

    PROGRAMS_READ = "programs:read"
    ENROLMENTS_READ = "enrolments:read"
    ENROLMENTS_WRITE = "enrolments:write"
    ATTEMPTS_READ = "attempts:read"
    ATTEMPTS_WRITE = "attempts:write"
    CERTIFICATES_READ = "certificates:read"
    FACTS_WRITE = "facts:write"


@dataclass(frozen=True, slots=True)
class NewToken:
    """`name` says to its owner which program uses it; `days` until it expires, 1 to 365."""

    name: str
    scopes: frozenset[Scope]
    days: int = USUAL_DAYS


@dataclass(frozen=True, slots=True)
class TokenView:
    id: int
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    expired: bool


@dataclass(frozen=True, slots=True)
class Presented:
    """Who a secret stands for, and what it may be used for; `unnoted` asks for `note_use`."""

    token_id: int
    actor: Actor
    scopes: frozenset[Scope]
    unnoted: bool


def make(session: Session, new: NewToken, *, actor: Actor, now: datetime) -> str:
    """Make a token of the actor's; return the secret, which nothing can show again.

    Raises `Invalid` for a bad name, scope or time, `Refused` when the person has too many tokens.
    """
    name = _checked(new)
    session.scalar(select(Person.id).where(Person.id == actor.person_id).with_for_update())  # counting takes turns
    held = select(func.count()).select_from(ApiToken).where(_unrevoked(actor))
    if session.scalars(held).one() >= MOST_TOKENS:
        sentence = say("Można mieć najwyżej {most} tokenów. Najpierw usuń niepotrzebne.", most=MOST_TOKENS)
        raise Refused("tokens_used", sentence)
    secret = "filar_" + secrets.token_urlsafe(SECRET_BYTES)
    row = ApiToken(person_id=actor.person_id, name=name, token_hash=_hash(secret), scopes=sorted(new.scopes))
    row.created_at, row.expires_at = now, now + timedelta(days=new.days)
    session.add(row)
    session.flush()
    _note_deed(session, "token.made", row, actor=actor, now=now)
    return secret


def _checked(new: NewToken) -> str:
    name = normal_name(new.name)
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid("name", say("Podaj nazwę tokena (najwyżej {most} znaków).", most=LONGEST_NAME))
    if not new.scopes:
        raise Invalid("scopes", say("Zaznacz, do czego token ma służyć."))
    if not 1 <= new.days <= MOST_DAYS:
        raise Invalid("days", say("Token może działać od 1 do {most} dni.", most=MOST_DAYS))
    return name


def listed(session: Session, *, actor: Actor, now: datetime) -> list[TokenView]:
    """Return the actor's tokens that were not revoked, newest first; at most MOST_TOKENS of them."""
    rows = session.scalars(select(ApiToken).where(_unrevoked(actor)).order_by(ApiToken.id.desc()))
    return [
        TokenView(
            id=row.id,
            name=row.name,
            scopes=tuple(Scope(scope) for scope in row.scopes),
            created_at=row.created_at,
            expires_at=row.expires_at,
            used_at=row.used_at,
            expired=now >= row.expires_at,
        )
        for row in rows
    ]


def _unrevoked(actor: Actor) -> ColumnElement[bool]:
    return (ApiToken.person_id == actor.person_id) & ApiToken.revoked_at.is_(None)


def revoke(session: Session, token_id: int, *, actor: Actor, now: datetime) -> None:
    """Revoke a token at once and for good; revoking it again changes nothing."""
    row = session.scalar(select(ApiToken).where(ApiToken.id == token_id).with_for_update())
    if row is None or not can(actor, Act.SEE_OWN, Subject(owner_id=row.person_id)):
        raise NotFound("token", say("Nie ma takiego tokena na Twojej liście."))
    if row.revoked_at is None:
        row.revoked_at = now
        _note_deed(session, "token.revoked", row, actor=actor, now=now)


def presented(session: Session, secret: str, *, now: datetime) -> Presented | None:
    """Return whom the secret stands for, in one statement.

    None when it is unknown, expired or revoked, or its person's account is not active.
    """
    if not SECRET.fullmatch(secret):
        return None
    rows = run(session, PRESENTED, {"hash": _hash(secret), "now": now}).all()
    if not rows:
        return None
    found = rows[0]
    unnoted = found.used_at is None or now - found.used_at >= USE_NOTED_EVERY
    return Presented(found.token_id, as_actor(found, rows), frozenset(map(Scope, found.scopes)), unnoted)


def note_use(session: Session, token_id: int, *, now: datetime) -> None:
    """Note that the token was used, so that its owner sees which one nobody needs."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(used_at=now))


def _note_deed(session: Session, act: str, row: ApiToken, *, actor: Actor, now: datetime) -> None:
    deed = Deed(act, "api_token", str(row.id), default_organisation(session), actor.person_id)
    audit.record(session, deed, now=now, detail={"scopes": row.scopes, "expires_at": row.expires_at.isoformat()})


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
