"""The scheduler's clock: something to be done once now and then in each period."""

import logging
import time
from collections.abc import Callable

from lms_core.runtime.signals import StopSignals

_LOG = logging.getLogger(__name__)


def tick_forever(tick: Callable[[], None], *, seconds: float = 60) -> None:
    """Call `tick` at once and then every `seconds` until SIGTERM, SIGINT or SIGHUP, which let a running one finish.

    A tick that raises is logged, and the next one comes in its time. Ticks missed by a long one are left out.
    """
    with StopSignals() as signals:
        due = time.monotonic()
        while not signals.received:
            try:
                tick()
            except Exception:  # noqa: BLE001 - whatever is due is found again from rows by the next tick
                _LOG.exception("the tick failed")
            due = max(due + seconds, time.monotonic())
            while not signals.received and (left := due - time.monotonic()) > 0:
                signals.wait(left)
