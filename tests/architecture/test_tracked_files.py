"""No file that we publish names a package registry's host or a path of somebody's machine."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture.house import ROOT

# Written in pieces, so that this file does not name them itself.
HOSTS = ["py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js.org", "registry.y" + "arnpkg.com"]
HOSTS += [f"{mirror}.deb" + "ian.org" for mirror in ("deb", "security", "ftp", "snapshot", "http")]
FOLDERS = ["/wo" + "rk/", "/ro" + "ot/"]
FORBIDDEN = re.compile(
    "|".join([*map(re.escape, HOSTS), *(rf"(?<![\w.~-]){re.escape(folder)}" for folder in FOLDERS)]).encode()
)


def published(root: Path) -> list[Path]:
    """What git tracks, or would with the next `git add --all`."""
    command = ["git", "-c", f"safe.directory={root}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    return [path for name in names.split("\0") if name and (path := root / name).is_file()]


def offences(root: Path) -> list[str]:
    return [
        f"{path.relative_to(root)}: {found.group().decode()}"
        for path in published(root)
        if (found := FORBIDDEN.search(path.read_bytes()))
    ]


def test_no_published_file_names_a_registry_or_a_machine() -> None:
    assert len(published(ROOT)) > 10
    assert offences(ROOT) == []


@pytest.mark.parametrize("plant", [*HOSTS, *(f'"{folder}main' for folder in FOLDERS)])
def test_a_plant_is_found(tmp_path: Path, plant: str) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    (tmp_path / "lock.txt").write_text(f"see {plant} for more")
    (tmp_path / "fine.txt").write_text("plugins/frame" + "work/ and a net" + "work/ are no machine's")
    assert [offence.partition(":")[0] for offence in offences(tmp_path)] == ["lock.txt"]
