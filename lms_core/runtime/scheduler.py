"""The scheduler as a program of its own: it needs the queue's address and nothing of the application.

Started as ``python -P -m lms_core.runtime.scheduler SECONDS`` (see `command`).
"""

import sys
from functools import partial

from lms_core.config import Settings
from lms_core.runtime.doorbell import Doorbell
from lms_core.runtime.logs import log_to_stderr
from lms_core.runtime.tick import tick_forever

JOB = "tick"
PERIOD = 10
"""Seconds."""


def command(*, seconds: int = PERIOD) -> tuple[str, ...]:
    return (sys.executable, "-P", "-m", "lms_core.runtime.scheduler", str(seconds))


def main(seconds: int) -> None:
    log_to_stderr()
    tick_forever(partial(Doorbell(Settings.from_process().redis_url).ring, JOB), seconds=seconds)


if __name__ == "__main__":
    main(int(sys.argv[1]))
