"""Fixtures: every test that touches data runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import settings as hypothesis_settings

from lms_core.app import create_app
from lms_core.config import Settings
from lms_core.database import db, make_engine
from lms_core.migrations.runner import upgrade
from lms_core.plugin_host import Plugins, Source, installed_sources, load_plugins
from lms_core.services import passwords
from lms_core.transaction import Job
from tests.road import Clock, Site
from tests.servers.postgres import PostgresServer

NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
SECRET = "a secret of the tests, long enough to be accepted"

hypothesis_settings.register_profile("filar", deadline=None)  # a busy machine is no fault; speed is for the benchmark
hypothesis_settings.load_profile("filar")


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Signing in costs 80 ms of argon2 otherwise, in thousands of tests; those about passwords take the real cost."""
    if "passwords" in request.path.name:
        return
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", hasher)
    monkeypatch.setattr(passwords, "NOBODYS_HASH", hasher.hash("nobody's"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    name = postgres_server.create()
    engine = make_engine(postgres_server.url(name))
    upgrade(engine)
    engine.dispose()
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "filar.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database of its own."""
    if request.param == "sqlite":
        path = tmp_path / "filar.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres_server")
    name = server.create_from(request.getfixturevalue("postgres_template"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture(scope="session")
def installed() -> tuple[list[Source], Plugins]:
    """The installed plugins, read once: reading them takes a quarter of a second, and they do not change."""
    found = installed_sources()
    return found, load_plugins(found, raise_errors=True)


@pytest.fixture
def sources(installed: tuple[list[Source], Plugins]) -> list[Source]:
    """The plugins of the site under test; a module may override it."""
    return installed[0]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path,
        public_url="https://szkolenia.example.pl",
        database_url=database_url,
        secret_key=SECRET,
        redis_url="memory://",
        issuer_name="Ośrodek Szkoleń Gminy Przykładowo",
        plugin_errors="raise",
    )


@pytest.fixture
def rung() -> list[Job]:
    """The jobs that were rung for; nothing runs them unless the test does."""
    return []


@pytest.fixture
def app(
    settings: Settings,
    clock: Clock,
    sources: list[Source],
    rung: list[Job],
    installed: tuple[list[Source], Plugins],
) -> Iterator[Flask]:
    known, plugins = installed
    with pytest.MonkeyPatch.context() as patch:
        if sources is known:
            patch.setattr("lms_core.app.load_plugins", lambda *_args, **_named: plugins)
        app = create_app(settings, clock=clock, ring=rung.append, sources=sources)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def site(app: Flask, clock: Clock, rung: list[Job]) -> Site:
    return Site(app, clock, rung)
