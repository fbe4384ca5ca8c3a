"""compose.yaml brought up without containers: its commands as processes against a real PostgreSQL and a real Valkey."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import psutil

from lms_core.runtime.processes import child_process
from tests.deployment.composition import ROOT, Program, composition, programs
from tests.deployment.register import Register
from tests.deployment.visitor import Visitor
from tests.runtime.left import assert_all_gone
from tests.servers.postgres import PostgresServer
from tests.servers.valkey import ValkeyServer

PUBLIC = "https://szkolenia.example.pl"
SECRETS, DATA = "/run/secrets/", "/var/lib/filar"
IMAGE_SETTING = re.compile(r"\b(LMS_\w+)=(\S+)")
PATIENCE = 60.0
LMS = (sys.executable, "-P", "-m", "lms_core.cli")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(said: Callable[[], object], *, seconds: float = PATIENCE, why: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + seconds
    while not said():
        assert time.monotonic() < deadline, f"waited in vain: {why()}"
        time.sleep(0.05)


class Installation:
    """A context manager: servers and programs of compose.yaml, of which nothing is left on leaving.

    `instead` names commands that are started otherwise than as `lms` (a worker that is going to be killed).
    `settings` is what the operator's .env says, beside the public address; `replicas` as ``up --scale``.
    """

    def __init__(
        self,
        folder: Path,
        *,
        instead: Mapping[str, Sequence[str]] | None = None,
        settings: Mapping[str, str] | None = None,
        replicas: Mapping[str, int] | None = None,
    ) -> None:
        self.folder, self._instead = folder, instead or {}
        self.compose = composition({"LMS_PUBLIC_URL": PUBLIC, **(settings or {})})
        for name, count in (replicas or {}).items():
            self.compose["services"][name]["deploy"] = {"replicas": count}
        self.programs = programs(self.compose)
        self.ports = {one.name: free_port() for one in self.programs if one.arguments == ["web"]}
        self.output = folder / "output.txt"

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.postgres = stack.enter_context(PostgresServer())
            self.valkey = stack.enter_context(ValkeyServer())
            self._database = self.postgres.url(self.postgres.create())
            self._make_secrets()
            self._run_once()
            self.register = Register(self._database)
            stack.callback(self.register.close)
            self._start_engine()
            stack.callback(self._stop_engine)
            self.wait_until_up()
            self._leave = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave.close()

    def visitor(self) -> Visitor:
        return Visitor(list(self.ports.values()), PUBLIC)

    def place(self, program: str) -> Path:
        """The data directory that a container sees."""
        return self.folder / "containers" / program

    def wait_until_up(self) -> None:
        for port in self.ports.values():
            one = Visitor([port], PUBLIC)
            wait_until(lambda one=one: is_ready(one), why=self.output.read_text)

    def processes(self, program: str) -> list[psutil.Process]:
        """The program's own process, then its children."""
        main = next(one for one in self._engine_process().children() if self._names(one, program))
        return [main, *main.children(recursive=True)]

    def web(self) -> list[psutil.Process]:
        """The first web server's main process and the one that answers requests."""
        return self.processes("web-1")

    def _names(self, process: psutil.Process, program: str) -> bool:
        try:
            return process.environ().get("TEST_PROGRAM") == program
        except psutil.Error:
            return False

    def _engine_process(self) -> psutil.Process:
        return psutil.Process(self._engine.pid)

    def _make_secrets(self) -> None:
        """By the operator's own script; then the service names in them become the addresses of our servers."""
        script = self.folder / "deploy" / "make-secrets.sh"
        script.parent.mkdir()
        shutil.copy(ROOT / "deploy" / "make-secrets.sh", script)
        subprocess.run(["sh", script], check=True)
        self.secrets = script.parent / "secrets"
        address = self.secrets / "database_url"
        assert urlsplit(address.read_text()).hostname in self.compose["services"]
        address.write_text(self._database.replace("+psycopg", ""))

    def _run_once(self) -> None:
        """The services that the others wait for to complete."""
        for one in self.programs:
            if not one.restarts:
                with self.output.open("a") as log:
                    subprocess.run(self._command(one), env=self._environ(one), check=True, stdout=log, stderr=log)

    def _start_engine(self) -> None:
        plan = self.folder / "plan.json"
        running = [one for one in self.programs if one.restarts]
        plan.write_text(
            json.dumps(
                [{"name": one.name, "command": self._command(one), "environ": self._environ(one)} for one in running]
            )
        )
        with self.output.open("a") as log:
            command = [sys.executable, "-m", "tests.deployment.engine", str(plan)]
            self._engine = child_process(command, environ={**os.environ, "PYTHONPATH": str(ROOT)}, output=log)

    def _stop_engine(self) -> None:
        family = [self._engine_process(), *self._engine_process().children(recursive=True)]
        self._engine.terminate()
        code = self._engine.wait(PATIENCE)
        assert_all_gone(family)
        assert code == 0, self.output.read_text()

    def _command(self, program: Program) -> list[str]:
        return [*self._instead.get(program.arguments[0], LMS), *program.arguments]

    def _environ(self, program: Program) -> dict[str, str]:
        """The image's settings and the service's, with container paths and service names resolved. Nothing of ours."""
        settings = dict(IMAGE_SETTING.findall((ROOT / "Dockerfile").read_text())) | program.environ
        settings |= {"LMS_HOST": "127.0.0.1", "LMS_DATA_DIR": str(self._container(program))}
        if program.name in self.ports:
            settings["LMS_PORT"] = str(self.ports[program.name])
        assert urlsplit(settings["LMS_REDIS_URL"]).hostname in self.compose["services"]
        settings["LMS_REDIS_URL"] = self.valkey.url
        resolved = {name: value.replace(SECRETS, f"{self.secrets}/") for name, value in settings.items()}
        return resolved | {"PATH": os.environ["PATH"], "TEST_PROGRAM": program.name, "TEST_FOLDER": str(self.folder)}

    def _container(self, program: Program) -> Path:
        """The container's data directory: empty but for its volumes."""
        place = self.place(program.name)
        place.mkdir(parents=True, exist_ok=True)
        for target, source in program.volumes.items():
            volume = self.folder / "volumes" / source
            volume.mkdir(parents=True, exist_ok=True)
            link = place / Path(target).relative_to(DATA)
            if not link.exists():
                link.symlink_to(volume)
        return place


def is_ready(visitor: Visitor) -> bool:
    try:
        return visitor.get("/health/ready").status == 200
    except OSError:
        return False
