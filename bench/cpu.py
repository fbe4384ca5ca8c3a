"""CPU time and memory of processes, from the process table (Linux only)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

TICKS = os.sysconf("SC_CLK_TCK")
PROCESS_CLOCK = 2
"""CPUCLOCK_SCHED of <linux/posix-timers.h>: what the scheduler counted for all threads, in nanoseconds."""
AFTER_NAME, USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM = 2, 11, 12, 13, 14
"""Fields of /proc/PID/stat, counted from the one after the name."""
ROLES = {
    "lms_core.runtime.wsgi": "web",
    "gunicorn": "web",
    "lms_core.cli worker": "worker",
    "lms_core.runtime.scheduler": "rest",
    "valkey-server": "queue",
    "redis-server": "queue",
}

Seconds = dict[str, float]
"""CPU seconds by role."""


def cpu_seconds(pid: int) -> float:
    """Return what the process used, with its ended threads and its ended and waited-for children; 0 when it is gone.

    Its own time is exact. The children's comes in ticks of 10 ms, rounded once for all of them and not for each.
    """
    try:
        fields = _fields(pid)
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    children = (int(fields[CHILDREN_USER]) + int(fields[CHILDREN_SYSTEM])) / TICKS
    try:
        return time.clock_gettime((~pid << 3) | PROCESS_CLOCK) + children
    except OSError:  # it has ended and nobody has waited for it yet
        return (int(fields[USER]) + int(fields[SYSTEM])) / TICKS + children


def _fields(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()


def tree(pid: int) -> list[int]:
    """Return the process and all below it; nothing when it is gone."""
    try:
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.NoSuchProcess:
        return []


def difference(before: Mapping[str, float], after: Mapping[str, float]) -> Seconds:
    return {role: after[role] - before.get(role, 0.0) for role in after}


@dataclass(frozen=True, slots=True)
class Household:
    """The processes of one running installation: its supervisor, and the database server where there is one."""

    supervisor: int
    database: int | None = None

    def roles(self) -> dict[str, list[int]]:
        """Return the pids of each role; what has no other is "rest"."""
        found: dict[str, list[int]] = {"rest": [self.supervisor]}
        for child in psutil.Process(self.supervisor).children():
            found.setdefault(role_of(child.cmdline()), []).extend(tree(child.pid))
        if self.database is not None:
            found["database"] = tree(self.database)
        return found

    def cpu(self) -> Seconds:
        return {role: sum(map(cpu_seconds, pids)) for role, pids in self.roles().items()}

    def memory(self) -> dict[str, float]:
        """Return megabytes by role: proportional set size, so that shared pages count once."""
        return {role: sum(map(megabytes, pids)) for role, pids in self.roles().items()}

    def busiest(self, role: str) -> int:
        return max(self.roles()[role], key=cpu_seconds)


def role_of(command: Iterable[str]) -> str:
    line = " ".join(command)
    return next((role for words, role in ROLES.items() if words in line), "rest")


def megabytes(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
