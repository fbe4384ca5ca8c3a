"""The engine: SQLite as we need it, and PostgreSQL.

SQLite's own "deferred" transactions fail with "database is locked" when two requests read and then write, so every
writing transaction begins IMMEDIATE (10-60 % of autosaves failed without, none with).
"""

from __future__ import annotations

import os
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from pysqlite3 import dbapi2
from sqlalchemy import Connection, CursorResult, Engine, Executable, Table, create_engine, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

WRITES = "lms_writes"
"""Execution option of a connection whose transaction is going to write."""
BUSY_MILLISECONDS = 30_000
CONNECT_SECONDS = 5

db = SQLAlchemy(session_options={"expire_on_commit": False})


def engine_options(url: str) -> dict[str, Any]:
    """`hide_parameters`: a failing statement is logged without the people's data in it."""
    if url.startswith("sqlite"):
        arguments = {"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000}
        return {"module": dbapi2, "connect_args": arguments, "hide_parameters": True}
    arguments = {"connect_timeout": CONNECT_SECONDS}
    return {"pool_pre_ping": True, "pool_size": 10, "connect_args": arguments, "hide_parameters": True}


def make_engine(url: str) -> Engine:
    """Return an engine outside Flask, for migrations and tests."""
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    return engine


def prepare(engine: Engine) -> None:
    """Install what an engine of ours needs. A forked child must not share its parent's connections."""
    os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def first_line(error: DBAPIError) -> str:
    """Return what the driver says, without its hints."""
    return str(error.orig).splitlines()[0]


def run(session: Session, statement: Executable, values: Any = None) -> CursorResult[Any]:
    """Run a Core statement in the session's transaction, past the ORM: for what is asked at every request.

    What the session holds unflushed is not seen; nothing on these paths is.
    """
    return session.connection().execute(statement, values)


def table_of(model: type) -> Table:
    """Return the model's table, for statements that `run` takes."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def insert_into(session: Session, table: type | Table) -> Any:
    """Return the dialect's INSERT, which knows ON CONFLICT on both databases."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return insert(table)


def take_turns(session: Session, lock: int) -> None:
    """Wait until no other transaction holds the lock, then hold it to the end of this one.

    SQLite needs nothing: its writer is alone.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(lock)))


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    # busy_timeout first: turning WAL on may have to wait for another process too
    for pragma in (f"busy_timeout={BUSY_MILLISECONDS}", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    # Through SQLAlchemy it would cost what a statement costs, at every request twice.
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
