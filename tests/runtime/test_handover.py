"""The process that prepares becomes a small one: what it hands over arrives, and the application is not among it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from lms_core.runtime.embedded_queue import claim
from lms_core.runtime.handover import Handover
from lms_core.runtime.refusal import StartRefused
from lms_core.runtime.service import Restarts
from tests.runtime.left import assert_all_gone, wait_until
from tests.runtime.test_household import free_port

HEAVY = {"flask", "sqlalchemy", "alembic", "pluggy", "typst"}

HANDING_OVER = """
import os, signal, sys
from pathlib import Path
from lms_core.runtime.embedded_queue import claim
from lms_core.runtime.handover import supervise
data, port, early = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "early"
if early:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    os.kill(os.getpid(), signal.SIGINT)
note = "import os, pathlib, time; pathlib.Path(os.environ['NOTE']).write_text('noted'); time.sleep(60)"
web = f"from http.server import *; HTTPServer(('127.0.0.1', {port}), SimpleHTTPRequestHandler).serve_forever()"
supervise(
    {"noting": (sys.executable, "-c", note), "web": (sys.executable, "-c", web)},
    claim(data),
    environ={**os.environ, "NOTE": str(data / "note")},
    ready_url=f"http://127.0.0.1:{port}/",
    words="Filar działa",
)
"""


@contextmanager
def handing_over(data: Path, *, early: bool = False) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HANDING_OVER, str(data), str(free_port()), "early" if early else ""]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=data) as process:
        try:
            yield process
        finally:
            process.kill()


def test_the_process_goes_on_as_a_supervisor_with_everything_it_was_given(tmp_path: Path) -> None:
    with handing_over(tmp_path) as process:
        assert process.stdout
        assert process.stdout.readline() == "Filar działa\n"
        main = psutil.Process(process.pid)
        assert "lms_core.runtime.handover" in main.cmdline()
        wait_until((tmp_path / "note").exists)
        family = [main, *main.children(recursive=True)]
        assert len(family) == 4  # supervisor, queue, noting, web
        with pytest.raises(StartRefused, match="another Filar"):
            claim(tmp_path, handover=0)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert process.stdout.read() == "Filar has stopped.\n"
    assert_all_gone(family)
    claim(tmp_path, handover=0).release()


def test_only_the_queue_inherits_the_claim(tmp_path: Path) -> None:
    with handing_over(tmp_path) as process:
        assert process.stdout
        process.stdout.readline()
        holders = {child.name() for child in psutil.Process(process.pid).children() if holds(child.pid, tmp_path)}
        assert len(holders) == 1
        assert holders.pop().startswith(("valkey-server", "redis-server"))


def holds(pid: int, data: Path) -> bool:
    lock = str(data / "queue" / "lock")
    return any(os.path.realpath(one) == lock for one in Path(f"/proc/{pid}/fd").iterdir())


def test_a_ctrl_c_while_it_changes_is_obeyed_afterwards_without_a_traceback(tmp_path: Path) -> None:
    with handing_over(tmp_path, early=True) as process:
        output, errors = process.communicate(timeout=20)
    assert (process.returncode, output) == (0, "Filar has stopped.\n")
    assert "Traceback" not in errors


def test_what_is_written_is_read(tmp_path: Path) -> None:
    queue = claim(tmp_path)
    told = Handover({"web": ("a", "b")}, queue, "http://127.0.0.1:1/", "słowa", Restarts(limit=7, pause=0.1))
    try:
        read = Handover.read(told.written())
    finally:
        queue.release()
    assert (read.queue, read.restarts, read.words, read.ready_url) == (queue, told.restarts, "słowa", told.ready_url)
    assert [(one.name, one.command) for one in read.services] == [("queue", queue.command), ("web", ("a", "b"))]


@pytest.mark.parametrize("module", ["lms_core.runtime.handover", "lms_core.runtime.scheduler"])
def test_what_runs_all_the_time_does_not_load_the_application(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True).stdout
    assert module in loaded.split()
    assert HEAVY.isdisjoint(loaded.split())
