"""Waiting that a signal ends early."""

import os
import select
import signal
from types import FrameType, TracebackType
from typing import Self


class StopSignals:
    """Counts SIGTERM, SIGINT and SIGHUP instead of obeying them. For the main thread, as a context manager.

    A hang-up that was ignored when we came (nohup) stays ignored. Those held back until now (blocked) are counted.
    """

    def __init__(self) -> None:
        self.received = 0

    def __enter__(self) -> Self:
        self._reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC) if hasattr(os, "pipe2") else _pipe()
        self._wakeup = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, self._count) for number in stopping()}
        self._before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, _notice)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, stopping())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)
        os.close(self._reader)
        os.close(self._writer)

    def wait(self, seconds: float) -> None:
        """Sleep for `seconds`, or until a stop is asked for or a child ends."""
        if select.select([self._reader], [], [], max(0.0, seconds))[0]:
            os.read(self._reader, 4096)

    def _count(self, _number: int, _frame: FrameType | None) -> None:
        self.received += 1


def stopping() -> list[signal.Signals]:
    ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [signal.SIGTERM, signal.SIGINT] if ignored else [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]


def _notice(_number: int, _frame: FrameType | None) -> None:
    """SIGCHLD needs a handler of Python's, or it would not end the wait."""


def _pipe() -> tuple[int, int]:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    return reader, writer
