"""The web server is killed while answers are being saved: what was acknowledged is in the journal, and once."""

from __future__ import annotations

import http.client
import logging
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest

from tests.deployment.installation import Installation, is_ready, wait_until
from tests.deployment.visitor import Visitor
from tests.faults.embedded import Embedded

log = logging.getLogger(__name__)
LEARNERS = 4
KILLS = 2
SAVED_BETWEEN = 3
MOST_ANSWERS = 200  # the rate limit lets 240 a minute through
PAUSE = 0.03
Key = tuple[int, str, int, str, tuple[str, ...]]


class Sitting:
    """A learner who answers over and over, each answer sent until it is acknowledged, as our page does it."""

    def __init__(self, visitor: Visitor, email: str) -> None:
        self._visitor = visitor
        visitor.sign_in(email)
        enrolment = visitor.enrol()
        visitor.read_lessons(enrolment)
        self.attempt = visitor.start(enrolment)
        self._client = f"client-{self.attempt}"
        self._paper, self._token = visitor.right_answers(self.attempt), visitor.token(f"/attempts/{self.attempt}")
        self.acknowledged: list[Key] = []

    def save_until(self, stop: threading.Event) -> None:
        for seq in range(1, MOST_ANSWERS + 1):
            event = self._paper[seq % len(self._paper)] | {"seq": seq}
            wait_until(lambda event=event: self._is_acknowledged(event))
            self.acknowledged.append((self.attempt, self._client, seq, event["item"], tuple(event["response"])))
            if stop.wait(PAUSE):
                return

    def _is_acknowledged(self, event: dict[str, Any]) -> bool:
        try:
            answer = self._visitor.save(self.attempt, [event], client=self._client, token=self._token)
        except (OSError, http.client.HTTPException):
            return False
        assert answer.status == http.client.OK, answer.text
        return True


def kill_and_wait(filar: Installation | Embedded, *, main: bool) -> float:
    """Kill the web server's main process or the one that answers; the seconds until it serves again."""
    processes = filar.web()
    processes[0 if main else -1].kill()
    began = time.monotonic()
    psutil.wait_procs(processes, timeout=20)
    wait_until(lambda: is_ready(filar.visitor()), why=filar.output.read_text)
    return time.monotonic() - began


@pytest.mark.parametrize("which", ["installation", "embedded"])
def test_an_acknowledged_answer_is_in_the_journal_once(which: str, request: pytest.FixtureRequest) -> None:
    filar: Installation | Embedded = request.getfixturevalue(which)
    learners = [f"zapis-{number}@gmina.example" for number in range(LEARNERS)]
    filar.register.add_learners(*learners)
    sitting = [Sitting(filar.visitor(), learner) for learner in learners]
    stop, seconds = threading.Event(), []
    with ThreadPoolExecutor(LEARNERS) as pool:
        saving = [pool.submit(one.save_until, stop) for one in sitting]
        try:
            for number in range(KILLS):
                least = [len(one.acknowledged) + SAVED_BETWEEN for one in sitting]
                wait_until(lambda least=least: all(map(has_saved, sitting, least)))
                seconds.append(kill_and_wait(filar, main=number % 2 == 1))
        finally:
            stop.set()
        for one in saving:
            one.result()
    acknowledged = [key for one in sitting for key in one.acknowledged]
    log.info("%s served again after %s s; %d answers", which, [round(one, 1) for one in seconds], len(acknowledged))

    attempts = {one.attempt for one in sitting}
    journal = Counter({key: count for key, count in filar.register.journal().items() if key[0] in attempts})
    assert set(acknowledged) == set(journal)
    assert set(journal.values()) == {1}


def has_saved(sitting: Sitting, least: int) -> bool:
    return len(sitting.acknowledged) >= min(least, MOST_ANSWERS)
