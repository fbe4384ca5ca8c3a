"""The servers that other tests lean on: real, our own, and gone when we are."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from redis import Redis
from sqlalchemy import create_engine, text

from tests.runtime.left import assert_all_gone
from tests.servers.postgres import PostgresServer
from tests.servers.valkey import ValkeyServer

ROOT = Path(__file__).parents[2]
WAYS = [False, True] if os.geteuid() == 0 else [None]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as started:
        yield started


def rows(server: PostgresServer, database: str, statement: str) -> list[tuple[object, ...]]:
    engine = create_engine(server.url(database))
    try:
        with engine.begin() as connection:
            result = connection.execute(text(statement))
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        engine.dispose()


def test_postgres_is_new_enough_speaks_unicode_and_listens_on_no_port(server: PostgresServer) -> None:
    database = server.create()
    assert rows(
        server, database, "SELECT length('zażółć'), current_setting('server_version_num')::int / 10000 >= 15"
    ) == [(6, True)]
    assert rows(server, database, "SHOW listen_addresses") == [("",)]


def test_a_database_from_a_template_has_its_content_and_its_own_life(server: PostgresServer) -> None:
    template = server.create()
    rows(server, template, "CREATE TABLE person (name text)")
    rows(server, template, "INSERT INTO person VALUES ('Żaneta')")
    first, second = server.create_from(template), server.create_from(template)
    rows(server, first, "DELETE FROM person")
    assert rows(server, first, "SELECT * FROM person") == []
    assert rows(server, second, "SELECT * FROM person") == [("Żaneta",)]


def test_a_dropped_database_is_gone_though_somebody_is_connected(server: PostgresServer) -> None:
    database = server.create()
    engine = create_engine(server.url(database))
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        server.drop(database)
        connection.invalidate()
    engine.dispose()
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(host=str(server.directory), user="filar", dbname=database)


@pytest.mark.parametrize("unshared", WAYS)
def test_nothing_is_left_of_postgres_when_it_is_stopped(*, unshared: bool | None) -> None:
    with PostgresServer(unshared=unshared) as started:
        assert rows(started, "postgres", "SELECT 1") == [(1,)]
        family = processes(started.directory)
        assert len(family) > 3
    assert not started.directory.exists()
    assert_all_gone(family)


def processes(directory: Path) -> list[psutil.Process]:
    """The server and its helpers, found by the one whose command line names the directory."""
    main = next(one for one in psutil.Process().children(recursive=True) if str(directory) in " ".join(one.cmdline()))
    return [main, *main.children(recursive=True)]


KILLED = """
import os, signal, time
from tests.servers.{module} import {name}
with {name}({arguments}) as server:
    print(server.directory, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize(
    ("module", "name", "arguments"),
    [*(("postgres", "PostgresServer", f"unshared={way}") for way in WAYS), ("valkey", "ValkeyServer", "")],
)
def test_a_server_dies_with_the_tests_that_are_killed(module: str, name: str, arguments: str) -> None:
    code = KILLED.format(module=module, name=name, arguments=arguments)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        directory = Path(process.stdout.readline().strip())
        family = psutil.Process(process.pid).children(recursive=True)
        assert family
        process.kill()
    assert_all_gone(family)
    subprocess.run(["rm", "-r", directory], check=True)


def test_valkey_answers_and_leaves_nothing() -> None:
    with ValkeyServer() as started:
        with Redis.from_url(started.url) as client:
            assert client.set("zażółć", "gęślą")
            assert client.get("zażółć").decode() == "gęślą"
        process = psutil.Process(started.running.process.pid)
    assert not process.is_running()
    assert not started.directory.exists()
