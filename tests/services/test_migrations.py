"""Models and migrations say the same, on both databases; migrating is safe to repeat and to race."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, UniqueConstraint, inspect, text

from lms_core.database import make_engine
from lms_core.migrations.runner import DatabaseTooNew, upgrade
from lms_core.models import Base
from tests.servers.postgres import PostgresServer


def test_there_is_no_drift_between_models_and_migration(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_constraints_are_the_models(database_url: str) -> None:
    """Alembic does not compare checks and partial indexes' conditions; ask the database itself."""
    engine = make_engine(database_url)
    for table in Base.metadata.tables.values():
        checks = {one.name for one in table.constraints if one.__visit_name__ == "check_constraint"}
        assert checks <= checks_in(engine, table.name), table.name
    for index in ("uq_attempt_open", "uq_credential_current"):
        assert re.search(r"CREATE UNIQUE INDEX .* WHERE .*state", index_sql(engine, index), re.DOTALL), index
    engine.dispose()


def checks_in(engine: Engine, table: str) -> set[str]:
    if engine.dialect.name == "postgresql":
        return {check["name"] for check in inspect(engine).get_check_constraints(table)}
    with engine.connect() as connection:
        sql = connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = :table"), {"table": table})
    return set(re.findall(r"CONSTRAINT (\w+) CHECK", sql))


def index_sql(engine: Engine, index: str) -> str:
    postgresql = "SELECT indexdef FROM pg_indexes WHERE indexname = :index"
    sqlite = "SELECT sql FROM sqlite_master WHERE name = :index"
    with engine.connect() as connection:
        return connection.scalar(text(locals()[engine.dialect.name]), {"index": index})


def test_keys_are_not_null_unless_the_design_says_so() -> None:
    allowed = {
        "organisation.parent_id",
        "organisation.teryt",
        "audit_event.actor_id",
        "credential.supersedes_id",
        "password_reset.person_id",
        "password_reset.token_hash",
        "registration.token_hash",
    }
    unique = {
        column
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
        for column in constraint.columns
    }
    keys = unique | {key.parent for table in Base.metadata.tables.values() for key in table.foreign_keys}
    assert {f"{key.table.name}.{key.name}" for key in keys if key.nullable} == allowed


def test_every_constraint_has_a_name() -> None:
    for table in Base.metadata.tables.values():
        assert all(one.name for one in (*table.constraints, *table.indexes)), table.name


def test_migrating_again_changes_nothing(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO lease (name, holder, expires_at) VALUES ('a', 'b', '2026-11-21')"))
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM lease")) == 1
    engine.dispose()


def test_a_newer_database_is_refused(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNew, match="9999"):
        upgrade(engine)
    engine.dispose()


def test_processes_that_migrate_at_once_take_turns(postgres_server: PostgresServer, tmp_path: Path) -> None:
    for url in (postgres_server.url(postgres_server.create()), f"sqlite:///{tmp_path / 'new.sqlite'}"):
        engines = [make_engine(url) for _ in range(3)]
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(upgrade, engines))
        assert "credential" in inspect(engines[0]).get_table_names()
        for engine in engines:
            engine.dispose()
