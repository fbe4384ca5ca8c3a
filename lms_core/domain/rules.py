"""Completion rules: frozen, callable, pure, total, monotone, explained (house 3.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol

from lms_core.domain.calendar import warsaw_day
from lms_core.domain.outcome import Outcome

MODES = ("in_person", "remote_sync", "remote_async")
"""How a session is attended."""


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Progress:
    """A read-only snapshot of one enrolment, given to a rule.

    `outcomes` holds the best outcome per assessment; `minutes` are by mode ("in_person", "remote_sync",
    "remote_async"); `credentials` are achievements that the person holds now; `observations` are the roles of those
    who signed a unit off; `documents` are expiry dates by kind (`date.max`: for good); `age` is in whole years on the
    day, None when unknown; `provider_entitled` says whether the organisation may train today where the law asks for
    that. Every field but the first two has a default, so that a rule written today runs when the core learns more.
    """

    as_of: datetime
    enrolled_at: datetime
    outcomes: Mapping[str, Outcome] = field(default_factory=_nothing)
    completed_units: frozenset[str] = frozenset()
    minutes: Mapping[str, int] = field(default_factory=_nothing)
    credentials: frozenset[str] = frozenset()
    observations: Mapping[str, frozenset[str]] = field(default_factory=_nothing)
    documents: Mapping[str, date] = field(default_factory=_nothing)
    age: int | None = None
    roles: frozenset[str] = frozenset()
    provider_entitled: bool = False


class Status(StrEnum):
    """A rule's decision; `FAILED` is for good, no further success changes it."""

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
    """Decides whether an enrolment is complete; a rule of one's own is a frozen dataclass of this shape.

    Its laws (lms_core.testing checks them): it raises on no progress (total), answers the same for the same progress
    and looks at nothing else (pure), never takes anything back when more succeeds (monotone), gives reason codes unless
    satisfied (explained), and is never satisfied by somebody who did nothing (honest).
    """

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
class MinMinutes:
    """At least so many minutes were attended in this mode; planned minutes of lessons are not attended ones."""

    mode: str
    minutes: int

    def __call__(self, progress: Progress) -> Verdict:
        missing = self.minutes - progress.minutes.get(self.mode, 0)
        if self.minutes > 0 and missing <= 0:
            return SATISFIED
        return Verdict(
            Status.PENDING, (f"minutes_short:{self.mode}:{missing}",) if missing > 0 else ("nothing_required",)
        )


@dataclass(frozen=True, slots=True)
class ObservedBy:
    """Somebody in one of these roles watched the person do it and signed the unit off."""

    unit_id: str
    roles: tuple[str, ...] = ("instructor", "examiner")

    def __call__(self, progress: Progress) -> Verdict:
        if progress.observations.get(self.unit_id, frozenset()) & set(self.roles):
            return SATISFIED
        return Verdict(Status.PENDING, (f"not_observed:{self.unit_id}",))


@dataclass(frozen=True, slots=True)
class HoldsCredential:
    """The person holds this achievement, of this or another program, and it is valid now."""

    achievement_id: str

    def __call__(self, progress: Progress) -> Verdict:
        if self.achievement_id in progress.credentials:
            return SATISFIED
        return Verdict(Status.PENDING, (f"no_credential:{self.achievement_id}",))


@dataclass(frozen=True, slots=True)
class WithinDays:
    """The rule is satisfied at most so many Warsaw days after the day of enrolment; later it has failed."""

    days: int
    rule: CompletionRule

    def __call__(self, progress: Progress) -> Verdict:
        if (warsaw_day(progress.as_of) - warsaw_day(progress.enrolled_at)).days > self.days:
            return Verdict(Status.FAILED, (f"too_late:{self.days}",))
        return self.rule(progress)


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


STOCK_RULES = (Passed, Completed, MinMinutes, ObservedBy, HoldsCredential, WithinDays, AllOf, AnyOf)


def rebuilt(rule: CompletionRule, change: Callable[[CompletionRule], CompletionRule]) -> CompletionRule:
    """Return a composition with each of its direct parts changed; a rule without parts as it is."""
    match rule:
        case AllOf(rules):
            return AllOf(tuple(change(part) for part in rules))
        case AnyOf(rules):
            return AnyOf(tuple(change(part) for part in rules))
        case WithinDays(days, inner):
            return WithinDays(days, change(inner))
    return rule


def parts(rule: CompletionRule) -> Iterator[CompletionRule]:
    """Yield the rule and everything it is composed of."""
    yield rule
    match rule:
        case AllOf(rules) | AnyOf(rules):
            for part in rules:
                yield from parts(part)
        case WithinDays(_, inner):
            yield from parts(inner)


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What a rule asks about, so that people can be led there."""

    units: frozenset[str] = frozenset()
    assessments: frozenset[str] = frozenset()


def mentioned(rule: CompletionRule) -> Mentioned:
    """Return what a composition of stock rules names; a rule of a plugin's own names nothing."""
    units: set[str] = set()
    assessments: set[str] = set()
    for part in parts(rule):
        match part:
            case Passed(assessment_id):
                assessments.add(assessment_id)
            case Completed(unit_ids):
                units.update(unit_ids)
            case ObservedBy(unit_id):
                units.add(unit_id)
    return Mentioned(frozenset(units), frozenset(assessments))


def _reasons(verdicts: list[Verdict]) -> tuple[str, ...]:
    """Join reasons in order, each once; a composition of nothing says so."""
    return tuple(dict.fromkeys(reason for verdict in verdicts for reason in verdict.reasons)) or ("nothing_required",)
