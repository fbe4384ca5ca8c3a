"""Hypothesis strategies for all stock rules, alone and composed, and for the whole of a progress."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from lms_core.domain.permissions import Role
from lms_core.domain.rules import (
    AllOf,
    AnyOf,
    Completed,
    CompletionRule,
    HoldsCredential,
    MinMinutes,
    ObservedBy,
    Passed,
    Progress,
    WithinDays,
)
from tests.domain.values import FAIL, PASS, progress

EXAMS = ("egzamin", "sprawdzian")
UNITS = ("lekcja-1", "lekcja-2", "lekcja-3")
MODES = ("in_person", "remote_sync", "remote_async")
BADGES = ("zpos", "rko")
SIGNING = ("instructor", "examiner")

stock: st.SearchStrategy[CompletionRule] = st.one_of(
    st.builds(Passed, st.sampled_from(EXAMS)),
    st.builds(Completed, st.lists(st.sampled_from(UNITS), max_size=3).map(tuple)),
    st.builds(MinMinutes, st.sampled_from(MODES), st.integers(0, 600)),
    st.builds(ObservedBy, st.sampled_from(UNITS), st.lists(st.sampled_from(SIGNING), max_size=2).map(tuple)),
    st.builds(HoldsCredential, st.sampled_from(BADGES)),
)
EMPTY = {Completed(()), *(MinMinutes(mode, 0) for mode in MODES), *(ObservedBy(unit, ()) for unit in UNITS)}
"""Rules that ask for nothing, or for nobody's signature: no progress satisfies them."""


def compositions(rules: st.SearchStrategy[CompletionRule], least: int) -> st.SearchStrategy[CompletionRule]:
    parts = st.lists(rules, min_size=least, max_size=3).map(tuple)
    return st.builds(AllOf, parts) | st.builds(AnyOf, parts) | st.builds(WithinDays, st.integers(0, 30), rules)


any_rule = st.recursive(stock, lambda inner: compositions(inner, 0), max_leaves=8)
meaningful_rule = st.recursive(
    stock.filter(lambda rule: rule not in EMPTY), lambda inner: compositions(inner, 1), max_leaves=8
)
outcomes = st.dictionaries(st.sampled_from(EXAMS), st.sampled_from([PASS, FAIL]))
units = st.frozensets(st.sampled_from(UNITS))
minutes = st.dictionaries(st.sampled_from(MODES), st.integers(0, 700))
badges = st.frozensets(st.sampled_from(BADGES))
observations = st.dictionaries(st.sampled_from(UNITS), st.frozensets(st.sampled_from([*SIGNING, "learner", ""])))
documents = st.dictionaries(st.sampled_from(["badanie", "psychotest"]), st.dates(date(2026, 1, 1), date.max))
instants = st.datetimes(datetime(2026, 10, 1), datetime(2027, 4, 30), timezones=st.just(UTC))  # noqa: DTZ001 - the zone follows

any_progress = st.builds(
    Progress,
    as_of=instants,
    enrolled_at=instants,
    outcomes=outcomes,
    completed_units=units,
    minutes=minutes,
    credentials=badges,
    observations=observations,
    documents=documents,
    age=st.none() | st.integers(0, 110),
    roles=st.frozensets(st.sampled_from([str(role) for role in Role])),
    provider_entitled=st.booleans(),
)


def everything(**changes: Any) -> Progress:
    """The progress of somebody who did all there is."""
    done: dict[str, Any] = {
        "outcomes": dict.fromkeys(EXAMS, PASS),
        "completed_units": frozenset(UNITS),
        "minutes": dict.fromkeys(MODES, 700),
        "credentials": frozenset(BADGES),
        "observations": dict.fromkeys(UNITS, frozenset(SIGNING)),
        "documents": {"badanie": date.max},
        "age": 40,
        "provider_entitled": True,
    }
    return progress(**done | changes)


def further(known: Progress, more: Progress) -> Progress:
    """The same progress at the same moment with more successes: the best of both, nothing taken away."""
    return replace(
        known,
        outcomes=_joined(known.outcomes, more.outcomes, lambda mine, other: mine if mine.success else other),
        completed_units=known.completed_units | more.completed_units,
        minutes=_joined(known.minutes, more.minutes, max),
        credentials=known.credentials | more.credentials,
        observations=_joined(known.observations, more.observations, frozenset.union),
        documents=_joined(known.documents, more.documents, max),
    )


def _joined(mine: Mapping, others: Mapping, better) -> dict:
    both = {name: better(mine[name], others[name]) for name in mine.keys() & others.keys()}
    return {**mine, **others, **both}
