"""`lms prepare` and `lms web` as an operator meets them: made once, and one line when something is wrong."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
from pathlib import Path

import pytest

from tests.deployment.installation import LMS, free_port


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    port = free_port()
    return {
        "LMS_DATA_DIR": str(tmp_path / "data"),
        "LMS_PORT": str(port),
        "LMS_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "LMS_REDIS_URL": "redis://127.0.0.1:1/0",
        "LMS_SECRET_KEY": "x" * 32,
        "PATH": os.environ["PATH"],
    }


def lms(command: str, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*LMS, command], env=settings, capture_output=True, text=True, timeout=60, check=False)


def refusal(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    return result.stderr.strip().splitlines()[-1]


def test_prepare_makes_the_key_once(settings: dict[str, str], tmp_path: Path) -> None:
    assert lms("prepare", settings).returncode == 0
    (key,) = (tmp_path / "data" / "keys").iterdir()
    made = key.read_bytes()
    assert stat.S_IMODE(key.stat().st_mode) == 0o400
    again = lms("prepare", settings)
    assert (again.returncode, again.stdout) == (0, "Filar is ready to be started.\n")
    assert key.read_bytes() == made
    assert [path.name for path in key.parent.iterdir()] == [key.name]


def test_web_refuses_a_database_that_was_not_prepared_a_taken_port_and_a_bad_number(settings: dict[str, str]) -> None:
    Path(settings["LMS_DATA_DIR"]).mkdir()
    assert "LMS_DATABASE_URL; lms migrate" in refusal(lms("web", settings))
    assert "LMS_WEB_PROCESSES is '0'" in refusal(lms("web", settings | {"LMS_WEB_PROCESSES": "0"}))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(settings["LMS_PORT"])))
        taken.listen()
        assert settings["LMS_PORT"] in refusal(lms("web", settings))
