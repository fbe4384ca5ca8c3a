"""All laws together: as methods that pytest finds, and as one report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import ClassVar

from lms_core.domain.program import TrainingProgram
from lms_core.testing import laws, packages
from lms_core.testing.packages import Plugin
from lms_core.testing.walks import Walks, walks_of


@dataclass(frozen=True)
class Subject:
    """A plugin under test; loading it raises what is wrong with it."""

    plugin: Plugin

    @cached_property
    def programs(self) -> tuple[TrainingProgram, ...]:
        return tuple(offer.program for offer in packages.loaded(self.plugin).offers.values())

    @cached_property
    def walked(self) -> tuple[tuple[TrainingProgram, Walks], ...]:
        return tuple((program, walks_of(program)) for program in self.programs)

    def of_rules(self, law: Callable[[TrainingProgram, Walks], Iterable[str]]) -> list[str]:
        return [f"{one.id}: {told}" for one, walks in self.walked for told in laws.first(law(one, walks))]

    def of_programs(self, law: Callable[[TrainingProgram], Iterable[str]]) -> list[str]:
        return [f"{one.id}: {told}" for one in self.programs for told in laws.first(law(one))]


LAWS: Mapping[str, Callable[[Subject], Iterable[str]]] = {
    "offers_programs": lambda one: () if one.programs else ["the plugin offers no program"],
    "stays_the_same": lambda one: packages.stable(one.plugin),
    "imports_only_the_api": lambda one: packages.clean_imports(one.plugin, one.programs),
    "pins_nothing_of_the_core": lambda one: packages.free_dependencies(one.plugin),
    "rule_is_total": lambda one: one.of_rules(laws.total),
    "rule_is_pure": lambda one: one.of_rules(laws.pure),
    "rule_is_monotone": lambda one: one.of_rules(laws.monotone),
    "rule_is_explained": lambda one: one.of_rules(laws.explained),
    "rule_is_honest": lambda one: one.of_rules(laws.honest),
    "rule_is_satisfiable": lambda one: one.of_rules(laws.satisfiable),
    "files_are_sound": lambda one: packages.sound_files(one.plugin, one.programs),
    "papers_are_drawable": lambda one: one.of_programs(laws.drawable),
    "keys_are_hidden": lambda one: one.of_programs(laws.hidden),
}


@cache
def _subject(plugin: Plugin) -> Subject:
    return Subject(plugin)


def broken_laws(plugin: Plugin, names: Collection[str] = LAWS.keys()) -> dict[str, tuple[str, ...]]:
    """Return which of the laws the plugin breaks, each with its first offences; raises when it does not even load."""
    subject = Subject(plugin)
    verdicts = {name: tuple(LAWS[name](subject)) for name in LAWS if name in names}
    return {name: offences for name, offences in verdicts.items() if offences}


class Contract:
    """Give a subclass called `Test…` the attribute `plugin` (a module, or the path of a directory without Python)."""

    plugin: ClassVar[Plugin]

    def test_it_loads_alone_and_offers_programs(self) -> None:
        self._keeps("offers_programs")

    def test_it_stays_the_same(self) -> None:
        self._keeps("stays_the_same")

    def test_it_imports_only_the_api(self) -> None:
        self._keeps("imports_only_the_api")

    def test_it_pins_nothing_of_the_core(self) -> None:
        self._keeps("pins_nothing_of_the_core")

    def test_its_rule_is_total(self) -> None:
        self._keeps("rule_is_total")

    def test_its_rule_is_pure(self) -> None:
        self._keeps("rule_is_pure")

    def test_its_rule_is_monotone(self) -> None:
        self._keeps("rule_is_monotone")

    def test_its_rule_is_explained(self) -> None:
        self._keeps("rule_is_explained")

    def test_its_rule_is_honest(self) -> None:
        self._keeps("rule_is_honest")

    def test_its_rule_is_satisfiable(self) -> None:
        self._keeps("rule_is_satisfiable")

    def test_its_files_are_sound(self) -> None:
        self._keeps("files_are_sound")

    def test_its_papers_are_drawable(self) -> None:
        self._keeps("papers_are_drawable")

    def test_its_keys_are_hidden(self) -> None:
        self._keeps("keys_are_hidden")

    def _keeps(self, law: str) -> None:
        offences = tuple(LAWS[law](_subject(self.plugin)))
        if offences:
            raise AssertionError("\n".join(offences))
