"""Find plugins, admit each on its own, quarantine what fails: pluggy isolates nothing (design, decision 9)."""

from __future__ import annotations

import logging
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from importlib.metadata import Distribution, EntryPoint, entry_points, version
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Protocol

import pluggy
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from lms_core import hookspecs
from lms_core.content.loader import PROGRAM_FILE, load_program
from lms_core.content.rule_code import RuleClasses, rule_classes
from lms_core.content.snapshot import canonical_json, digest_of, program_from
from lms_core.content.structure import findings
from lms_core.domain.program import TrainingProgram
from lms_core.hookspecs import API_VERSION

GROUP = "lms.plugins"
CORE = "lms-core"
MOST_PROGRAMS = 50
"""Of one plugin: a generator that never ends is refused, not waited for."""
WATCHED = (
    "pluggy",
    "lms_core.api",
    "lms_core.hookspecs",
    "lms_core.plugin_host",
    "lms_core.content",
    "lms_core.domain",
)
log = logging.getLogger(__name__)


class IncompatiblePlugin(Exception):
    """The plugin's own range leaves this core out."""


class MeddlingPlugin(Exception):
    """The plugin changed the core itself, under the feet of everybody else."""


class Source(Protocol):
    """Where a plugin comes from: an entry point or a directory."""

    @property
    def name(self) -> str: ...

    def load(self) -> Any:
        """Return the object whose hook implementations are registered."""


@dataclass(frozen=True, slots=True)
class ProgramDirectory:
    """A plain directory without Python, named in LMS_PROGRAM_PATH: a plugin of one program."""

    path: Path

    @property
    def name(self) -> str:
        return f"directory:{self.path.name}"

    def load(self) -> Any:
        return _DirectoryPlugin(self.path)

    def api_range(self) -> str:
        """Return `api` of program.toml, such as ">=1,<2"; "" is any. What is wrong with the file the loader says."""
        try:
            table = tomllib.loads((self.path / PROGRAM_FILE).read_text(encoding="utf-8-sig"))
        except (OSError, ValueError, RecursionError):
            return ""
        return str(table.get("api", ""))


@dataclass(frozen=True, slots=True)
class _DirectoryPlugin:
    path: Path

    @hookspecs.hookimpl
    def lms_training_programs(self) -> Iterable[TrainingProgram]:
        yield load_program(self.path)


@dataclass(frozen=True, slots=True)
class Offer:
    """A program as offered, with the canonical text that its digest names."""

    program: TrainingProgram
    body: str
    digest: str


@dataclass(frozen=True, slots=True)
class PluginStatus:
    """What became of one plugin; `error` is the sentence an operator needs, None when active.

    `folder` is where its files are, None when they are in no directory.
    """

    name: str
    programs: tuple[str, ...] = ()
    error: str | None = None
    folder: Path | None = field(default=None, compare=False)

    @property
    def active(self) -> bool:
        return self.error is None


@dataclass(frozen=True, slots=True)
class Plugins:
    """All that start-up learnt: offers by program id, statuses in order of names."""

    offers: Mapping[str, Offer] = field(default_factory=lambda: MappingProxyType({}))
    statuses: tuple[PluginStatus, ...] = ()

    @property
    def rule_classes(self) -> RuleClasses:
        """Return the code of the rules that admitted plugins wrote in Python, so that snapshots find it again."""
        return rule_classes(offer.program.completion for offer in self.offers.values())

    def without(self, refused: Mapping[str, str]) -> Plugins:
        """Return the plugins less those that offer a refused program (program id -> reason)."""
        statuses = tuple(_judged(status, refused) for status in self.statuses)
        kept = {program for status in statuses if status.active for program in status.programs}
        return Plugins(MappingProxyType({id_: one for id_, one in self.offers.items() if id_ in kept}), statuses)

    def unready(self, required: Iterable[str]) -> tuple[str, ...]:
        """Return the required plugins that are not active."""
        active = {status.name for status in self.statuses if status.active}
        return tuple(sorted(set(required) - active))


def _judged(status: PluginStatus, refused: Mapping[str, str]) -> PluginStatus:
    errors = [refused[program] for program in status.programs if program in refused]
    return replace(status, error="; ".join(errors)) if errors else status


def _refuse_other_core(source: Source) -> None:
    """Raise when the plugin says that it was not made for this core; asked before any of its code is imported."""
    if isinstance(source, ProgramDirectory):
        asked, have = source.api_range(), API_VERSION
    else:
        asked, have = _core_range(getattr(source, "dist", None)), version(CORE)
    if not SpecifierSet(asked).contains(have, prereleases=True):
        raise IncompatiblePlugin(f"made for {CORE} {asked}, this is {have}: install a version of the plugin for it")


def _core_range(distribution: Distribution | None) -> str:
    """Return the range of the core that the plugin's package depends on; "" is any."""
    requirements = [Requirement(text) for text in (distribution.requires or ())] if distribution else []
    return next((str(one.specifier) for one in requirements if canonicalize_name(one.name) == CORE), "")


