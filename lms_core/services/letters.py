"""Letters that wait to be sent: a row each, so that a mail server that is away loses none.

The row holds ids, never an address or a word of the letter: the job writes it when it sends it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms_core.models import JobRow
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
    rows = [JobRow(key=f"{job}:{one}:{secrets.token_hex(8)}", arguments=[one], **common) for one in subject_ids]
    session.add_all(rows)
    session.flush()
    for row in rows:
        later(Job(job, (row.id,)))


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
