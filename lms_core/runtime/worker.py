"""The worker that runs jobs, one forked process (work-horse) per job."""

import gc
import logging
import time
from signal import SIGKILL

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from lms_core.runtime.processes import die_with_parent

QUEUE = "filar"

# With these, a job whose worker vanished is noticed 60 to 80 s after its last sign of life (RQ's own: over 150 s).
_WORKER_TTL = 25
_MAINTENANCE_INTERVAL = 5
_JOB_MONITORING_INTERVAL = 2
_QUEUE_PAUSE = 5.0


class FilarWorker(Worker):
    """RQ's worker, whose work-horse cannot outlive it."""

    max_connection_wait_time = 5.0  # the embedded queue is back within a second

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        die_with_parent(parent=self.pid, sent=SIGKILL)
        super().main_work_horse(job, queue)


def work(redis_url: str) -> None:
    """Run the jobs of the queue "filar" until SIGTERM, which lets the running job finish. Jobs travel as JSON.

    A job is retried after its worker vanished only when it was enqueued with ``Retry``. The caller pushes whatever
    context jobs need: work-horses inherit it.
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
        job_monitoring_interval=_JOB_MONITORING_INTERVAL,
    )
    gc.collect()
    gc.freeze()  # or a collection in a work-horse would write to, and so copy, every page it shares with us
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
