"""The files of a new plugin: complete, checked, and small enough to be rewritten by a trainer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from string import Template

from lms_core.domain.calendar import add_months

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST_NAME = 40
REVIEW_MONTHS = 6
CONTENT = ("program.toml", "lessons/pierwsza-lekcja.md", "items/pytania.toml")
API_LINE = 'api = ">=1,<2"                     # dla jakiej wersji Filara jest ten katalog\n'
PYPROJECT = Template("""\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "lms-plugin-$dist"
version = "0.1.0"
description = "Filar program: $title"
requires-python = ">=3.11"
dependencies = ["lms-core>=1.0.0.dev0,<2"]

[project.optional-dependencies]
test = ["pytest"]

[project.entry-points."lms.plugins"]
$name = "$name"

[tool.hatch.build.targets.wheel]
packages = ["src/$name"]

[tool.pytest.ini_options]
testpaths = ["tests"]
""")
PACKAGE = Template('''\
"""$title."""

from collections.abc import Iterable
from importlib.resources import files

from lms_core.api import TrainingProgram, hookimpl, load_program


@hookimpl
def lms_training_programs() -> Iterable[TrainingProgram]:
    yield load_program(files(__name__) / "content")
''')
TEST = Template('''\
"""What the program promises: the contract of every plugin, and what only this one says."""

import $name

from lms_core.testing import Contract


class TestContract(Contract):
    plugin = $name


def test_it_loads_and_every_exam_item_is_certain() -> None:
    (program,) = $name.lms_training_programs()
    assert program.id == "$program_id"
    assert {item.certainty for item in program.items.values()} <= {"A", "D"}
''')


@dataclass(frozen=True, slots=True)
class NewPlugin:
    """What the author said; `name` is that of a Python package."""

    name: str
    title: str
    today: date

    @property
    def program_id(self) -> str:
        return self.name.replace("_", "-")


def is_name(text: str) -> bool:
    return len(text) <= LONGEST_NAME and NAME.fullmatch(text) is not None


def package_files(new: NewPlugin) -> dict[str, str]:
    """Return the files of a distribution (path -> text), ready to be installed and tested."""
    values = {"name": new.name, "dist": new.program_id, "title": new.title, "program_id": new.program_id}
    source = f"src/{new.name}"
    return {
        "pyproject.toml": PYPROJECT.substitute(values),
        f"{source}/__init__.py": PACKAGE.substitute(values),
        f"tests/test_{new.name}.py": TEST.substitute(values),
    } | {f"{source}/content/{path}": text for path, text in _content(new, api="").items()}


def directory_files(new: NewPlugin) -> Mapping[str, str]:
    """Return the files of a plain directory without Python, for LMS_PROGRAM_PATH."""
    return _content(new, api=API_LINE)


def _content(new: NewPlugin, *, api: str) -> dict[str, str]:
    values = {
        "program_id": new.program_id,
        "title": new.title,
        "law_as_of": new.today.isoformat(),
        "review_by": add_months(new.today, REVIEW_MONTHS).isoformat(),
        "api": api,
    }
    folder = files(__name__.rpartition(".")[0]) / "scaffold"
    texts = {path: folder.joinpath(*path.split("/")).read_text(encoding="utf-8") for path in CONTENT}
    return {path: Template(text).substitute(values) for path, text in texts.items()}
