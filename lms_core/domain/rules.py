"""Completion rules: frozen, callable, pure, total, monotone, explained (house 3.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from lms_core.domain.outcome import Outcome


def _nothing() -> Mapping[str, int]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Progress:
    """A read-only snapshot of one enrolment, given to a rule.

    `outcomes` holds the best outcome per assessment; `minutes` are by mode ("in_person", "remote_sync",
    "remote_async"); `documents` are expiry dates by kind. Every field but the first two has a default, so that a
    rule written today runs when the core learns to know more.
    """

    as_of: datetime
    enrolled_at: datetime
    outcomes: Mapping[str, Outcome] = field(default_factory=lambda: MappingProxyType({}))
    completed_units: frozenset[str] = frozenset()
    minutes: Mapping[str, int] = field(default_factory=_nothing)
    credentials: frozenset[str] = frozenset()
    observations: frozenset[str] = frozenset()
    documents: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    age: int | None = None
    roles: frozenset[str] = frozenset()
    provider_entitled: bool = False


class Status(StrEnum):
    SATISFIED = "satisfied"
    PENDING = "pending"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision with reason codes ("not_passed:egzamin"), never prose."""

    status: Status
    reasons: tuple[str, ...] = ()


SATISFIED = Verdict(Status.SATISFIED)


class CompletionRule(Protocol):
    def __call__(self, progress: Progress) -> Verdict: ...


@dataclass(frozen=True, slots=True)
class Passed:
    """The assessment was passed at least once."""

    assessment_id: str

    def __call__(self, progress: Progress) -> Verdict:
        outcome = progress.outcomes.get(self.assessment_id)
        if outcome and outcome.success:
            return SATISFIED
        return Verdict(Status.PENDING, (f"not_passed:{self.assessment_id}",))


@dataclass(frozen=True, slots=True)
class Completed:
    """All these units were completed."""

    unit_ids: tuple[str, ...]

    def __call__(self, progress: Progress) -> Verdict:
        missing = [unit for unit in dict.fromkeys(self.unit_ids) if unit not in progress.completed_units]
        if self.unit_ids and not missing:
            return SATISFIED
        return Verdict(Status.PENDING, tuple(f"not_completed:{unit}" for unit in missing) or ("nothing_required",))


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every rule is satisfied; one failed rule fails all."""

    rules: tuple[CompletionRule, ...]

    def __call__(self, progress: Progress) -> Verdict:
        verdicts = [rule(progress) for rule in self.rules]
        open_verdicts = [verdict for verdict in verdicts if verdict.status is not Status.SATISFIED]
        if verdicts and not open_verdicts:
            return SATISFIED
        failed = any(verdict.status is Status.FAILED for verdict in open_verdicts)
        return Verdict(Status.FAILED if failed else Status.PENDING, _reasons(open_verdicts))


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one rule is satisfied; it fails only when every rule failed."""

    rules: tuple[CompletionRule, ...]

    def __call__(self, progress: Progress) -> Verdict:
        verdicts = [rule(progress) for rule in self.rules]
        if any(verdict.status is Status.SATISFIED for verdict in verdicts):
            return SATISFIED
        failed = bool(verdicts) and all(verdict.status is Status.FAILED for verdict in verdicts)
        return Verdict(Status.FAILED if failed else Status.PENDING, _reasons(verdicts))


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What a rule asks about, so that people can be led there."""

    units: frozenset[str] = frozenset()
    assessments: frozenset[str] = frozenset()


def mentioned(rule: CompletionRule) -> Mentioned:
    """Return what a composition of stock rules names; a rule of a plugin's own names nothing."""
    match rule:
        case Passed(assessment_id):
            return Mentioned(assessments=frozenset({assessment_id}))
        case Completed(unit_ids):
            return Mentioned(units=frozenset(unit_ids))
        case AllOf(rules) | AnyOf(rules):
            parts = [mentioned(part) for part in rules]
            units = frozenset[str]().union(*(part.units for part in parts))
            return Mentioned(units, frozenset[str]().union(*(part.assessments for part in parts)))
    return Mentioned()


def _reasons(verdicts: list[Verdict]) -> tuple[str, ...]:
    """Join reasons in order, each once; a composition of nothing says so."""
    return tuple(dict.fromkeys(reason for verdict in verdicts for reason in verdict.reasons)) or ("nothing_required",)
