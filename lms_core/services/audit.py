"""The audit trail: ids, never names; each row carries the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms_core.database import take_turns
from lms_core.models import AuditEvent

GENESIS = "0" * 64
PAGE = 1000
ADVISORY_LOCK = 7142


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done to what; `actor_id` is None for the machine itself."""

    act: str
    subject_kind: str
    subject_id: str
    organisation_id: int
    actor_id: int | None = None


def record(session: Session, deed: Deed, *, now: datetime, detail: Mapping[str, object] | None = None) -> None:
    """Append the deed to the chain, inside the caller's transaction."""
    record_all(session, [(deed, detail or {})], now=now)


def record_all(session: Session, deeds: Iterable[tuple[Deed, Mapping[str, object]]], *, now: datetime) -> None:
    """Append deeds with their details, in their order; many cost hardly more statements than one."""
    take_turns(session, ADVISORY_LOCK)
    previous, rows = newest_hash(session), []
    for deed, detail in deeds:
        row = {**asdict(deed), "detail": dict(detail), "at": now, "previous_hash": previous}
        previous = link_hash(AuditEvent(**row))
        rows.append({**row, "hash": previous})
    if rows:
        session.execute(insert(AuditEvent), rows)


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row at which the chain does not hold."""

    event_id: int
    why: str


def verify(session: Session) -> tuple[int, Broken | None]:
    """Go through the whole chain; return (rows that hold, the first that does not, None when all do).

    A row that was changed, left out or put in is found. Rows cut off at the end are not: compare the newest hash with
    one that was written down elsewhere.
    """
    previous, count = GENESIS, 0
    trail = select(AuditEvent).order_by(AuditEvent.id).execution_options(yield_per=PAGE)
    with closing(session.scalars(trail)) as events:
        for event in events:
            if event.previous_hash != previous:
                return count, Broken(event.id, "does not follow the row before it")
            if event.hash != link_hash(event):
                return count, Broken(event.id, "was changed")
            previous, count = event.hash, count + 1
    return count, None


def newest_hash(session: Session) -> str:
    """Return what to write down elsewhere."""
    return session.scalar(select(AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)) or GENESIS


def link_hash(event: AuditEvent) -> str:
    """Return the SHA-256 over the row's content and the previous hash, as 64 hexadecimal digits."""
    content = [
        event.previous_hash,
        event.organisation_id,
        event.actor_id,
        event.act,
        event.subject_kind,
        event.subject_id,
        event.detail,
        event.at.isoformat(),
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
