"""Bring a database to the newest schema, safely when several processes try at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

from lms_core.database import WRITES

if TYPE_CHECKING:
    from alembic.config import Config

ADVISORY_LOCK = 7141


class DatabaseTooNew(Exception):
    """The database was migrated by a newer Filar."""


def alembic_config(connection: Connection | None = None) -> Config:
    from alembic.config import Config  # noqa: PLC0415 - 12 MB that only a migration needs

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> None:
    """Run every missing migration in one transaction; raise `DatabaseTooNew` for an unknown revision."""
    if engine.dialect.name == "sqlite":
        _upgrade_sqlite(engine)
        return
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
        _run(connection)


def _upgrade_sqlite(engine: Engine) -> None:
    """SQLite rebuilds tables to alter them: with foreign keys on, that would cascade into their children."""
    with engine.connect() as raw:
        raw.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        connection = raw.execution_options(**{WRITES: True})
        try:
            with connection.begin():
                _run(connection)
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise RuntimeError(f"migration left dangling references: {broken[:5]}")
        finally:
            raw.connection.driver_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


def _run(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - as above
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    script = ScriptDirectory.from_config(alembic_config())
    current = MigrationContext.configure(connection).get_current_revision()
    known = {revision.revision for revision in script.walk_revisions()}
    if current is not None and current not in known:
        raise DatabaseTooNew(f"the database is at {current}, which this Filar does not know; install the newer one")
    command.upgrade(alembic_config(connection), "head")
