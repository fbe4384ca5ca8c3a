"""The answer journal: an answer that was acknowledged is never lost (design, decision 10)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lms_core.database import insert_into, run, table_of
from lms_core.domain.errors import Conflict, Invalid, Refused
from lms_core.domain.item_kinds import kind_of
from lms_core.domain.items import Response
from lms_core.domain.journal import Entry, winners
from lms_core.domain.permissions import Actor
from lms_core.domain.program import TrainingProgram
from lms_core.domain.sentences import say
from lms_core.models import ResponseEvent
from lms_core.services import attempts
from lms_core.services.attempts import Locked
from lms_core.services.catalogue import Catalogue

CLIENT = re.compile(r"[A-Za-z0-9:-]{8,64}")
MOST_EVENTS = 200
LARGEST_SEQ = 2_000_000_000
EVENTS = table_of(ResponseEvent)
JOURNAL = select(EVENTS).where(EVENTS.c.attempt_id == bindparam("attempt_id")).order_by(EVENTS.c.ordinal)
SEQ_USED = Conflict("seq_used", say("Pod tym numerem zapisano już inną odpowiedź. Odśwież stronę."))


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as a client numbered it; `raw` is whatever was sent."""

    seq: int
    item_id: str
    raw: object


def record(
    session: Session,
    catalogue: Catalogue,
    attempt_id: int,
    answers: Sequence[Answer],
    *,
    client: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Journal the answers of one client (a tab or a device). Sending the same again is acknowledged again.

    Raises `Refused` when the attempt is closed or late, `Invalid` for a wrong shape, `Conflict` for another answer
    under a number that was used already. Nothing is kept of a refused call.
    """
    if not CLIENT.fullmatch(client):
        raise Invalid("client", say("Identyfikator karty ma mieć od 8 do 64 liter, cyfr lub myślników."))
    if not 0 < len(answers) <= MOST_EVENTS:
        raise Invalid("events", say("Jednorazowo można zapisać od 1 do {most} odpowiedzi.", most=MOST_EVENTS))
    attempt = attempts.own_locked(session, attempt_id, actor=actor)
    _refuse_closed(attempt, now=now)
    program = catalogue.program(session, attempt.digest)
    rows = _once_each([_row(attempt, program, answer, client=client, now=now) for answer in answers])
    written = _insert(session, rows)
    _refuse_contradictions(session, [row for row in rows if row["seq"] not in written])


def _refuse_closed(attempt: Locked, *, now: datetime) -> None:
    if attempt.state != "open":
        raise Refused("attempt_closed", say("To podejście jest już zakończone. Odpowiedzi nie można zmienić."))
    if attempts.overdue(attempt, now=now):
        raise Refused("too_late", say("Czas minął. Liczą się odpowiedzi zapisane przed końcem czasu."))


def _row(attempt: Locked, program: TrainingProgram, answer: Answer, *, client: str, now: datetime) -> dict[str, Any]:
    response = list(_read(attempt, program, answer))
    if not 1 <= answer.seq <= LARGEST_SEQ:
        raise Invalid("seq", say("Numer odpowiedzi ma być liczbą całkowitą większą od zera."))
    payload = json.dumps([answer.item_id, response], ensure_ascii=False)
    return {
        "attempt_id": attempt.id,
        "client_id": client,
        "seq": answer.seq,
        "item_id": answer.item_id,
        "response": response,
        "payload_hash": hashlib.sha256(payload.encode()).hexdigest(),
        "received_at": now,
    }


def _read(attempt: Locked, program: TrainingProgram, answer: Answer) -> Response:
    item = program.items.get(answer.item_id)
    if item is None or all(entry["item"] != answer.item_id for entry in attempt.paper):
        raise Invalid("item", say("Tego pytania nie ma w Twoim arkuszu. Odśwież stronę."))
    return kind_of(item).read(item, answer.raw)


def _once_each(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows, each number once; one call may repeat itself but not contradict itself."""
    by_seq: dict[int, dict[str, Any]] = {}
    for row in rows:
        if by_seq.setdefault(row["seq"], row)["payload_hash"] != row["payload_hash"]:
            raise SEQ_USED
    return list(by_seq.values())


def _insert(session: Session, rows: list[dict[str, Any]]) -> set[int]:
    """Insert what is new in one statement; return the seqs written."""
    statement = insert_into(session, EVENTS).on_conflict_do_nothing().returning(EVENTS.c.seq)
    return set(run(session, statement, rows).scalars())


def _refuse_contradictions(session: Session, known: list[dict[str, Any]]) -> None:
    if not known:
        return
    query = select(ResponseEvent.seq, ResponseEvent.payload_hash).where(
        ResponseEvent.attempt_id == known[0]["attempt_id"],
        ResponseEvent.client_id == known[0]["client_id"],
        ResponseEvent.seq.in_([row["seq"] for row in known]),
    )
    stored = dict(session.execute(query).all())
    if any(stored[row["seq"]] != row["payload_hash"] for row in known):
        raise SEQ_USED


def current(session: Session, attempt_id: int) -> tuple[Mapping[str, Response], datetime | None]:
    """Return the response that counts for each answered item, and when the newest answer was received."""
    rows = run(session, JOURNAL, {"attempt_id": attempt_id}).all()
    entries = (Entry(row.ordinal, row.client_id, row.seq, row.item_id, tuple(row.response)) for row in rows)
    return winners(entries), rows[-1].received_at if rows else None


def form_client(page: str, posted: str) -> str:
    """Return a client id for a posted form: a page as it was rendered once, with what was posted from it.

    Posting twice is the same client. Going back and answering otherwise is another, which contradicts nothing; so is
    the same answer given on a page rendered later, which must count as the newest.
    """
    return "form-" + hashlib.sha256(f"{page}\n{posted}".encode()).hexdigest()[:40]
