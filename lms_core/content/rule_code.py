"""Completion rules that a plugin wrote in Python: named in snapshots, found again by name and source."""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from lms_core.domain.rules import STOCK_RULES, CompletionRule, Progress, Verdict, parts, rebuilt

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class RuleCode:
    """Which code a rule is: `name` is "package.module:Class", `sha256` of that module's source text."""

    name: str
    sha256: str


RuleClasses = Mapping[RuleCode, type[Any]]


class RuleCodeMissing(Exception):
    """A rule's code is not installed, or has changed since; a person must decide instead."""


@dataclass(frozen=True, slots=True)
class RuleReference:
    """Stands for a rule whose code was not found: it decides nothing."""

    code: RuleCode
    arguments: tuple[tuple[str, Any], ...]

    def __call__(self, progress: Progress) -> Verdict:  # noqa: ARG002 - the protocol's argument
        raise RuleCodeMissing(f"{self.code.name} ({self.code.sha256[:12]}) is not installed")


def reference_to(rule: CompletionRule) -> RuleReference:
    """Return how a snapshot names the rule; raise ValueError when it cannot be found again that way."""
    if isinstance(rule, RuleReference):
        return rule
    if not is_dataclass(rule) or isinstance(rule, type):
        raise ValueError(f"reguła {rule!r} musi być zamrożoną klasą danych (@dataclass(frozen=True))")
    arguments = tuple((field.name, getattr(rule, field.name)) for field in fields(rule))
    for name, value in arguments:
        if not _is_plain(value):
            raise ValueError(f"pole {name} reguły {type(rule).__name__} ma być tekstem, liczbą albo ich krotką")
    return RuleReference(code_of(type(rule)), arguments)


def code_of(rule_class: type[Any]) -> RuleCode:
    module = sys.modules[rule_class.__module__]
    if getattr(module, rule_class.__name__, None) is not rule_class:
        raise ValueError(f"reguła {rule_class.__name__} musi być klasą modułu, żeby dało się ją odnaleźć")
    source = inspect.getsource(module)
    return RuleCode(f"{module.__name__}:{rule_class.__name__}", hashlib.sha256(source.encode()).hexdigest())


def rule_classes(rules: Iterable[CompletionRule]) -> dict[RuleCode, type[Any]]:
    """Return the classes of all rules, parts included, that are no stock rules."""
    own = {type(part) for rule in rules for part in parts(rule)} - set(STOCK_RULES) - {RuleReference}
    return {code_of(one): one for one in own}


def bound(rule: CompletionRule, classes: RuleClasses) -> CompletionRule:
    """Return the rule with each reference replaced by its code, where that is at hand."""
    if isinstance(rule, RuleReference) and rule.code in classes:
        found: CompletionRule = classes[rule.code](**dict(rule.arguments))
        return found
    return rebuilt(rule, lambda part: bound(part, classes))


def _is_plain(value: object) -> bool:
    if isinstance(value, tuple):
        return all(isinstance(part, Scalar) for part in value)
    return isinstance(value, Scalar)
