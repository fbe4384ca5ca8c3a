"""The figures as Markdown, and where they stand in docs/performance.md."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.crowd import Stampede
from bench.figures import SIGN_IN, Journey, Step, Target, percentile, targets
from bench.issue import Issuing
from bench.journey import ISSUE

TITLES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
ROLES = ("web", "worker", "queue", "database")
NONE = "–"


class NoPlace(Exception):
    """The file has no markers for these tables."""


@dataclass(frozen=True, slots=True)
class Served:
    """What was measured on the running installation. `idle`: CPU ms per second; `memory`: MB by role."""

    journey: Journey
    saving: Journey
    idle: float
    memory: Mapping[str, float]
    stampede: Stampede | None
    layers: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Run:
    """All that one run measured. `issuing` is by the services alone, `statements` by step.

    `busy`: processes that wanted a core in the minute before the run (load average).
    """

    kind: str
    server: str
    clients: int
    learners: int
    users: int
    busy: float
    served: Served
    floor: Journey
    statements: Mapping[str, int]
    issuing: Issuing

    @property
    def targets(self) -> list[Target]:
        return targets(
            self.kind,
            self.served.journey,
            self.served.saving,
            statements=self.statements,
            issuing=self.issuing.milliseconds,
            memory=sum(value for role, value in self.served.memory.items() if role != "database"),
        )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; all columns but the first are numbers."""
    lines = [head, ["---", *("--:" for _ in head[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def number(value: float) -> str:
    """Return three digits, or all before the point."""
    places = max(0, 2 - len(str(int(abs(value)))) + 1)
    return f"{value:.{places}f}"


def report(run: Run) -> str:
    served = run.served
    parts = [
        _about(run),
        f"**Targets** (CPU is of all processes)\n\n{_targets(run.targets)}",
        f"**The journey of 15 requests**: {_sums(run, served.journey)}\n\n{_steps(run)}",
        f"**The journey with one save per answer**: {_sums(run, served.saving)}",
        _issuing(run),
        _memory(run),
        *([_stampede(served.stampede)] if served.stampede else []),
        *(_layers(what, shares) for what, shares in served.layers.items()),
    ]
    return "\n\n".join(parts)


def _about(run: Run) -> str:
    day = datetime.now(UTC).date()
    return (
        f"{day}, {_machine()}, {run.server}, {TITLES[run.kind]}; {run.learners} learners on {run.clients} connections "
        f"at a time, the client on the same machine, whose load before the run was {run.busy:.1f}."
    )


def _machine() -> str:
    words = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = words[1] if words else platform.machine()
    system = f"Linux {platform.release()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores of {model}, {memory:.0f} GiB, {system}"


def _targets(targets: Sequence[Target]) -> str:
    rows = [
        [one.what, f"{one.limit:g} {one.unit}".strip(), number(one.measured), "met" if one.met else "**missed**"]
        for one in targets
    ]
    return table(["what", "target", "measured", ""], rows)


def _sums(run: Run, journey: Journey) -> str:
    whole, without = journey.milliseconds(), journey.milliseconds(without=[SIGN_IN])
    return (
        f"{journey.requests} requests and the issuing, {journey.statements(run.statements)} statements "
        f"({run.statements[ISSUE]} of them for the issuing), {number(whole)} ms of CPU; "
        f"{number(without)} ms without the sign-in, which is argon2."
    )


def _steps(run: Run) -> str:
    """All steps of the first journey, and the save that stands for the answers in the second."""
    save = [step for step in run.served.saving.steps if step.name in run.served.saving.times_each]
    head = ["step", "p50 ms", "p95 ms", "p99 ms", "SQL", "CPU ms", *ROLES, "floor CPU ms", "ratio"]
    return table(head, [_row(run, step) for step in (*run.served.journey.steps, *save)])


def _row(run: Run, step: Step) -> list[str]:
    asked = step.name != ISSUE
    times = [number(percentile(step.times, one)) if asked else NONE for one in (50, 95, 99)]
    roles = [number(step.milliseconds(role)) for role in ROLES]
    return [step.name, *times, str(run.statements[step.name]), number(step.milliseconds()), *roles, *_floor(run, step)]


def _floor(run: Run, step: Step) -> list[str]:
    if step.name == ISSUE:
        return [NONE, NONE]
    floor = run.floor.step(step.name).milliseconds()
    return [number(floor), number(step.milliseconds() / floor)]


def _issuing(run: Run) -> str:
    step = run.served.journey.step(ISSUE)
    return (
        f"**Issuing**: {number(run.issuing.milliseconds)} ms of CPU for number, signature and JSON by the services, "
        f"{number(step.milliseconds())} ms as it runs: the queue's own bookkeeping included "
        f"({number(1000 / step.times[0])} certificates a second)."
    )


def _memory(run: Run) -> str:
    each = ", ".join(f"{role} {value:.0f}" for role, value in run.served.memory.items())
    return (
        f"**Memory** with {run.users} people at the same time (PSS in MB): {each}. "
        f"**Idle**: {number(run.served.idle)} ms of CPU per second."
    )


def _stampede(found: Stampede) -> str:
    rows = [
        [name, *(number(percentile(times, one)) for one in (50, 95, 99, 100))] for name, times in found.times.items()
    ]
    return (
        f"**Stampede**: {found.people} signed-in learners start within {found.window:g} s, answer within as long, "
        f"hand in within as long. "
        f"Errors: {len(found.errors)}; graded: {found.graded}; certificates: {found.issued}, the last one "
        f"{number(max(0.0, found.seconds_to_issue))} s after the last could hand in.\n\n"
        + table(["request", "p50 ms", "p95 ms", "p99 ms", "longest ms"], rows)
        + "".join(f"\n\n{error}" for error in found.errors[:3])
    )


def _layers(what: str, shares: Mapping[str, float]) -> str:
    rows = [[name, f"{share:.0%}"] for name, share in shares.items()]
    return f"**Where the web process spends its time: {what}**\n\n{table(['layer', 'share'], rows)}"


def put(path: Path, kind: str, text: str) -> None:
    """Replace what stands between the markers of this database. NoPlace: there are none."""
    begin, end = f"<!-- {kind} -->", f"<!-- end of {kind} -->"
    page = path.read_text(encoding="utf-8")
    if page.count(begin) != 1 or page.count(end) != 1:
        raise NoPlace(f"{path} must have the lines {begin} and {end}")
    before, after = page.split(begin)[0], page.split(end)[1]
    path.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")
