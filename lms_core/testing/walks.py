"""A completion rule is walked along many journeys; what it does on the way is noted, not judged."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from types import FrameType
from typing import Any

from lms_core.domain.program import TrainingProgram
from lms_core.domain.rules import CompletionRule, Progress, Status, Verdict
from lms_core.testing.journeys import everything, journey, vocabulary

JOURNEYS = 40
OUTSIDE = {
    *("time", "random", "_random", "secrets", "uuid", "os", "posix", "nt", "io", "_io", "pathlib"),
    *("socket", "_socket", "ssl", "urllib.request", "subprocess", "_posixsubprocess"),
}
CLOCKS = {"now", "today", "utcnow"}


@dataclass(frozen=True, slots=True)
class Step:
    """What the rule said to one progress; `verdict` is None with the reason in `trouble` when it said nothing."""

    progress: Progress
    verdict: Verdict | None
    trouble: str = ""


@dataclass
class Walks:
    """All journeys of one program's rule; `outside` names what the rule reached for beyond its argument."""

    journeys: list[list[Step]] = field(default_factory=list)
    ends: list[Step] = field(default_factory=list)
    changed_minds: list[Progress] = field(default_factory=list)
    outside: set[str] = field(default_factory=set)

    @property
    def steps(self) -> Iterator[Step]:
        return (step for steps in self.journeys for step in steps)


def walks_of(program: TrainingProgram) -> Walks:
    """Walk the program's rule; the same program gives the same journeys."""
    rule, words, walks = program.completion, vocabulary(program.completion), Walks()
    journeys = [list(journey(program, words, seed=seed)) for seed in range(JOURNEYS)]
    ends = list(everything(program, words))
    with _watched(walks.outside):
        walks.journeys = [[_step(rule, progress) for progress in one] for one in journeys]
        walks.ends = [_step(rule, progress) for progress in ends]
        walks.changed_minds = [step.progress for step in walks.steps if _step(rule, step.progress) != step]
    return walks


def _step(rule: CompletionRule, progress: Progress) -> Step:
    try:
        verdict = rule(progress)
    except Exception as error:  # noqa: BLE001 - a rule may raise anything, which is what is looked for
        return Step(progress, None, f"raises {type(error).__name__}: {error}")
    if _is_verdict(verdict):
        return Step(progress, verdict)
    return Step(progress, None, f"answers {verdict!r}, which is no Verdict of a Status and a tuple of codes")


def _is_verdict(verdict: object) -> bool:
    return (
        isinstance(verdict, Verdict)
        and isinstance(verdict.status, Status)
        and isinstance(verdict.reasons, tuple)
        and all(isinstance(reason, str) for reason in verdict.reasons)
    )


@contextmanager
def _watched(outside: set[str]) -> Iterator[None]:
    """Note every call of a clock, of chance, of files and of the network while the block runs."""

    def note(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            module, name = str(frame.f_globals.get("__name__")), frame.f_code.co_name
        elif event == "c_call":
            module, name = _origin(argument), str(getattr(argument, "__name__", ""))
        else:
            return
        if module in OUTSIDE:
            outside.add(f"{module}.{name}")

    before, collects = sys.getprofile(), gc.isenabled()
    gc.disable()  # others may have asked to be told of collections, and read a clock when they are
    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(before)
        if collects:
            gc.enable()


def _origin(function: Any) -> str:
    """Return the module of a function written in C; the clocks of `date` and `datetime` count as `time`."""
    owner = getattr(function, "__self__", None)
    if isinstance(owner, type) and issubclass(owner, date) and function.__name__ in CLOCKS:
        return "time"
    return str(getattr(function, "__module__", None) or type(owner).__module__)
