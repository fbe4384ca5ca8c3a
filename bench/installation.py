"""One installation to be measured: its directory, database and people; the servers on it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bench.browser import Browser
from bench.cpu import Household
from bench.journey import Account, Learner
from bench.people import settle
from lms_core.content.loader import load_program
from lms_core.database import make_engine
from lms_core.domain.program import AssessmentUnit, Lesson, TrainingProgram
from lms_core.models import Credential, OutcomeRow
from lms_core.runtime.processes import child_process
from tests.servers import postgres

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = Path(__file__).with_name("program")
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "autovacuum": "on"}
"""Set over the tests' settings: what an operator's server does."""
SERVE = ("-m", "lms_core.cli", "serve")
PATIENCE = 90.0
ROLES = {"web", "worker", "queue"}


class NotRunning(Exception):
    """A server did not come up, or work stayed undone; ``str()`` has its last words."""


@dataclass(slots=True)
class Installation:
    folder: Path
    environ: dict[str, str]
    engine: Engine
    database: int | None
    """The pid of the database server, None where the database is a file."""
    program: TrainingProgram
    accounts: list[Account]

    @property
    def url(self) -> str:
        return self.environ["LMS_PUBLIC_URL"]

    def take(self, count: int) -> list[Account]:
        """Return people who have done nothing yet; nobody is taken twice."""
        taken, self.accounts = self.accounts[:count], self.accounts[count:]
        if len(taken) < count:
            raise ValueError(f"{count} people are needed and {len(taken)} are left")
        return taken

    @property
    def right(self) -> dict[str, Sequence[str]]:
        items = self.program.items.values()
        return {item.id: [choice.id for choice in item.choices if choice.correct] for item in items}

    @property
    def lesson(self) -> str:
        return next(unit.id for unit in self.program.units if isinstance(unit, Lesson))

    @property
    def exam(self) -> str:
        return next(unit.id for unit in self.program.units if isinstance(unit, AssessmentUnit))

    def learners(self, count: int) -> list[Learner]:
        """Return people who have done nothing yet, each with a browser of their own."""
        return [
            Learner(one, Browser(self.url, one.address), self.right, self.lesson, self.exam) for one in self.take(count)
        ]

    def counts(self) -> tuple[int, int, int]:
        """Return how many attempts are graded, how many certificates issued, and how many wait."""
        with Session(self.engine) as session:
            graded = session.scalars(select(func.count()).select_from(OutcomeRow)).one()
            query = select(Credential.state, func.count()).group_by(Credential.state)
            states: dict[str, int] = dict(session.execute(query).tuples().all())
        issued = states.pop("issued", 0)
        return graded, issued, sum(states.values())

    def drain(self) -> float:
        """Wait until every awarded certificate is issued; return the seconds. NotRunning: none is issued any more."""
        begun = progress = time.monotonic()
        before = self.counts()[2]
        while waiting := self.counts()[2]:
            if waiting < before:
                before, progress = waiting, time.monotonic()
            if time.monotonic() - progress > PATIENCE:
                raise NotRunning(f"{waiting} certificates wait: {last_words(self.folder)}")
            time.sleep(0.1)
        return time.monotonic() - begun


@contextmanager
def installation(kind: str, people: int) -> Iterator[Installation]:
    """Make an installation on SQLite or PostgreSQL ("sqlite", "postgres") with so many people before the exam."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="filar-bench-")))
        environ, database = _environ(folder), None
        if kind == "postgres":
            postgres.SETTINGS |= DURABLE
            server = stack.enter_context(postgres.PostgresServer())
            environ["LMS_DATABASE_URL"] = server.url(server.create()).replace("+psycopg", "")
            database = _postmaster(server.directory)
        accounts = settle(environ, PROGRAM, people)
        engine = make_engine(environ.get("LMS_DATABASE_URL", f"sqlite:///{folder / 'data' / 'filar.sqlite'}"))
        stack.callback(engine.dispose)
        yield Installation(folder, environ, engine, database, load_program(PROGRAM), accounts)


def _environ(folder: Path) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    port = free_port()
    return clean | {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), clean.get("PYTHONPATH")])),
        "LMS_DATA_DIR": str(folder / "data"),
        "LMS_PORT": str(port),
        "LMS_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "LMS_PROGRAM_PATH": str(PROGRAM),
        "LMS_ISSUER_NAME": "Ośrodek Szkoleń Gminy Przykładowo",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _postmaster(directory: Path) -> int:
    children = psutil.Process().children(recursive=True)
    return next(int(one.pid) for one in children if str(directory) in " ".join(one.cmdline()))


@contextmanager
def serving(
    site: Installation, command: Sequence[str] = SERVE, extra: Mapping[str, str] | None = None
) -> Iterator[Household]:
    """Run `lms serve`, or another command that keeps the same services, and wait until all of them work."""
    with _started(site, command, extra or {}) as process:
        household = Household(process.pid, site.database)
        _wait(site, process, lambda: household.roles().keys() >= ROLES and answers(f"{site.url}/health/ready"))
        yield household


@contextmanager
def _started(site: Installation, command: Sequence[str], extra: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with (site.folder / "log.txt").open("ab") as log:
        process = child_process([sys.executable, "-P", *command], environ=site.environ | dict(extra), output=log)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(PATIENCE)


@contextmanager
def serving_floor(site: Installation, command: Sequence[str], extra: Mapping[str, str]) -> Iterator[Household]:
    """Run a web server alone; it has no health page, any answer will do."""
    with _started(site, command, extra) as process:
        _wait(site, process, lambda: answers(f"{site.url}/0"))
        yield Household(process.pid, site.database)


def _wait(site: Installation, process: subprocess.Popen[bytes], ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise NotRunning(last_words(site.folder))
        time.sleep(0.1)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
            return True
    except (urllib.error.URLError, OSError):
        return False


def last_words(folder: Path) -> str:
    return "\n".join((folder / "log.txt").read_text(errors="replace").splitlines()[-20:])
