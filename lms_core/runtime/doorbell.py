"""Ring for a job. The row is the truth and Redis only the doorbell: a ring that fails is made good by the tick."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Retry
from rq.serializers import JSONSerializer

from lms_core.runtime.worker import LONGEST_JOB, QUEUE

if TYPE_CHECKING:  # the scheduler rings, too, and needs no database
    from lms_core.transaction import Job

log = logging.getLogger(__name__)
JOBS_MODULE = "lms_core.jobs"
WEEK = 7 * 24 * 3600
SOCKET_TIMEOUT = 2


class Doorbell:
    """Enqueues committed jobs for the worker.

    A job that waits already is not done twice: the same name and arguments are the same job to RQ. So the tick may
    ring as often as it likes while no worker is there, and one that fails for ever is kept once.
    """

    def __init__(self, redis_url: str) -> None:
        connection = Redis.from_url(redis_url, socket_timeout=SOCKET_TIMEOUT, socket_connect_timeout=SOCKET_TIMEOUT)
        self._queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)

    def __call__(self, job: Job) -> None:
        self.ring(job.name, *job.arguments)

    def ring(self, name: str, *arguments: int) -> None:
        try:
            self._queue.enqueue(
                f"{JOBS_MODULE}.{name}",
                *arguments,
                job_id="-".join([name, *map(str, arguments)]),
                retry=Retry(max=3),  # at once: delays would need a second scheduler, and the tick rings later anyway
                job_timeout=LONGEST_JOB,
                result_ttl=0,
                failure_ttl=WEEK,
            )
        except RedisError as error:
            log.warning("could not ring for %s%s, the tick will: %s", name, arguments, error)
