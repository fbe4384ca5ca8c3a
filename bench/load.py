"""All learners go through a step, then the process table is read, then they go through the next."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from bench.browser import Answer, Browser
from bench.counting import HEADER
from bench.cpu import Household, difference
from bench.figures import Journey, Step
from bench.floor import Load
from bench.installation import Installation
from bench.journey import AFTER_ISSUE, HAND_IN, ISSUE, ONE_POST, ONE_SAVE, TO_THE_EXAM, Act, Learner

SAVES = 20
SETTLE = 0.05
"""Seconds in which a server finishes what follows an answer."""

Run = Callable[[str, Act, int], Step]


def go(site: Installation, household: Household, people: Sequence[Learner], *, clients: int, saving: bool) -> Journey:
    """Take the people through the journey, `clients` at a time; `saving`: with one save per answer."""
    answering, times = (ONE_SAVE, {next(iter(ONE_SAVE)): SAVES}) if saving else (ONE_POST, {})
    with ThreadPoolExecutor(clients) as pool:

        def run(steps: Mapping[str, Act]) -> list[Step]:
            return [
                measure(name, act, people, pool=pool, household=household, times=times) for name, act in steps.items()
            ]

        before = [*run(TO_THE_EXAM), *run(answering)]
        with resting(household):
            before += run(HAND_IN)
        issue = issuing(site, household, len(people))
        after = run(AFTER_ISSUE)
    for one in people:
        one.browser.close()
    return Journey((*before, issue, *after), times)


def measure(
    name: str,
    act: Act,
    people: Sequence[Learner],
    *,
    pool: ThreadPoolExecutor,
    household: Household,
    times: Mapping[str, int],
) -> Step:
    repeats = times.get(name, 1)

    def do(learner: Learner) -> list[float]:
        return [act(learner).milliseconds for _ in range(repeats)]

    before = household.cpu()
    found = tuple(taken for each in pool.map(do, people) for taken in each)
    time.sleep(SETTLE)
    return Step(name, found, difference(before, household.cpu()), len(found))


@contextmanager
def resting(household: Household) -> Iterator[None]:
    """Hold the worker still, so that what it does for a submission is not counted with the submission."""
    worker = household.roles()["worker"][0]
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


def issuing(site: Installation, household: Household, count: int) -> Step:
    """Measure the worker while it issues all the certificates that wait."""
    before = household.cpu()
    seconds = site.drain()
    time.sleep(SETTLE)
    return Step(ISSUE, (seconds * 1000 / count,), difference(before, household.cpu()), count)


def count_statements(site: Installation, people: Sequence[Learner], *, saving: bool) -> dict[str, Load]:
    """Take the people one by one through the journey of a server that counts; return the most of each step."""
    found: dict[str, Load] = {}
    for learner in people:
        for name, act in (TO_THE_EXAM | (ONE_SAVE if saving else ONE_POST) | HAND_IN).items():
            for _ in range(SAVES if name in ONE_SAVE else 1):
                found[name] = _larger(found.get(name), act(learner))
        site.drain()
        for name, act in AFTER_ISSUE.items():
            found[name] = _larger(found.get(name), act(learner))
        learner.browser.close()
    return found


def _larger(known: Load | None, answer: Answer) -> Load:
    reads, writes = map(int, answer.headers[HEADER.lower()].split())
    load = Load(reads, writes, len(answer.body), answer.headers.get("content-type", "text/html"), answer.status)
    return load if known is None else max(known, load, key=lambda one: (one.reads + one.writes, one.bytes))


def go_floor(
    site: Installation, household: Household, steps: Sequence[str], *, people: int, clients: int, saves: int
) -> Journey:
    """Take as many browsers as there were people through the floor's steps, which stand at /0, /1, ..."""
    browsers = [Browser(site.url, f"127.2.{number // 250}.{1 + number % 250}") for number in range(people)]
    found = []
    with ThreadPoolExecutor(clients) as pool:
        for number, name in enumerate(steps):
            repeats = saves if name in ONE_SAVE else 1

            def do(browser: Browser, path: str = f"/{number}", repeats: int = repeats) -> list[float]:
                return [browser.get(path).milliseconds for _ in range(repeats)]

            before = household.cpu()
            taken = tuple(one for each in pool.map(do, browsers) for one in each)
            time.sleep(SETTLE)
            found.append(Step(name, taken, difference(before, household.cpu()), len(taken)))
    for browser in browsers:
        browser.close()
    return Journey(tuple(found))


def idle(household: Household, seconds: float) -> float:
    """Return CPU milliseconds per second of an installation that nobody uses."""
    before = household.cpu()
    time.sleep(seconds)
    return sum(difference(before, household.cpu()).values()) * 1000 / seconds
