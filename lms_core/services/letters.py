"""Letters that wait to be sent: a row each, so that a mail server that is away loses none.

The row holds ids, never an address or a word of the letter: the job writes it when it sends it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, exists, insert, literal, select, update
from sqlalchemy.orm import Session

from lms_core.database import insert_into
from lms_core.models import JobRow, LetterRow
from lms_core.models.base import Instant
from lms_core.transaction import Job, Later

RING_AGAIN = timedelta(minutes=1)
CLAIMED = timedelta(minutes=3)
"""Longer than a slow mail server takes: within it nobody else sends the same letter."""
MOST_TRIES = 100
TRIES_A_RING = 4
"""The queue tries three times more at once."""
LONGEST_PAUSE = 30
KEPT = timedelta(days=30)
PAGE = 100


def ask(session: Session, job: str, subject_id: int, *, now: datetime, later: Later) -> None:
    """Have the job `job` send the letter about the subject, after the commit and until it succeeds."""
    ask_all(session, job, [subject_id], now=now, later=later)


def ask_all(session: Session, job: str, subject_ids: Iterable[int], *, now: datetime, later: Later) -> None:
    """Do so for each of the subjects, in hardly more statements than for one."""
    common = {"name": job, "state": "pending", "tries": 0, "due_at": now + RING_AGAIN}
    rows = [{**common, "key": f"{job}:{one}:{secrets.token_hex(8)}", "arguments": [one]} for one in subject_ids]
    if rows:
        for row_id in sorted(session.scalars(insert(JobRow).returning(JobRow.id), rows)):
            later(Job(job, (row_id,)))


def ask_once(session: Session, job: str, wanted: Select[int, int], *, now: datetime, later: Later) -> None:
    """Have the job write about each subject to each person, once for ever; at most a page of them at a time.

    `wanted` selects (person id, subject id). The subject of the job is the `LetterRow`: its unique key makes it one.
    """
    both = wanted.subquery()
    person_id, subject_id = both.c
    asked = exists().where(LetterRow.job == job, LetterRow.subject_id == subject_id, LetterRow.person_id == person_id)
    new = select(literal(job), person_id, subject_id, literal(now, Instant())).where(~asked).limit(PAGE)
    insertion = insert_into(session, LetterRow).from_select(["job", "person_id", "subject_id", "asked_at"], new)
    made = session.scalars(insertion.on_conflict_do_nothing().returning(LetterRow.id))
    ask_all(session, job, sorted(made), now=now, later=later)


def mark_sent(session: Session, row_id: int, *, now: datetime) -> None:
    """Note when a letter that goes out once was sent."""
    session.execute(update(LetterRow).where(LetterRow.id == row_id).values(sent_at=now))


def claim(session: Session, letter_id: int, *, now: datetime) -> int | None:
    """Take the letter for sending and return its subject's id; None when it is sent, given up or in other hands."""
    row = _locked(session, letter_id)
    if row is None or row.state in {"done", "failed"} or (row.due_at > now and _is_taken_or_rests(row)):
        return None
    row.state, row.tries, row.due_at = "running", row.tries + 1, now + CLAIMED
    return row.arguments[0]


def _is_taken_or_rests(row: JobRow) -> bool:
    """The queue's own tries follow at once; after them there is a pause, however often it was rung."""
    return row.state == "running" or (row.tries > 0 and row.tries % TRIES_A_RING == 0)


def finish(session: Session, letter_id: int) -> None:
    """Note that there is nothing more to do."""
    if row := _locked(session, letter_id):
        row.state, row.last_error = "done", None


def put_off(session: Session, letter_id: int, *, why: str, final: bool, now: datetime) -> None:
    """Note a failure; the sweep rings again after a pause that grows to half an hour, for about six hours."""
    if row := _locked(session, letter_id):
        row.state = "failed" if final or row.tries >= MOST_TRIES else "pending"
        row.last_error = why
        row.due_at = now + timedelta(minutes=min(row.tries // TRIES_A_RING + 1, LONGEST_PAUSE))


def due(session: Session, *, now: datetime) -> list[Job]:
    """Return the jobs to ring for again."""
    waiting = JobRow.state.in_(("pending", "running"))
    rows = session.scalars(select(JobRow).where(waiting, JobRow.due_at <= now).order_by(JobRow.id).limit(PAGE))
    return [Job(row.name, (row.id,)) for row in rows]


def forget_old(session: Session, *, now: datetime) -> None:
    """Throw away what was over a month ago."""
    over = JobRow.state.in_(("done", "failed"))
    session.execute(delete(JobRow).where(over, JobRow.due_at < now - KEPT))


def _locked(session: Session, letter_id: int) -> JobRow | None:
    return session.scalar(select(JobRow).where(JobRow.id == letter_id).with_for_update())
