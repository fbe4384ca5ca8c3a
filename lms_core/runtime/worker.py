"""The worker that runs jobs, in its own process: a fork for each one cost ten times what the job did.

A job that takes the process along is rung for again, by RQ or by the tick; the supervisor starts the next worker.
"""

import logging
import time

from redis import Redis
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

QUEUE = "filar"

LONGEST_JOB = 60
"""Seconds after which a job that hangs is broken off."""

# A job whose worker vanished is noticed within LONGEST_JOB and these (RQ's own: 240 s and more).
_WORKER_TTL = 25
_GRACE = 15
_MAINTENANCE_INTERVAL = 5
_QUEUE_PAUSE = 5.0


class FilarWorker(SimpleWorker):
    """RQ's worker without forks."""

    max_connection_wait_time = 5.0  # the embedded queue is back within a second

    def get_heartbeat_ttl(self, job: Job) -> int:
        return int(job.timeout or LONGEST_JOB) + _GRACE


def work(redis_url: str) -> None:
    """Run the jobs of the queue "filar" until SIGTERM, which lets the running job finish. Jobs travel as JSON.

    A job is retried after its worker vanished only when it was enqueued with ``Retry``. The caller pushes whatever
    context jobs need.
    """
    logger = logging.getLogger("rq.worker")
    if not logger.handlers:
        handler = logging.StreamHandler()  # stderr; RQ's own would write to stdout
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        handler.addFilter(_worth_a_line)
        logger.addHandler(handler)
        logger.propagate = False
    connection = Redis.from_url(redis_url)
    _wait_for(connection)
    worker = FilarWorker(
        [QUEUE],
        connection=connection,
        serializer=JSONSerializer,
        worker_ttl=_WORKER_TTL,
        maintenance_interval=_MAINTENANCE_INTERVAL,
    )
    worker.work(logging_level="WARNING")


def _wait_for(connection: Redis) -> None:
    """A queue that is not up yet is no reason to die: Filar serves without it, and the rows wait."""
    while True:
        try:
            connection.ping()
        except RedisError as error:
            logging.getLogger("rq.worker").warning("waiting for the queue: %s", error)
            time.sleep(_QUEUE_PAUSE)
        else:
            return


def _worth_a_line(record: logging.LogRecord) -> bool:
    return not str(record.msg).endswith("cleaning registries for queue: %s")  # each ten seconds
