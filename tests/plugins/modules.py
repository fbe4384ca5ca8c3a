"""Plugins as real modules, written where a test wants them."""

from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from tests.content.sample import PROGRAM, write


@dataclass(frozen=True, slots=True)
class ModuleSource:
    """What an entry point does: a name, and a module that is imported when asked for."""

    name: str
    path: Path

    def load(self) -> ModuleType:
        spec = spec_from_file_location(self.name, self.path)
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


HEAD = """\
import sys
from dataclasses import replace
from pathlib import Path

from lms_core.api import Passed, Status, TrainingProgram, Verdict, hookimpl, load_program

HERE = Path(__file__).parent


def program(name):
    return load_program(HERE / name)


"""
GOOD = """\
@hookimpl
def lms_training_programs():
    yield program("good")
"""


def plugin(root: Path, name: str, code: str) -> ModuleSource:
    """Write a module that can load the programs "good" and "other" next to it."""
    for program_id in ("good", "other"):
        write(root / program_id, {"program.toml": PROGRAM.replace('id = "proba"\n', f'id = "{program_id}"\n')})
    path = root / f"{name}.py"
    path.write_text(HEAD + code, encoding="utf-8")
    return ModuleSource(name, path)


def good(root: Path, name: str = "dobra") -> ModuleSource:
    return plugin(root, name, GOOD)
