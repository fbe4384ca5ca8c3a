"""CPU time out of the process table."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from bench.cpu import cpu_seconds, difference, megabytes, role_of, tree

BUSY = "import time\nwhile time.process_time() < {seconds}: pass\n"
WAIT = "print(flush=True)\ninput()\n"


def started(code: str) -> subprocess.Popen[str]:
    """A process that has done its work and waits for a line."""
    process = subprocess.Popen(
        [sys.executable, "-c", code + WAIT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    process.stdout.readline()
    return process


def test_the_time_of_a_process_is_finer_than_a_tick() -> None:
    with started(BUSY.format(seconds=0.123)) as process:
        found = cpu_seconds(process.pid)
        process.communicate("\n")
    assert 0.123 <= found < 0.2


def test_the_time_of_threads_that_ended_counts() -> None:
    code = f"import threading\ndef work():\n exec({BUSY.format(seconds=0.15)!r})\n"
    code += "thread = threading.Thread(target=work)\nthread.start()\nthread.join()\n"
    with started(code) as process:
        found = cpu_seconds(process.pid)
        process.communicate("\n")
    assert found >= 0.15


def test_the_time_of_children_that_ended_counts() -> None:
    code = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BUSY.format(seconds=0.2)!r}])\n"
    with started(code) as process:
        found = cpu_seconds(process.pid)
        process.communicate("\n")
    assert found >= 0.2 - 2 / os.sysconf("SC_CLK_TCK")


def test_a_process_that_ended_unnoticed_still_has_its_time() -> None:
    process = subprocess.Popen([sys.executable, "-c", BUSY.format(seconds=0.1)])
    deadline = time.monotonic() + 20
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert cpu_seconds(process.pid) >= 0.09
    process.wait()
    assert cpu_seconds(process.pid) == 0
    assert tree(process.pid) == []
    assert megabytes(process.pid) == 0


def test_a_tree_has_grandchildren_and_memory() -> None:
    code = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', {WAIT!r}], stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
    )
    with started(code) as process:
        family = tree(process.pid)
        assert family[0] == process.pid
        assert len(family) == 2
        assert all(1 < megabytes(pid) < 100 for pid in family)
        process.communicate("\n")


@pytest.mark.parametrize(
    ("command", "role"),
    [
        (["python", "-P", "-m", "lms_core.runtime.wsgi", "lms_core.app:from_environment"], "web"),
        (["python", "-P", "-m", "gunicorn", "lms_core.app:from_environment()"], "web"),
        (["python", "-P", "-m", "lms_core.cli", "worker"], "worker"),
        (["python", "-P", "-m", "lms_core.cli", "tick"], "rest"),
        (["/x/_binaries/linux-x86_64/valkey-server", "--port", "0"], "queue"),
        (["something", "else"], "rest"),
    ],
)
def test_processes_have_roles(command: list[str], role: str) -> None:
    assert role_of(command) == role


def test_a_role_that_came_later_counts_from_nothing() -> None:
    assert difference({"web": 1.0}, {"web": 1.5, "worker": 2.0}) == {"web": 0.5, "worker": 2.0}
