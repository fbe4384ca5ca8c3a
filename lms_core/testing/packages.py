"""What every plugin has to keep as a package: it loads alone, stays the same, and leans on the API only."""

from __future__ import annotations

import ast
import inspect
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from types import ModuleType
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from lms_core.config import process_environment
from lms_core.content.lint import lint
from lms_core.content.loader import PROGRAM_FILE, read_program
from lms_core.content.problems import Severity
from lms_core.content.rule_code import rule_classes
from lms_core.domain.program import TrainingProgram
from lms_core.plugin_host import CORE, GROUP, Plugins, ProgramDirectory, load_plugins

API = "lms_core.api"
INSIDE = {"lms_core", "certificates", "flask", "flask_sqlalchemy", "sqlalchemy", "werkzeug", "redis", "rq"}
"""What plugins reach neither directly nor through each other."""
HASH_SEEDS = ("1", "2")
DIGESTS = "import sys; from lms_core.testing import packages; print(packages.digests_by_name(sys.argv[1]))"
MANIFEST = "pyproject.toml"
PATIENCE = 60
Plugin = ModuleType | Path


@dataclass(frozen=True, slots=True)
class ModuleSource:
    """A plugin that is imported already, as the host sees it."""

    module: ModuleType

    @property
    def name(self) -> str:
        return self.module.__name__

    def load(self) -> Any:
        return self.module


def loaded(plugin: Plugin) -> Plugins:
    """Return what the host admits of this plugin alone; raises whatever is wrong with it."""
    source = ProgramDirectory(plugin) if isinstance(plugin, Path) else ModuleSource(plugin)
    return load_plugins([source], raise_errors=True)


def digests(plugin: Plugin) -> dict[str, str]:
    """Return the digest of each program by its id."""
    return {program_id: offer.digest for program_id, offer in sorted(loaded(plugin).offers.items())}


def digests_by_name(name: str) -> dict[str, str]:
    """Return the digests of a plugin named as `stable` names it to another process."""
    kind, _, value = name.partition(":")
    return digests(Path(value) if kind == "directory" else import_module(value))


def stable(plugin: Plugin) -> Iterator[str]:
    """The same files give the same digests, again and in another process."""
    here = digests(plugin)
    if digests(plugin) != here:
        yield "loaded twice, the programs differ: nothing in them may depend on time, chance or order"
    for seed in HASH_SEEDS:
        if (told := _elsewhere(plugin, seed)) != repr(here):
            yield f"in another process (PYTHONHASHSEED={seed}) the programs differ: {told} instead of {here}"


def _elsewhere(plugin: Plugin, seed: str) -> str:
    name = f"directory:{plugin.absolute()}" if isinstance(plugin, Path) else f"module:{plugin.__name__}"
    path = {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(one for one in sys.path if one)}
    ended = subprocess.run(
        [sys.executable, "-c", DIGESTS, name],
        env=process_environment() | path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    return ended.stdout.strip() or ended.stderr.strip()[-500:]


def clean_imports(plugin: Plugin, programs: Iterable[TrainingProgram]) -> Iterator[str]:
    """Of ours, only `lms_core.api` is imported; a rule's module imports nothing else of the plugin."""
    if isinstance(plugin, Path):
        return
    for file in _sources(plugin):
        for name in _imports(file.read_text(encoding="utf-8")):
            if name.partition(".")[0] in INSIDE and name != API and not name.startswith(f"{API}."):
                yield f"{file.name} imports {name}: plugins see {API} only"
    own = rule_classes(program.completion for program in programs).values()
    for module in sorted({one.__module__ for one in own}):
        for name in _imports(inspect.getsource(sys.modules[module])):
            if name.startswith(".") or name.partition(".")[0] == plugin.__name__:
                yield f"the rules' module {module} imports {name}, whose text no digest covers: put it into one module"


def _sources(plugin: ModuleType) -> list[Path]:
    file = Path(plugin.__file__ or "")
    return sorted(file.parent.rglob("*.py")) if file.name == "__init__.py" else [file]


def _imports(source: str) -> Iterator[str]:
    """Yield the full name of everything imported; relative ones begin with a dot."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            root = "." * node.level + (node.module or "")
            yield from (f"{root}.{alias.name}" for alias in node.names)


def sound_files(plugin: Plugin, programs: Iterable[TrainingProgram]) -> Iterator[str]:
    """`lms plugin check` finds no error in the files of the programs on offer, whatever the day."""
    rules = {program.id: program.completion for program in programs}
    folder = plugin if isinstance(plugin, Path) else Path(plugin.__file__ or "").parent
    for file in sorted(folder.rglob(PROGRAM_FILE)):
        table = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        if table.get("id") in rules:
            rule = None if "completion" in table else rules[table["id"]]
            loaded = read_program(file.parent, completion=rule)
            found = lint(loaded, today=loaded.program.law_as_of)
            yield from (str(problem) for problem in found if problem.severity is Severity.ERROR)


def free_dependencies(plugin: Plugin) -> Iterator[str]:
    """The package says which core it is for by a range, and pins nothing that the core brings."""
    if isinstance(plugin, Path):
        return
    needed = _requirements(plugin)
    if needed is None:
        yield f"no {MANIFEST} with the entry point {GROUP} = {plugin.__name__!r} was found, and no installed package"
        return
    if CORE not in needed:
        yield f'which core it is for is not said: dependencies = ["{CORE}>=1,<2"]'
    elif any(one.operator in {"==", "==="} for one in needed[CORE].specifier):
        yield f"{needed[CORE]} is one version only: give a range, such as {CORE}>=1,<2"
    brought = {canonicalize_name(Requirement(text).name) for text in requires(CORE) or ()}
    for name in sorted(brought & needed.keys()):
        if needed[name].specifier:
            yield f"{needed[name]} is pinned, and the core brings it: two plugins that pin it cannot live together"


def _requirements(plugin: ModuleType) -> dict[str, Requirement] | None:
    manifests = [folder / MANIFEST for folder in Path(plugin.__file__ or "").parents[:3]]
    texts = next((found for path in manifests if (found := _declared(path, plugin.__name__)) is not None), None)
    if texts is None:
        installed = packages_distributions().get(plugin.__name__)
        texts = (requires(installed[0]) or []) if installed else None
    return None if texts is None else {canonicalize_name(one.name): one for one in map(Requirement, texts)}


def _declared(path: Path, name: str) -> list[str] | None:
    """Return the dependencies that this file declares for the plugin, None when it is not the plugin's."""
    if not path.is_file():
        return None
    project = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {})
    if name not in project.get("entry-points", {}).get(GROUP, {}).values():
        return None
    return list(project.get("dependencies", []))
