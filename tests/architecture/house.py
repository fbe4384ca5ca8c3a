"""Reading the source tree, for the tests that keep its rules. Each rule is a function from a root to its offences."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = sorted(path.parent.name for path in ROOT.glob("plugins/*/pyproject.toml"))


def modules(root: Path) -> list[Path]:
    """Every Python module that we ship."""
    folders = [root / "lms_core", root / "certificates", *root.glob("plugins/*/src")]
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def nodes(root: Path) -> Iterator[tuple[str, ast.AST]]:
    """Every syntax node of every module, with the module's path below `root`."""
    for path in modules(root):
        place = path.relative_to(root).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), place)):
            yield place, node


def at(place: str, node: ast.AST) -> str:
    return f"{place}:{getattr(node, 'lineno', 0)}"


def file_of(offence: str) -> str:
    return offence.partition(":")[0]
