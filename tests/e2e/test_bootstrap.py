"""./run on a machine that lacks something: one line says what, and nothing is half made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What the bootstrap reads of a fresh clone."""
    for name in ("run", "pyproject.toml", "requirements"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    return tmp_path


def run(clone: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, clone / "run", *arguments],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_needs_no_set_up(clone: Path) -> None:
    result = run(clone)
    assert result.returncode == 0
    assert "./run demo" in result.stdout
    assert not (clone / ".venv").exists()


def test_a_missing_venv_module_is_said_with_its_package(clone: Path, tmp_path: Path) -> None:
    """As on Debian without python3-venv, where ensurepip is not there."""
    lacking = tmp_path / "lacking"
    lacking.mkdir()
    (lacking / "ensurepip.py").write_text("raise ImportError")
    result = run(clone, "demo", PYTHONPATH=str(lacking))
    assert result.returncode == 1
    assert result.stderr.strip().splitlines() == [
        "run: Python's venv module is missing; on Debian and Ubuntu: apt-get install python3-venv"
    ]
    assert not (clone / ".venv").exists()


def test_a_directory_that_cannot_be_written_is_said(clone: Path) -> None:
    """A folder in the lock's place stops root too, whom permissions do not."""
    (clone / ".run.lock").mkdir()
    result = run(clone, "demo")
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    assert ".run.lock" in line