def installed_sources(program_path: Sequence[Path] = ()) -> list[Source]:
    """Return every plugin to be found, sorted by name so that each start-up goes the same way."""
    found: list[Source] = [*entry_points(group=GROUP), *(ProgramDirectory(path) for path in program_path)]
    return sorted(found, key=lambda source: source.name)


def load_plugins(sources: Iterable[Source], *, raise_errors: bool = False) -> Plugins:
    """Admit plugins one at a time; a failing one is quarantined with its reason, the others are untouched.

    With `raise_errors` (development, tests) the first failure is raised instead.
    """
    offers: dict[str, Offer] = {}
    statuses: list[PluginStatus] = []
    for source in sources:
        try:
            with _core_restored():
                gathered = _gather(source, taken=offers)
        except KeyboardInterrupt:  # the operator's, not the plugin's
            raise
        except BaseException as error:  # a plugin may raise anything; it must not stop the site
            if raise_errors:
                raise
            log.exception("plugin %s is quarantined", source.name)
            statuses.append(PluginStatus(source.name, error=_reason(error), folder=_folder(source)))
            continue
        offers |= gathered  # only now: a plugin is admitted whole or not at all
        statuses.append(PluginStatus(source.name, tuple(gathered), folder=_folder(source)))
    return Plugins(MappingProxyType(offers), tuple(statuses))


def _folder(source: Source) -> Path | None:
    """Return the directory of the plugin's files, without importing it: one that is broken has files, too."""
    if isinstance(source, ProgramDirectory):
        return source.path
    places: Iterable[str] | None = None
    if isinstance(source, EntryPoint):
        with suppress(AttributeError, ImportError, ValueError):  # no module of that name, or a name that is none
            spec = find_spec(source.module.partition(".")[0])
            places = spec.submodule_search_locations if spec else None
    folder = next((Path(one) for one in places or ()), None)
    return folder if folder and folder.is_dir() else None


def _gather(source: Source, *, taken: Mapping[str, Offer]) -> dict[str, Offer]:
    manager = pluggy.PluginManager(hookspecs.PROJECT)  # one each: no plugin can wrap, block or shadow another
    manager.add_hookspecs(hookspecs)
    _refuse_other_core(source)
    manager.register(source.load(), name=source.name)
    manager.check_pending()
    answers = manager.hook.lms_training_programs()
    if not answers:  # pluggy drops None
        raise TypeError("lms_training_programs gave nothing: is @hookimpl missing, or a return?")
    gathered: dict[str, Offer] = {}
    for number, program in enumerate(islice(answers[0], MOST_PROGRAMS + 1)):
        if number == MOST_PROGRAMS:
            raise ValueError(f"a plugin may offer at most {MOST_PROGRAMS} programs")
        offer = _offer(program)
        if offer.program.id in taken or offer.program.id in gathered:
            raise ValueError(f"program id {offer.program.id!r} is already taken")
        gathered[offer.program.id] = offer
    return gathered


def _offer(program: object) -> Offer:
    """Return what is offered: the program read back from its own snapshot, so that nobody holds a part of it."""
    if type(program) is not TrainingProgram:  # a subclass could say that it equals anything
        raise TypeError(f"lms_training_programs must yield TrainingProgram, not {type(program).__name__}")
    body = canonical_json(program)
    kept = program_from(body, rule_classes([program.completion]))
    if kept != program:
        raise ValueError(f"program {program.id!r} does not survive its own snapshot; report this")
    if found := [message for _, message in findings(kept)]:  # a program built in Python passed no loader
        raise ValueError("; ".join(found))
    return Offer(kept, body, digest_of(body))


@contextmanager
def _core_restored() -> Iterator[None]:
    """Undo what a plugin does to the core's modules and classes, and raise `MeddlingPlugin`.

    This is against accidents: a plugin is code that the operator trusts.
    """
    modules = {name: module for name, module in sys.modules.items() if _is_watched(name)}
    before = {space: dict(vars(space)) for module in modules.values() for space in _namespaces(module)}
    changed: list[str] = []
    try:
        yield
    finally:
        changed += [name for name, module in modules.items() if sys.modules.get(name) is not module]
        sys.modules.update(modules)
        for space, values in before.items():
            for name, value in values.items():
                if vars(space).get(name, _core_restored) is not value:
                    changed.append(f"{space.__name__}.{name}")
                    setattr(space, name, value)
    if changed:
        raise MeddlingPlugin(f"it changed {', '.join(sorted(changed))}")


def _is_watched(name: str) -> bool:
    return any(name == root or name.startswith(f"{root}.") for root in WATCHED)


def _namespaces(module: ModuleType) -> list[ModuleType | type[Any]]:
    own = (one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__)
    return [module, *own]


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
