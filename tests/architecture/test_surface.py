"""What we promise to plugin authors: the names of the API, the hooks, the plugins themselves."""

import ast
import inspect
import re
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from lms_core import api
from tests.architecture.hooks_page import HOOKS, PAGE, page, said
from tests.architecture.house import PLUGINS, ROOT


def order(name: str) -> tuple[int, str]:
    """CONSTANTS, Classes, functions: the order that ruff (RUF022) keeps as well."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


def test_the_api_names_all_it_offers_in_order() -> None:
    assert api.__all__ == sorted(api.__all__, key=order)
    tree = ast.parse(Path(api.__file__).read_text(encoding="utf-8"))
    offered = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module != "__future__"
        for alias in node.names
    }
    assert set(api.__all__) == {name for name in offered if not name.startswith("_")}


def test_the_api_imports_only_what_it_offers() -> None:
    tree = ast.parse(Path(api.__file__).read_text(encoding="utf-8"))
    defined = [ast.unparse(node) for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.Import)]
    assert defined == []


def test_there_are_hooks() -> None:
    assert HOOKS, "no hook specification was found: the tests of hooks would hold for nothing"


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_says_when_how_often_and_what_raising_means(name: str) -> None:
    words = inspect.getdoc(HOOKS[name]).casefold()
    assert [word for word in ("called", "once", "collects", "raising") if word not in words] == []


@pytest.mark.parametrize("name", api.__all__)
def test_every_name_of_the_api_says_what_it_is(name: str) -> None:
    assert len(said(name).split()) > 3


def test_the_page_about_hooks_is_what_the_code_says() -> None:
    renew = "renew it: .venv/bin/python -m tests.architecture.hooks_page"
    assert PAGE.read_text(encoding="utf-8") == page(), renew


@pytest.mark.parametrize("name", HOOKS)
def test_a_test_is_named_after_the_hook(name: str) -> None:
    files = [*ROOT.glob("tests/**/test_*.py"), *ROOT.glob("plugins/*/tests/**/test_*.py")]
    named = re.compile(rf"^ *def test_hook_{name}\b", re.MULTILINE)
    assert [path for path in files if named.search(path.read_text(encoding="utf-8"))], f"no test_hook_{name}"


def test_the_plugins_are_the_folders() -> None:
    folders = sorted(path.name for path in (ROOT / "plugins").iterdir() if path.is_dir())
    registered = [(point.name, point.value) for point in entry_points(group="lms.plugins")]
    assert folders == PLUGINS
    assert sorted(registered) == [(folder, folder) for folder in folders]


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_plugin_is_one_distribution_with_one_entry_point(plugin: str) -> None:
    project = tomllib.loads((ROOT / "plugins" / plugin / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"] == {"lms.plugins": {plugin: plugin}}
    assert [one for one in project["dependencies"] if one.startswith("lms-core")], "its API range is missing"


def test_the_core_registers_no_plugin() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "lms.plugins" not in project.get("entry-points", {})
