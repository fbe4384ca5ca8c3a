"""The only commit. Rows first, jobs after (design, decision 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from threading import Lock

from sqlalchemy.orm import Session

from lms_core.database import WRITES

_sqlite_writer = Lock()
"""SQLite has one writer; waiting here is fair and quick, its own busy handler sleeps."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job to ring for once the rows that it will look at are committed; arguments are ids."""

    name: str
    arguments: tuple[int, ...]


Later = Callable[[Job], None]


def rings_for_nothing(job: Job) -> None:
    """Stand where no job may be asked for."""
    raise AssertionError(f"there is nothing to ring for here: {job}")


@contextmanager
def transaction(session: Session, ring: Callable[[Job], None]) -> Iterator[Later]:
    """Run the block in one writing transaction, commit, then ring for the jobs it asked for.

    An error rolls everything back and rings for nothing.
    """
    jobs: list[Job] = []
    session.rollback()  # a read before this block must not turn into a write half-way
    sqlite = session.get_bind().dialect.name == "sqlite"
    with _sqlite_writer if sqlite else nullcontext():
        try:
            session.connection(execution_options={WRITES: True})
            yield jobs.append
            session.commit()
        except BaseException:
            session.rollback()
            raise
    for job in jobs:
        ring(job)
