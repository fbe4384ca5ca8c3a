"""The scheduler: a program of its own, or beside a worker. It needs the queue's address and nothing of the application.

Started as ``python -P -m lms_core.runtime.scheduler SECONDS`` (see `command`).
"""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

from lms_core.config import Settings
from lms_core.runtime.doorbell import Doorbell
from lms_core.runtime.logs import log_to_stderr
from lms_core.runtime.tick import tick_forever, ticking

JOB = "tick"
PERIOD = 10
"""Seconds."""


def command(*, seconds: int = PERIOD) -> tuple[str, ...]:
    return (sys.executable, "-P", "-m", "lms_core.runtime.scheduler", str(seconds))


def main(seconds: int) -> None:
    log_to_stderr()
    tick_forever(_tick(Settings.from_process().redis_url), seconds=seconds)


def beside(redis_url: str) -> AbstractContextManager[None]:
    """Ring while the block runs."""
    return ticking(_tick(redis_url), seconds=PERIOD)


def _tick(redis_url: str) -> Callable[[], None]:
    return partial(Doorbell(redis_url).ring, JOB)


if __name__ == "__main__":
    main(int(sys.argv[1]))
