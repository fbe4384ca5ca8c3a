"""The queue goes away and comes back empty, with a ring in it: the rows are the truth, and the tick rings again."""

from __future__ import annotations

import http.client
import logging
import shutil
import time

from redis import Redis

from lms_core.runtime import embedded_queue
from tests.deployment.installation import Installation
from tests.deployment.visitor import Visitor
from tests.servers.valkey import ValkeyServer

log = logging.getLogger(__name__)
BAR = 90.0
MOST_GUESSES = 15
RUNG, UNRUNG, SITTING = "dzwonek@gmina.example", "cisza@gmina.example", "zdaje@gmina.example"


def lose(server: ValkeyServer) -> None:
    """Emptied, killed and its data thrown away."""
    with Redis.from_url(server.url) as client:
        client.flushall()
    server.running.process.kill()
    server.running.process.wait()
    server.running.queue.release()
    shutil.rmtree(server.directory / "queue" / "appendonlydir")


def bring_back(server: ValkeyServer) -> None:
    server.running = embedded_queue.start(server.directory)


def wrong_guess(visitor: Visitor, token: str) -> int:
    form = f"csrf_token={token}&email={UNRUNG}&password=wrong-password".encode()
    return visitor.send("POST", "/sign-in", form, **{"Content-Type": "application/x-www-form-urlencoded"}).status


def test_certificates_are_issued_and_learners_served_though_the_queue_was_lost(installation: Installation) -> None:
    installation.register.add_learners(RUNG, UNRUNG, SITTING)
    rung, unrung, sitting = (installation.visitor() for _ in range(3))
    first, second = rung.go_to_the_exams_end(RUNG), unrung.go_to_the_exams_end(UNRUNG)
    third = sitting.go_to_the_exams_end(SITTING)
    workers = installation.processes("worker-1")
    for process in workers:
        process.suspend()
    rung.submit(first)
    with Redis.from_url(installation.valkey.url) as client:
        assert list(client.scan_iter("rq:job:issue_credential-*"))

    lose(installation.valkey)
    began = time.monotonic()
    unrung.submit(second)
    events, token = sitting.right_answers(third), sitting.token(f"/attempts/{third}")
    saved = sitting.save(third, events, client="while-away", token=token)
    assert saved.status == 200, saved.text
    assert time.monotonic() - began < 10
    guesser = installation.visitor()
    guesses = [wrong_guess(guesser, guesser.token("/sign-in")) for _ in range(MOST_GUESSES)]
    assert 429 in guesses, guesses
    assert guesser.get("/health/ready").status == http.client.OK
    assert set(installation.register.states()) >= {RUNG, UNRUNG}

    for process in workers:
        process.resume()
    bring_back(installation.valkey)
    back = time.monotonic()
    installation.register.wait_until_issued(RUNG, UNRUNG, seconds=BAR)
    log.info("issued %.1f s after the queue was back", time.monotonic() - back)
    sitting.submit(third)
    installation.register.wait_until_issued(SITTING, seconds=BAR)
    installation.register.assert_one_number_each()
