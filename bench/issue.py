"""What issuing costs without the queue: number, sign, keep, in a process that does nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import event

from bench.cpu import cpu_seconds, tree
from bench.installation import Installation
from bench.journey import Account
from bench.people import actor_of, open_app
from lms_core import jobs
from lms_core.database import db
from lms_core.installation import here
from lms_core.models import Attempt
from lms_core.services import answers, attempts, grading
from lms_core.services.answers import Answer
from lms_core.transaction import Job

COUNTED = 2
CLIENT = "bench-issue"


@dataclass(frozen=True, slots=True)
class Issuing:
    """CPU milliseconds (database server included) and statements of one certificate."""

    milliseconds: float
    statements: int


def measure_issuing(site: Installation, accounts: Sequence[Account]) -> Issuing:
    """Let the accounts pass the exam by the services, then run their jobs in this process."""
    app, rung = open_app(site.environ)
    with app.app_context():
        for account in accounts:
            _pass(site, account)
        waiting = [job for job in rung if job.name == jobs.issue_credential.__name__]
        statements = _statements(lambda: _run(waiting[:COUNTED])) // COUNTED
        measured = waiting[COUNTED:]
        before = time.process_time() + _server(site)
        _run(measured)
        used = time.process_time() + _server(site) - before
        db.engine.dispose()
    return Issuing(used * 1000 / len(measured), statements)


def _run(waiting: Sequence[Job]) -> None:
    for job in waiting:
        jobs.issue_credential(*job.arguments)


def _server(site: Installation) -> float:
    return sum(map(cpu_seconds, tree(site.database))) if site.database else 0.0


def _statements(act: Callable[[], None]) -> int:
    seen: list[str] = []

    def collect(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", collect)
    act()
    event.remove(db.engine, "before_cursor_execute", collect)
    return len(seen)


def _pass(site: Installation, account: Account) -> None:
    filar, now = here(), here().clock()
    actor = actor_of(filar, account.email)
    with filar.writing() as (session, later):
        number = attempts.start(session, filar.catalogue, account.enrolment, site.exam, actor=actor, now=now).id
        drawn = attempts.paper_of(session.get_one(Attempt, number))
        given = [Answer(seq, entry.item_id, list(site.right[entry.item_id])) for seq, entry in enumerate(drawn, 1)]
        answers.record(session, filar.catalogue, number, given, client=CLIENT, actor=actor, now=now)
        grading.submit(session, filar.catalogue, number, actor=actor, now=now, later=later)
