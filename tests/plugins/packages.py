"""Plugins as real packages on the import path: what `lms plugin new` makes, with a few files of the test's own."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from importlib import import_module, invalidate_caches
from pathlib import Path
from types import ModuleType

from lms_core.content.scaffolding import NewPlugin, package_files

TODAY = date(2026, 11, 21)
RULES_HEAD = """\
from dataclasses import dataclass

from lms_core.api import Progress, Status, Verdict


"""
LOADS_WITH_RULE = """\
from importlib.resources import files

from lms_core.api import AllOf, Passed, hookimpl, load_program

from {name}.rules import Own


@hookimpl
def lms_training_programs():
    yield load_program(files(__name__) / "content", completion={completion})
"""
REASON = """
[[reason]]
code = "own"
text = "Warunek własny: {detail}."
"""


def completion_of(program: str) -> str:
    """The completion table at the end of a scaffolded program.toml."""
    return program[program.index("[completion]") :]


def write_package(root: Path, name: str, changes: Mapping[str, str | None]) -> Path:
    """Write a scaffolded package with some files changed, or left out for None."""
    for path, text in {**package_files(NewPlugin(name, "Próba", TODAY)), **changes}.items():
        if text is not None:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
    return root


def with_rule(name: str, rule: str, *, completion: str = "Own()", reason: str = REASON) -> dict[str, str]:
    """The changes that give a scaffolded package a rule of its own, the class `Own`."""
    program = package_files(NewPlugin(name, "Próba", TODAY))[f"src/{name}/content/program.toml"]
    return {
        f"src/{name}/__init__.py": LOADS_WITH_RULE.format(name=name, completion=completion),
        f"src/{name}/rules.py": RULES_HEAD + rule,
        f"src/{name}/content/program.toml": program.replace(completion_of(program), "") + reason,
    }


@contextmanager
def imported(root: Path, name: str) -> Iterator[ModuleType]:
    """Import the package from `root`/src, as a new process would, and forget it afterwards."""
    forget(name)
    sys.path.insert(0, str(root / "src"))
    invalidate_caches()
    try:
        yield import_module(name)
    finally:
        sys.path.remove(str(root / "src"))
        forget(name)


def forget(name: str) -> None:
    for known in [one for one in sys.modules if one.partition(".")[0] == name]:
        del sys.modules[known]
