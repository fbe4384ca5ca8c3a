"""`./run bench`: measure Filar as an operator starts it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from bench import crowd, floor, launch, layers, load
from bench.cpu import Household
from bench.crowd import Stampede
from bench.figures import Journey
from bench.floor import Load
from bench.installation import SERVE, Installation, NotRunning, installation, serving, serving_floor
from bench.issue import measure_issuing
from bench.journey import ISSUE, Learner, WrongAnswer
from bench.layers import NoProfile
from bench.report import Run, Served, put, report
from tests.servers.postgres import NoServer

PROFILE_SECONDS = 10
PROFILES = {"exam (20 questions)": Learner.sit, "save an answer": Learner.save}
"""In this order: saving makes the exam page longer to gather."""
QUICK: dict[str, float] = dict.fromkeys(("learners", "users", "stampede"), 2)
QUICK |= {"profiled": 0, "counted": 1, "warming": 1, "issued": 4, "idle": 1, "window": 0.5}
"""To see that everything still runs; the figures are worth nothing."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for. `idle` and `window` are seconds, all other numbers are people."""

    db: str
    server: str
    clients: int
    learners: int
    users: int
    stampede: int
    profiled: int
    write: Path | None
    counted: int = 3
    warming: int = 8
    issued: int = 30
    idle: float = 5.0
    window: float = 5.0

    @property
    def people(self) -> int:
        twice = self.counted + self.warming + self.learners
        return self.issued + 2 * twice + self.users + self.stampede + self.profiled


def main(arguments: Sequence[str]) -> None:
    options = read(arguments)
    say(f"making {options.people} people on {options.db}")
    with installation(options.db, options.people) as site:
        run = measure(site, options)
    text = report(run)
    print(text)
    if options.write:
        put(options.write, options.db, text)


def read(arguments: Sequence[str]) -> Options:
    parser = argparse.ArgumentParser(prog="./run bench", description="Measure Filar as an operator starts it.")
    parser.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--learners", type=int, default=100, help="who go each journey (%(default)s)")
    parser.add_argument("--clients", type=int, default=4, help="requests at the same time (%(default)s)")
    parser.add_argument("--users", type=int, default=50, help="at the same time, for the memory (%(default)s)")
    parser.add_argument("--stampede", type=int, default=200, help="learners in the stampede, 0: none (%(default)s)")
    parser.add_argument("--profiled", type=int, default=40, help="learners under py-spy, 0: none (%(default)s)")
    parser.add_argument("--server", choices=["granian", "gunicorn"], default="granian")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables between the markers of this file")
    parser.add_argument("--quick", action="store_true", help="two learners: only to see that everything runs")
    given = vars(parser.parse_args(arguments))
    return Options(**given | (QUICK if given.pop("quick") else {}))


def say(words: str) -> None:
    print(f"bench: {words}", file=sys.stderr, flush=True)


def measure(site: Installation, options: Options) -> Run:
    busy, _, _ = os.getloadavg()
    say("issuing without the queue")
    issuing = measure_issuing(site, site.take(options.issued))
    counted = count(site, options.counted)
    served = measure_server(site, options)
    return Run(
        kind=options.db,
        server=f"{options.server} {version(options.server)}",
        clients=options.clients,
        learners=options.learners,
        users=options.users,
        busy=busy,
        served=served,
        floor=measure_floor(site, options, counted),
        statements={name: one.reads + one.writes for name, one in counted.items()} | {ISSUE: issuing.statements},
        issuing=issuing,
    )


def count(site: Installation, people: int) -> dict[str, Load]:
    say("counting statements")
    with serving(site, launch.COMMAND, launch.COUNTING):
        counted = load.count_statements(site, site.learners(people), saving=False)
        return counted | load.count_statements(site, site.learners(people), saving=True)


def measure_server(site: Installation, options: Options) -> Served:
    with serving(site, *command(options.server)) as household:
        for saving in (False, True):
            load.go(site, household, site.learners(options.warming), clients=options.clients, saving=saving)
        idle = load.idle(household, options.idle)
        say("the journey of 15 requests")
        journey = load.go(site, household, site.learners(options.learners), clients=options.clients, saving=False)
        say("the journey with one save per answer")
        saving_journey = load.go(site, household, site.learners(options.learners), clients=options.clients, saving=True)
        say(f"{options.users} people at the same time")
        memory = crowd.memory_of_crowd(site, household, site.learners(options.users))
        return Served(
            journey, saving_journey, idle, memory, _stampede(site, options), _layers(site, household, options)
        )


def command(server: str) -> tuple[Sequence[str], Mapping[str, str]]:
    """Return what an operator types, unless another web server is asked for."""
    return (SERVE, {}) if server == "granian" else (launch.COMMAND, launch.server(server))


def _stampede(site: Installation, options: Options) -> Stampede | None:
    if not options.stampede:
        return None
    say(f"stampede of {options.stampede}")
    return crowd.stampede(site, site.learners(options.stampede), options.window)


def _layers(site: Installation, household: Household, options: Options) -> dict[str, dict[str, float]]:
    if not options.profiled:
        return {}
    say("where the time goes")
    people = site.learners(options.profiled)
    layers.enter(people)
    record = partial(layers.record, site, household, people, seconds=PROFILE_SECONDS)
    try:
        return {name: record(act=act) for name, act in PROFILES.items()}
    except NoProfile as error:  # a container may forbid it; the other figures are not lost for that
        say(str(error))
        return {}


def measure_floor(site: Installation, options: Options, counted: Mapping[str, Load]) -> Journey:
    say("the floor")
    spec = site.folder / "floor.json"
    floor.write_spec(spec, list(counted.values()))
    extra = {floor.SPEC: str(spec)}
    with serving_floor(site, floor.command(int(site.environ["LMS_PORT"])), extra) as household:
        go = partial(load.go_floor, site, household, list(counted), clients=options.clients)
        go(people=options.warming, saves=load.SAVES)
        return go(people=options.learners, saves=load.SAVES)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (NotRunning, WrongAnswer, NoServer) as error:
        sys.exit(f"bench: {error}")
