"""Several processes of one web server: one that is killed is replaced, and the others serve on."""

import os
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from lms_core.runtime import wsgi
from lms_core.runtime.processes import child_process
from tests.runtime.left import assert_all_gone, is_alive, wait_until
from tests.runtime.test_household import free_port

HERE = Path(__file__).parent


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def main(port: int) -> Iterator[psutil.Process]:
    command = wsgi.command("household:create", host="127.0.0.1", port=port, threads=1, processes=2)
    started = child_process(command, environ={**os.environ, "PYTHONPATH": str(HERE)})
    try:
        wait_until(lambda: len(answering(port)) == 2, seconds=30)
        yield psutil.Process(started.pid)
    finally:
        started.kill()
        started.wait()


def answering(port: int) -> set[int]:
    """The processes that answered a few requests."""
    seen = set()
    for _ in range(20):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                seen.add(int(answer.read()))
        except OSError:
            pass
    return seen


def test_a_killed_one_is_replaced_and_the_server_stays(main: psutil.Process, port: int) -> None:
    before = answering(port)
    killed = before.pop()
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: len(answering(port) - {killed}) == 2, seconds=30)
    assert before < answering(port)
    assert is_alive(main)


def test_a_stop_takes_all_of_them_along(main: psutil.Process) -> None:
    family = [main, *main.children(recursive=True)]
    assert len(family) >= 3
    main.terminate()
    assert_all_gone(family, seconds=15)
