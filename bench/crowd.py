"""Many at once: a stampede at the start and the end of an exam, and how much memory a crowd takes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Self

from bench.browser import Answer
from bench.cpu import Household
from bench.installation import Installation
from bench.journey import AFTER_ISSUE, HAND_IN, ONE_POST, TO_THE_EXAM, Act, Learner

SAMPLE = 0.25


@dataclass(slots=True)
class Stampede:
    """Times are milliseconds from the moment a person wanted the first page, so that waiting in line counts."""

    people: int
    window: float
    """Seconds within which everybody comes."""
    times: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    graded: int = 0
    issued: int = 0
    seconds_to_issue: float = 0.0


def stampede(site: Installation, people: Sequence[Learner], window: float) -> Stampede:
    """Sign everybody in (not measured); all start within the window, then all answer, then all hand in."""
    found, (graded, issued, _) = Stampede(len(people), window), site.counts()
    with ThreadPoolExecutor(8) as pool:
        for act in list(TO_THE_EXAM.values())[:3]:
            list(pool.map(act, people))
    _within(found, people, [("exam page", Learner.exam_page), ("start", Learner.start), ("exam", Learner.sit)])
    _within(found, people, [("20 answers", Learner.answer_all)])
    begun = time.monotonic()
    _within(found, people, [("summary", Learner.summary), ("submit", Learner.submit), ("result", Learner.result)])
    site.drain()
    found.seconds_to_issue = time.monotonic() - begun - window
    found.graded, found.issued = (now - before for now, before in zip(site.counts(), (graded, issued), strict=False))
    for one in people:
        one.browser.close()
    return found


def _within(found: Stampede, people: Sequence[Learner], steps: Sequence[tuple[str, Act]]) -> None:
    begun = time.monotonic() + 0.2

    def come(number: int, learner: Learner) -> None:
        due = begun + found.window * number / len(people)
        time.sleep(max(0.0, due - time.monotonic()))
        for name, act in steps:
            try:
                act(learner)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what this run is to find
                found.errors.append(f"{name}: {error!r}"[:300])
                return
            now = time.monotonic()
            found.times.setdefault(name, []).append((now - due) * 1000)
            due = now

    threads = [threading.Thread(target=come, args=one) for one in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def memory_of_crowd(site: Installation, household: Household, people: Sequence[Learner]) -> dict[str, float]:
    """Take everybody through the journey at the same time; return the most megabytes seen, by role."""
    with ThreadPoolExecutor(len(people)) as pool, _Watching(household.memory) as watch:
        list(pool.map(lambda one: _go(one, [*TO_THE_EXAM.values(), *ONE_POST.values(), *HAND_IN.values()]), people))
        site.drain()
        list(pool.map(lambda one: _go(one, list(AFTER_ISSUE.values())), people))
    for one in people:
        one.browser.close()
    return watch.most


def _go(learner: Learner, acts: Sequence[Callable[[Learner], Answer]]) -> None:
    for act in acts:
        act(learner)


class _Watching:
    """Samples a measure until left; keeps the sample whose sum was the largest."""

    def __init__(self, measure: Callable[[], dict[str, float]]) -> None:
        self.most: dict[str, float] = {}
        self._measure, self._done = measure, threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(SAMPLE):
            sample = self._measure()
            if sum(sample.values()) > sum(self.most.values()):
                self.most = sample
