"""Filar on one machine: `lms serve` with SQLite and the embedded queue, its worker a doomed one."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from lms_core.runtime.processes import child_process
from tests.deployment.composition import ROOT
from tests.deployment.installation import PATIENCE, free_port, is_ready, wait_until
from tests.deployment.register import Register
from tests.deployment.visitor import Visitor
from tests.runtime.left import assert_all_gone

DOOMED = (sys.executable, str(Path(__file__).with_name("doomed.py")))


class Embedded:
    """A context manager, as `Installation`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.output = folder, folder / "output.txt"
        self._port = free_port()
        self._public = f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        settings = {
            "LMS_DATA_DIR": str(self.folder / "data"),
            "LMS_PORT": str(self._port),
            "LMS_PUBLIC_URL": self._public,
            "TEST_FOLDER": str(self.folder),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
        }
        with self.output.open("wb") as log:
            self._process = child_process([*DOOMED, "serve"], environ=settings, output=log)
        self.register = Register(f"sqlite:///{self.folder}/data/filar.sqlite")
        wait_until(lambda: is_ready(self.visitor()), why=self.output.read_text)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.register.close()
        main = psutil.Process(self._process.pid)
        family = [main, *main.children(recursive=True)]
        self._process.terminate()
        code = self._process.wait(PATIENCE)
        assert_all_gone(family)
        assert code == 0, self.output.read_text()

    def visitor(self) -> Visitor:
        return Visitor([self._port], self._public)

    def web(self) -> list[psutil.Process]:
        """The web server's main process and the one that answers requests."""
        children = psutil.Process(self._process.pid).children()
        main = next(one for one in children if "lms_core.runtime.wsgi" in " ".join(one.cmdline()))
        return [main, *main.children()]
