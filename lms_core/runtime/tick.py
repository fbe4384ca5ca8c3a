"""The scheduler's clock: something to be done once now and then in each period."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from lms_core.runtime.signals import StopSignals

_LOG = logging.getLogger(__name__)


def tick_forever(tick: Callable[[], None], *, seconds: float = 60) -> None:
    """Call `tick` at once and then every `seconds` until SIGTERM, SIGINT or SIGHUP, which let a running one finish.

    A tick that raises is logged, and the next one comes in its time. Ticks missed by a long one are left out.
    """
    with StopSignals() as signals:
        _tick_until(lambda: bool(signals.received), signals.wait, tick, seconds=seconds)


@contextmanager
def ticking(tick: Callable[[], None], *, seconds: float) -> Iterator[None]:
    """Do the same beside the block, in a thread: a process for a clock costs 24 MB."""
    over = Event()
    thread = Thread(target=_tick_until, args=(over.is_set, over.wait, tick), kwargs={"seconds": seconds}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()


def _tick_until(
    stopped: Callable[[], bool], wait: Callable[[float], object], tick: Callable[[], None], *, seconds: float
) -> None:
    due = time.monotonic()
    while not stopped():
        try:
            tick()
        except Exception:  # noqa: BLE001 - whatever is due is found again from rows by the next tick
            _LOG.exception("the tick failed")
        due = max(due + seconds, time.monotonic())
        while not stopped() and (left := due - time.monotonic()) > 0:
            wait(left)
