"""The engine: SQLite as we need it, and PostgreSQL.

SQLite's own "deferred" transactions fail with "database is locked" when two requests read and then write, so every
writing transaction begins IMMEDIATE (10-60 % of autosaves failed without, none with).
"""

from __future__ import annotations

import os
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from pysqlite3 import dbapi2
from sqlalchemy import Connection, Engine, create_engine, event

WRITES = "lms_writes"
"""Execution option of a connection whose transaction is going to write."""
BUSY_MILLISECONDS = 30_000

db = SQLAlchemy(session_options={"expire_on_commit": False})


def engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"module": dbapi2, "connect_args": {"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000}}
    return {"pool_pre_ping": True, "pool_size": 10}


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


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_MILLISECONDS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
