"""Made-up progress: journeys from nothing to everything, one success at a time, in a seeded order."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import Any

from lms_core.domain.outcome import Outcome
from lms_core.domain.permissions import Role
from lms_core.domain.program import TrainingProgram
from lms_core.domain.rules import MODES, STOCK_RULES, CompletionRule, Progress, parts

AS_OF = datetime(2026, 11, 21, 11, tzinfo=UTC)
MOST_WORDS = 80
LONGEST_WORD = 64
USUAL_NUMBERS = (1, 16, 18, 65, 960)
LARGEST_NUMBER = 10_000
ROLES = frozenset(Role)
Step = Callable[[Progress], Progress]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a rule may ask about: its fields, and for a rule in Python also the constants of its module."""

    words: tuple[str, ...]
    numbers: tuple[int, ...]


def vocabulary(rule: CompletionRule) -> Vocabulary:
    """Return the words and numbers (each with its neighbours) that may make a difference to the rule."""
    found = [value for part in parts(rule) for value in (*_field_values(part), *_source_values(part))]
    words = sorted({one for one in found if isinstance(one, str) and 0 < len(one) <= LONGEST_WORD})
    numbers = {one for one in found if isinstance(one, int) and not isinstance(one, bool)} | set(USUAL_NUMBERS)
    near = {one + step for one in numbers for step in (-1, 0, 1)}
    return Vocabulary(tuple(words[:MOST_WORDS]), tuple(sorted(one for one in near if 0 < one <= LARGEST_NUMBER)))


def _field_values(rule: object) -> Iterator[Any]:
    for field in fields(rule) if is_dataclass(rule) else ():
        value = getattr(rule, field.name)
        yield from value if isinstance(value, tuple) else (value,)


def _source_values(rule: object) -> Iterator[Any]:
    if type(rule) not in STOCK_RULES:
        tree = ast.parse(inspect.getsource(sys.modules[type(rule).__module__]))
        yield from (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))


def journey(program: TrainingProgram, words: Vocabulary, *, seed: int) -> Iterator[Progress]:
    """Yield progress of one person: nothing done (perhaps exams failed), then more and more, at last everything."""
    random = Random(seed)  # noqa: S311 - a failing journey must be walked again
    progress = Progress(
        as_of=AS_OF,
        enrolled_at=AS_OF - timedelta(days=random.choice((0, *words.numbers))),
        age=random.choice((None, *words.numbers)),
        roles=frozenset(random.sample(sorted(ROLES), random.randint(0, len(ROLES)))),
        provider_entitled=random.random() < 0.5,  # noqa: PLR2004 - one half
    )
    for failure in _failures(program, random):
        progress = failure(progress)
    yield progress
    steps = list(_successes(program, words, random))
    random.shuffle(steps)
    for step in steps:
        progress = step(progress)
        yield progress


def everything(program: TrainingProgram, words: Vocabulary) -> Iterator[Progress]:
    """Yield people of every age who have done all there is on the day they joined, where everything is allowed."""
    steps = list(_successes(program, words, Random(0)))  # noqa: S311 - its order makes no difference
    for age in (None, *words.numbers):
        progress = Progress(AS_OF, AS_OF, age=age, roles=ROLES, provider_entitled=True)
        for step in steps:
            progress = step(progress)
        yield progress


def _successes(program: TrainingProgram, words: Vocabulary, random: Random) -> Iterator[Step]:
    units = [unit.id for unit in program.units]
    names = sorted({*words.words, *units})
    yield from (_completed(unit) for unit in units)
    yield from (_attended(mode, minutes) for mode in MODES for minutes in (*words.numbers, LARGEST_NUMBER))
    yield from (_holding(name) for name in words.words)
    for assessment in program.assessments:
        yield from (_sat(assessment.id, percent, success=True) for percent in (assessment.pass_percent, 100))
    for name in names:
        some = random.sample(sorted(ROLES), random.randint(1, len(ROLES)))
        yield from (_observed(name, frozenset(roles)) for roles in (some, ROLES | {*words.words}))
    until = [AS_OF.date() + timedelta(days=days) for days in (0, 1, 30)]
    yield from (_shown(name, day) for name in words.words for day in (*until, date.max))


def _failures(program: TrainingProgram, random: Random) -> Iterator[Step]:
    for assessment in random.sample(program.assessments, random.randint(0, len(program.assessments))):
        yield _sat(assessment.id, random.randint(0, assessment.pass_percent - 1), success=False)


def _completed(unit_id: str) -> Step:
    return lambda known: replace(known, completed_units=known.completed_units | {unit_id})


def _attended(mode: str, minutes: int) -> Step:
    return lambda known: replace(known, minutes=_raised(known.minutes, mode, minutes))


def _holding(name: str) -> Step:
    return lambda known: replace(known, credentials=known.credentials | {name})


def _shown(name: str, until: date) -> Step:
    return lambda known: replace(known, documents=_raised(known.documents, name, until))


def _observed(name: str, roles: frozenset[str]) -> Step:
    def observe(known: Progress) -> Progress:
        seen = known.observations.get(name, frozenset()) | roles
        return replace(known, observations=MappingProxyType({**known.observations, name: seen}))

    return observe


def _sat(assessment_id: str, percent: int, *, success: bool) -> Step:
    outcome = Outcome(scaled=percent / 100, raw=float(percent), max=100.0, success=success, completion=True)

    def sit(known: Progress) -> Progress:
        before = known.outcomes.get(assessment_id, outcome)
        best = max(before, outcome, key=lambda one: (one.success, one.scaled))
        return replace(known, outcomes=MappingProxyType({**known.outcomes, assessment_id: best}))

    return sit


def _raised(table: Mapping[str, Any], key: str, value: Any) -> Mapping[str, Any]:
    return MappingProxyType({**table, key: max(table.get(key, value), value)})
