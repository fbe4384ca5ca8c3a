"""A plugin says which core it was made for; another core quarantines it before any of its code runs."""

from __future__ import annotations

from importlib.metadata import EntryPoint, distributions
from pathlib import Path

import pytest

from lms_core.plugin_host import ProgramDirectory, load_plugins
from tests.content.sample import PROGRAM, write
from tests.plugins.modules import good


def installed(root: Path, requirement: str) -> EntryPoint:
    """A package as pip would have left it, whose module cannot even be imported."""
    folder = root / "wtyczka-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: wtyczka\nVersion: 1.0\n{requirement}")
    (folder / "entry_points.txt").write_text("[lms.plugins]\nwtyczka = wtyczka_that_explodes\n")
    (found,) = [one for package in distributions(path=[str(root)]) for one in package.entry_points]
    return found


@pytest.mark.parametrize(
    "asked", ["lms-core>=2", "LMS_Core<1.0.dev0", "lms-core==0.9.*", "lms-core>=2; python_version>'3'"]
)
def test_a_package_for_another_core_is_not_even_imported(tmp_path: Path, asked: str) -> None:
    bad = installed(tmp_path, f"Requires-Dist: {asked}\n")
    statuses = load_plugins([bad, good(tmp_path)]).statuses
    assert [one.active for one in statuses] == [False, True]
    assert "IncompatiblePlugin: made for lms-core" in statuses[0].error


@pytest.mark.parametrize("asked", ["Requires-Dist: lms-core>=1.0.0.dev0,<2\n", "Requires-Dist: requests\n", ""])
def test_a_package_for_this_core_is_imported(tmp_path: Path, asked: str) -> None:
    (status,) = load_plugins([installed(tmp_path, asked)]).statuses
    assert "ModuleNotFoundError" in status.error


@pytest.mark.parametrize(
    ("line", "active"),
    [
        ('api = ">=1,<2"\n', True),
        ("", True),
        ('api = ">=2"\n', False),
        ('api = "jakie bądź"\n', False),
        ("api = 1\n", False),
    ],
)
def test_a_directory_names_the_api(tmp_path: Path, line: str, *, active: bool) -> None:
    write(tmp_path / "program", {"program.toml": line + PROGRAM})
    (status,) = load_plugins([ProgramDirectory(tmp_path / "program")]).statuses
    assert status.active is active
