"""docs/writing-a-plugin.md as a list of steps, and the reader who follows them to the letter."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.conftest import free_port

FENCE = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"(Plik|Dopisz\sna\skońcu\spliku|Zmień\sw\spliku)\s`([^`]+)`:\s*\Z")
SPOKEN = "bardzo-tajne-haslo\n" * 2
"""What the reader types when asked for a password."""
PATIENCE = 120
PORT = "8080"


@dataclass(frozen=True)
class Step:
    """One fenced block: its language, its mark, its text, and what the sentence before it says to do with a file."""

    language: str
    mark: str
    text: str
    act: str = ""
    path: str = ""


def steps(guide: str) -> Iterator[Step]:
    for block in FENCE.finditer(guide):
        asked = FILE.search(guide, 0, block.start()) or re.match("(x?)(x?)", "")
        yield Step(block[1], block[2] or "", block[3], " ".join((asked[1] or "").split()), asked[2] or "")


@dataclass
class Reader:
    """Works in `folder` on a machine of their own: nothing installed there is seen elsewhere."""

    folder: Path
    output: str = ""
    exports: list[str] = field(default_factory=list)
    port: int = field(default_factory=free_port)

    def follow(self, guide: str) -> None:
        for step in steps(guide):
            self.take(step)

    def take(self, step: Step) -> None:
        match step.language, step.act:
            case "sh", _ if step.mark == "serwer":
                self._serve(step.text)
            case "sh", _:
                self._run(step.text, fails=step.mark == "bledne")
            case "text", _:
                missing = [line for line in step.text.splitlines() if line not in self.output]
                assert not missing, f"{missing} is not in:\n{self.output}"
            case "diff", "Zmień w pliku":
                self._change(self.folder / step.path, step.text)
            case _, "Plik":
                self._write(step.path, step.text)
            case _, "Dopisz na końcu pliku":
                self._write(step.path, (self.folder / step.path).read_text(encoding="utf-8") + "\n" + step.text)
            case _:
                raise AssertionError(f"nobody can tell what to do with {step}")

    def _write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")

    def _change(self, path: Path, diff: str) -> None:
        old, new = ("".join(line[1:] for line in diff.splitlines(keepends=True) if line[0] == sign) for sign in "-+")
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def _script(self, text: str) -> list[str]:
        text = text.replace(PORT, str(self.port))
        before = "".join(self.exports)
        self.exports += [line for line in text.splitlines(keepends=True) if line.startswith("export ")]
        return ["sh", "-e", "-c", before + text]

    def _environ(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("LMS_", "PIP_", "PYTEST_"))}
        site = str(self.folder / "site")
        own = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PYTHONPATH": site,
            "PIP_TARGET": site,
            "PIP_NO_DEPS": "1",
            "PIP_NO_INDEX": "1",
            "PIP_NO_BUILD_ISOLATION": "0",  # pip's way to say: without isolation
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_ROOT_USER_ACTION": "ignore",
            "PYTHONDONTWRITEBYTECODE": "1",
            "LMS_PORT": str(self.port),
        }
        return clean | own

    def _run(self, text: str, *, fails: bool) -> None:
        ended = subprocess.run(
            self._script(text),
            cwd=self.folder,
            env=self._environ(),
            input=SPOKEN,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            start_new_session=True,  # without a terminal, passwords are read from the input
            check=False,
        )
        self.output = ended.stdout + ended.stderr
        assert (ended.returncode != 0) is fails, f"{text}ended with {ended.returncode}:\n{self.output}"

    def _serve(self, text: str) -> None:
        """Start Filar, see the program of the guide on its page, stop Filar."""
        log = self.folder / "serve.txt"
        with log.open("w") as file:
            served = subprocess.Popen(
                self._script(f"exec {text}"),
                cwd=self.folder,
                env=self._environ(),
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            deadline = time.monotonic() + PATIENCE
            while "Filar is at" not in log.read_text(encoding="utf-8"):
                assert served.poll() is None, log.read_text(encoding="utf-8")
                assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
                time.sleep(0.1)
            self.output = self.visit("/programs/odporna-gmina")
        finally:
            served.send_signal(signal.SIGINT)
            assert served.wait(PATIENCE) == 0, log.read_text(encoding="utf-8")

    def visit(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.read().decode()
