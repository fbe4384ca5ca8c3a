"""The road on PostgreSQL and a queue of its own, as an operator with servers would run it; then the database goes."""

from __future__ import annotations

import signal
import subprocess
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PASSWORD, Demo, environment, fetch, free_port, lms
from tests.e2e.steps import answer_all, go_to_the_exam, hand_in, wait_for_the_pdf
from tests.e2e.test_commands import PATIENCE, wait_for
from tests.servers.postgres import PostgresServer
from tests.servers.valkey import ValkeyServer

pytestmark = pytest.mark.browser
WHO = "sekretarz@gmina.example"


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture
def served(postgres: PostgresServer, tmp_path: Path) -> Iterator[Demo]:
    port, output = free_port(), tmp_path / "output.txt"
    with ValkeyServer() as queue, output.open("w") as log:
        settings = environment(
            LMS_DATA_DIR=str(tmp_path / "data"),
            LMS_PORT=str(port),
            LMS_PUBLIC_URL=f"http://127.0.0.1:{port}",
            LMS_DATABASE_URL=postgres.url(postgres.create()).replace("+psycopg", ""),
            LMS_REDIS_URL=queue.url,
        )
        create = lms("admin", "create", "--email", WHO, "--name", "Maria Nowak", "--password", PASSWORD)
        subprocess.run(create, env=settings, check=True, stdout=log, stderr=log)
        server = subprocess.Popen(lms("serve"), env=settings, stdout=log, stderr=log, text=True)
        try:
            wait_for(f"http://127.0.0.1:{port}/health/ready")
            yield Demo(f"http://127.0.0.1:{port}", server, output)
        finally:
            server.terminate()
            assert server.wait(PATIENCE) == 0


def status_of(url: str) -> int:
    try:
        fetch(url)
    except urllib.error.HTTPError as error:
        return error.code
    return 200


def test_the_road_and_a_database_that_goes_away(
    desktop: Page, served: Demo, postgres: PostgresServer, tmp_path: Path
) -> None:
    page = desktop
    go_to_the_exam(page, served, WHO)
    answer_all(page, right=True)
    hand_in(page)
    wait_for_the_pdf(page, served)
    assert not (tmp_path / "data" / "queue").exists()
    page.locator("main a[href^='/certificates/']").first.click()
    code = page.url.rsplit("/", 1)[1]
    assert status_of(f"{served.url}/c/{code}") == 200

    postgres.stop_now(signal.SIGINT)
    page.goto(f"{served.url}/my")
    expect(page.get_by_role("heading", level=1)).to_have_text("Filar jest chwilowo niedostępny")
    assert status_of(f"{served.url}/c/{code}") == 503
    assert status_of(f"{served.url}/health/ready") == 503
    assert status_of(f"{served.url}/health/live") == 200
