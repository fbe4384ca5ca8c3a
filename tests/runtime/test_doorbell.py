"""Ringing: a job that waits is not done twice, one that fails is kept once, and periods keep the promise of 90 s."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from redis import Redis
from rq import Queue, SimpleWorker
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer

from lms_core import jobs
from lms_core.cli.serving import tick
from lms_core.runtime.doorbell import Doorbell
from lms_core.runtime.worker import QUEUE
from lms_core.transaction import Job
from tests.servers.valkey import ValkeyServer

PROMISE = timedelta(seconds=90)


@pytest.fixture(scope="module")
def server() -> Iterator[ValkeyServer]:
    with ValkeyServer() as started:
        yield started


@pytest.fixture
def connection(server: ValkeyServer) -> Iterator[Redis]:
    with Redis.from_url(server.url) as client:
        client.flushall()
        yield client


def work_off(connection: Redis) -> None:
    SimpleWorker([QUEUE], connection=connection, serializer=JSONSerializer).work(burst=True, logging_level="CRITICAL")


def test_rings_for_one_job_are_one_run_and_another_ring_later_is_another_run(
    server: ValkeyServer, connection: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[tuple[int, ...]] = []
    monkeypatch.setattr(jobs, "issue_credential", lambda *ids: runs.append(ids))
    ring = Doorbell(server.url)
    for credential in (7, 7, 8, 7):
        ring(Job("issue_credential", (credential,)))
    work_off(connection)
    assert runs == [(7,), (8,)]
    ring(Job("issue_credential", (7,)))
    work_off(connection)
    assert runs == [(7,), (8,), (7,)]
    assert connection.keys("rq:job:*") == []


def test_a_job_that_always_fails_is_tried_at_each_ring_and_kept_once(
    server: ValkeyServer, connection: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[int] = []

    def fail(credential_id: int) -> None:
        runs.append(credential_id)
        raise LookupError(credential_id)

    monkeypatch.setattr(jobs, "issue_credential", fail)
    ring = Doorbell(server.url)
    for _ in range(3):
        ring(Job("issue_credential", (7,)))
        work_off(connection)
    assert len(runs) >= 3
    kept = FailedJobRegistry(queue=Queue(QUEUE, connection=connection, serializer=JSONSerializer))
    assert kept.get_job_ids() == ["issue_credential-7"]
    assert len(connection.keys("rq:job:*")) == 1


def test_what_is_unfinished_is_found_in_time_though_one_tick_was_lost() -> None:
    (period,) = (timedelta(seconds=one.default) for one in tick.params if one.name == "seconds")
    assert period > jobs.TICK_LEASE
    assert jobs.UNFINISHED_AFTER + 2 * period < PROMISE / 2
