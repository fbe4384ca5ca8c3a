"""The import contracts of pyproject.toml: kept by the tree, and each broken by a plant."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.house import PLUGINS, ROOT, modules

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

# Contract, planted module, its source. The module's name must appear among the reasons.
PLANTS = [
    ("core-layers", "lms_core/domain/planted_upwards.py", "import lms_core.services"),
    ("core-layers", "lms_core/planted_nowhere.py", ""),
    ("core-never-imports-a-plugin", "lms_core/services/planted_plugin.py", "import osp_training"),
    ("plugins-independent", "plugins/osp_training/src/osp_training/planted_neighbour.py", "import kos_clubs"),
    ("plugins-use-the-api", "plugins/osp_training/src/osp_training/planted_inside.py", "import lms_core.domain"),
    ("pure-core", "lms_core/domain/planted_orm.py", "import sqlalchemy"),
    ("certificates-standalone", "certificates/planted_lms.py", "import lms_core.domain"),
    ("services-flaskless", "lms_core/services/planted_web.py", "import flask"),
]


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    """import-linter's verdict about the tree at `root`, whatever is installed."""
    roots = [root, *(root / "plugins" / plugin / "src" for plugin in PLUGINS)]
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, roots)), "COLUMNS": "200", "NO_COLOR": "1"}
    return subprocess.run(command, cwd=root, env=environ, capture_output=True, text=True, check=False)


def copied(target: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", target)
    for module in modules(ROOT):
        copy = target / module.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(module, copy)
    return target


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a copy with all the plants."""
    root = copied(tmp_path_factory.mktemp("planted"))
    for _, path, source in PLANTS:
        (root / path).write_text(f"{source}\n")
    ended = lint(root)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    return ended.stdout


def test_the_contracts_are_kept() -> None:
    ended = lint(ROOT)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in ended.stdout


@pytest.mark.parametrize(("contract", "path"), [plant[:2] for plant in PLANTS])
def test_a_plant_breaks(planted: str, contract: str, path: str) -> None:
    name = next(one["name"] for one in CONTRACTS if one["id"] == contract)
    assert f"{name} BROKEN" in planted
    assert Path(path).stem in reasons(planted, name)


def reasons(report: str, name: str) -> str:
    """The part of the report that belongs to the broken contract `name`."""
    _, _, broken = report.partition("Broken contracts")
    _, _, own = broken.partition(f"\n{name}\n")
    for other in CONTRACTS:
        own = own.partition(f"\n{other['name']}\n")[0]
    return own


def test_every_contract_has_its_plant() -> None:
    assert {plant[0] for plant in PLANTS} == {contract["id"] for contract in CONTRACTS}
