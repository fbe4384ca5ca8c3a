"""Waiting, and telling who is left. A zombie is gone: its reaping is up to whoever is process 1 here."""

import time
from collections.abc import Callable, Sequence

import psutil


def wait_until(said: Callable[[], object], *, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not said():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def assert_all_gone(processes: Sequence[psutil.Process], *, seconds: float = 5.0) -> None:
    """All of a family of at least one end within a few seconds."""
    assert processes
    wait_until(lambda: not any(map(is_alive, processes)), seconds=seconds)
