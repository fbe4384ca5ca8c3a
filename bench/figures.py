"""What was measured, as values, and the arithmetic on it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.cpu import Seconds
from bench.journey import ISSUE

SIGN_IN = "sign-in"


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that at least so many per cent of the values do not exceed (nearest rank).

    ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values, no percentile")
    rank = max(1, math.ceil(percent / 100 * len(values)))
    return sorted(values)[rank - 1]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the journey, by all learners. `cpu` is of all of its requests together."""

    name: str
    times: tuple[float, ...]
    """Milliseconds at the client, one per request."""
    cpu: Seconds
    requests: int

    def milliseconds(self, *roles: str) -> float:
        """Return CPU milliseconds per request, of some roles or of all."""
        return sum(used for role, used in self.cpu.items() if not roles or role in roles) * 1000 / self.requests


@dataclass(frozen=True, slots=True)
class Journey:
    """The steps in order. `times_each`: how often one learner does a step that is done more than once."""

    steps: tuple[Step, ...]
    times_each: Mapping[str, int] = field(default_factory=dict)

    def step(self, name: str) -> Step:
        return next(step for step in self.steps if step.name == name)

    def milliseconds(self, *, without: Iterable[str] = ()) -> float:
        """Return CPU milliseconds of one learner's whole journey, issuing included."""
        left = [step for step in self.steps if step.name not in set(without)]
        return sum(step.milliseconds() * self.times_each.get(step.name, 1) for step in left)

    def statements(self, counted: Mapping[str, int]) -> int:
        return sum(counted[step.name] * self.times_each.get(step.name, 1) for step in self.steps)

    @property
    def requests(self) -> int:
        return sum(self.times_each.get(step.name, 1) for step in self.steps if step.name != ISSUE)


@dataclass(frozen=True, slots=True)
class Target:
    what: str
    limit: float
    unit: str
    measured: float

    @property
    def met(self) -> bool:
        return self.measured <= self.limit


SAVE_LIMITS = {"sqlite": 1.5, "postgres": 2.2}


def targets(
    kind: str, journey: Journey, saving: Journey, *, statements: Mapping[str, int], issuing: float, memory: float
) -> list[Target]:
    """Return every target of the benchmark with what was measured; `issuing` is CPU ms, `memory` MB at 50 users."""
    step = journey.step
    cpu = "ms CPU"
    save = "save an answer"
    return [
        Target(save, SAVE_LIMITS[kind], cpu, saving.step(save).milliseconds()),
        Target(f"{save}: statements", 3, "", statements[save]),
        Target("start", 6, cpu, step("start").milliseconds()),
        Target("exam page (instructions)", 5, cpu, step("exam page").milliseconds()),
        Target("exam (20 questions)", 5, cpu, step("exam").milliseconds()),
        Target("submit and grade", 10, cpu, step("submit").milliseconds()),
        Target("verification page", 2, cpu, step("verification").milliseconds()),
        Target("issue: number, sign, JSON", 12, cpu, issuing),
        Target("PDF", 16, cpu, step("PDF").milliseconds()),
        Target("journey without sign-in, issuing included", 60, cpu, journey.milliseconds(without=[SIGN_IN])),
        Target("journey: statements, issuing included", 60, "", journey.statements(statements)),
        Target("memory at 50 users", 300, "MB", memory),
    ]
