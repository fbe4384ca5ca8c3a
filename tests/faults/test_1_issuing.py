"""A worker is killed in each phase of issuing: nothing is lost, nothing is done twice, nobody lends a hand."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.deployment.installation import Installation
from tests.faults.embedded import Embedded

log = logging.getLogger(__name__)
PHASES = 6
BAR = 90.0


@dataclass(frozen=True)
class Death:
    phase: str
    credential: int
    at: datetime


def deaths(filar: Installation | Embedded) -> list[Death]:
    notes = [(path.stem, json.loads(path.read_text())) for path in sorted((filar.folder / "deaths").glob("*.json"))]
    return [Death(phase, note["credential"], datetime.fromtimestamp(note["at"], UTC)) for phase, note in notes]


def kill_in_each_phase(filar: Installation | Embedded) -> dict[str, float]:
    """The seconds from each murder to the issued credential, asserted to be within the bar."""
    learners = [f"wydanie-{number}@gmina.example" for number in range(1, PHASES + 1)]
    filar.register.add_learners(*learners)
    ready = []
    for learner in learners:
        visitor = filar.visitor()
        ready.append((visitor, visitor.go_to_the_exams_end(learner)))
    for visitor, attempt in ready:
        visitor.submit(attempt)
    issued = filar.register.wait_until_issued(*learners, seconds=BAR + 30)
    died = deaths(filar)
    assert len(died) == PHASES, died
    return {one.phase: (issued[filar.register.holder(one.credential)] - one.at).total_seconds() for one in died}


def assert_nothing_twice(filar: Installation | Embedded) -> None:
    filar.register.assert_one_number_each()
    codes = filar.register.codes()
    assert len(codes) >= PHASES
    assert filar.register.issued_deeds() == len(codes)
    for code in codes:
        assert "Zaświadczenie jest ważne" in filar.visitor().get(f"/c/{code}").text


def test_a_worker_killed_in_any_phase_of_issuing(installation: Installation, embedded: Embedded) -> None:
    both = {"postgresql": installation, "sqlite": embedded}
    with ThreadPoolExecutor() as pool:
        running = {name: pool.submit(kill_in_each_phase, filar) for name, filar in both.items()}
        seconds = {name: one.result() for name, one in running.items()}
    for name, filar in both.items():
        assert max(seconds[name].values()) <= BAR, seconds
        assert_nothing_twice(filar)
    log.info("seconds from murder to certificate: %s", seconds)
