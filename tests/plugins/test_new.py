"""`lms plugin new` makes what works: checked, tested, admitted, and it overwrites nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from lms_core.plugin_host import ProgramDirectory, load_plugins
from lms_core.testing import broken_laws
from lms_core.testing.contract import LAWS

ROOT = Path(__file__).resolve().parents[2]


def lms(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "lms_core.cli", "plugin", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_package_passes_its_check_and_its_own_tests(tmp_path: Path) -> None:
    """In the directory of Filar too, whose own settings for pytest stand above."""
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    made = lms(tmp_path, "new", "ochrona_szkol", "--title", 'Ochrona "szkół" i przedszkoli')
    assert made.returncode == 0, made.stderr
    assert "w porządku: ochrona-szkol 0.1.0" in lms(tmp_path, "check", "ochrona_szkol").stdout
    project = tomllib.loads((tmp_path / "ochrona_szkol/pyproject.toml").read_text())["project"]
    assert project["entry-points"]["lms.plugins"] == {"ochrona_szkol": "ochrona_szkol"}
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "ochrona_szkol/tests"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "ochrona_szkol/src")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert f"{len(LAWS) + 1} passed" in tests.stdout, tests.stdout


def test_a_directory_without_python_is_admitted(tmp_path: Path) -> None:
    assert lms(tmp_path, "new", "klub", "--data-only").returncode == 0
    assert not list((tmp_path / "klub").rglob("*.py"))
    plugins = load_plugins([ProgramDirectory(tmp_path / "klub")])
    assert plugins.statuses[0].active, plugins.statuses[0].error
    assert [item.certainty for item in plugins.offers["klub"].program.items.values()] == ["A", "A"]
    assert broken_laws(tmp_path / "klub") == {}


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "klub").mkdir()
    (tmp_path / "klub" / "notatki.txt").write_text("ważne")
    refused = lms(tmp_path, "new", "klub")
    assert refused.returncode == 1
    assert "już istnieje" in refused.stderr
    assert [path.name for path in (tmp_path / "klub").iterdir()] == ["notatki.txt"]


@pytest.mark.parametrize("name", ["Klub", "klub-szkolny", "../klub", "klub/x", "_x", "ż", "x" * 41, "x__y", "1klub"])
def test_a_bad_name_is_refused_and_nothing_is_made(tmp_path: Path, name: str) -> None:
    refused = lms(tmp_path, "new", "--", name)
    assert refused.returncode == 1
    assert "małych liter" in refused.stderr
    assert list(tmp_path.iterdir()) == []
