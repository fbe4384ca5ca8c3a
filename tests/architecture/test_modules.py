"""Rules about each module, and for each rule a plant that breaks it."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.house import PLUGINS, ROOT, at, file_of, modules, nodes

LONGEST = 300
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc"}
OURS = {"lms_core", "certificates", *PLUGINS}
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}


def too_long(root: Path) -> list[str]:
    written = (path for path in modules(root) if path.parent.name != "versions")  # migrations are generated
    counted = ((path, len(path.read_text(encoding="utf-8").splitlines())) for path in written)
    return [f"{path.relative_to(root)}: {lines} lines" for path, lines in counted if lines > LONGEST]


def nameless(root: Path) -> list[str]:
    return [str(path.relative_to(root)) for path in modules(root) if NAMELESS & {path.stem, *path.parent.parts[-2:]}]


def commits(root: Path) -> list[str]:
    return [at(place, node) for place, node in nodes(root) if isinstance(node, ast.Attribute) and node.attr == "commit"]


def stray_commits(root: Path) -> list[str]:
    return [offence for offence in commits(root) if file_of(offence) != "lms_core/transaction.py"]


def imports_within_functions(root: Path) -> list[str]:
    return [
        at(place, inner)
        for place, node in nodes(root)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if imports_ours(inner)
    ]


def imports_ours(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.level > 0 or str(node.module).partition(".")[0] in OURS
    return isinstance(node, ast.Import) and any(alias.name.partition(".")[0] in OURS for alias in node.names)


def readers_of_the_environment(root: Path) -> list[str]:
    found = [at(place, node) for place, node in nodes(root) if reads_the_environment(node)]
    return [offence for offence in found if file_of(offence) != "lms_core/config.py"]


def reads_the_environment(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "os" and any(alias.name in ENVIRONMENT for alias in node.names)
    return isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT and ast.unparse(node.value) == "os"


RULES: dict[Callable[[Path], list[str]], tuple[str, str]] = {
    too_long: ("lms_core/long.py", "\n" * (LONGEST + 1)),
    nameless: ("plugins/x/src/x/utils.py", ""),
    stray_commits: ("lms_core/services/hasty.py", "def f(session):\n    session.commit()\n"),
    imports_within_functions: ("certificates/late.py", "def f():\n    from lms_core.domain import rules\n"),
    readers_of_the_environment: ("lms_core/web/nosy.py", "import os\n\nDEBUG = os.environ.get('DEBUG')\n"),
}


@pytest.mark.parametrize("rule", RULES)
def test_every_module_keeps(rule: Callable[[Path], list[str]]) -> None:
    assert rule(ROOT) == []


@pytest.mark.parametrize(("rule", "plant"), RULES.items())
def test_a_plant_is_found_by(rule: Callable[[Path], list[str]], plant: tuple[str, str], tmp_path: Path) -> None:
    path, source = plant
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(source)
    assert [file_of(offence) for offence in rule(tmp_path)] == [path]


def test_a_package_may_not_be_called_so_either(tmp_path: Path) -> None:
    (tmp_path / "lms_core" / "common").mkdir(parents=True)
    (tmp_path / "lms_core" / "common" / "money.py").touch()
    assert nameless(tmp_path) == ["lms_core/common/money.py"]


def test_the_one_commit_is_the_transactions() -> None:
    assert [file_of(place) for place in commits(ROOT)] == ["lms_core/transaction.py"]


def test_the_settings_are_read_from_somewhere() -> None:
    assert modules(ROOT), "no module was found: the rules above hold for nothing"
    assert ROOT / "lms_core" / "config.py" in modules(ROOT)
