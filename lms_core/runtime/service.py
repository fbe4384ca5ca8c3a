"""What the supervisor is told about one process."""

import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


def at_once() -> bool:
    return True


def nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Service:
    """A process to keep running.

    `environ`: None for ours. `ready`: services listed after this one are first started when it answers True; a service
    that is started again does not hold them up. `mend` is called when it ended, before it is started again.
    `death_signal` is what it gets when the supervisor is killed. `log` is named in messages.
    """

    name: str
    command: Sequence[str]
    environ: Mapping[str, str] | None
    ready: Callable[[], bool] = at_once
    mend: Callable[[], None] = nothing
    pass_fds: Sequence[int] = ()
    log: Path | None = None
    death_signal: signal.Signals = signal.SIGKILL


@dataclass(frozen=True, slots=True)
class Restarts:
    """When to give up: `limit` deaths of one service within `window` seconds. The n-th waits `pause` * 2**(n-1) s."""

    limit: int = 5
    window: float = 60.0
    pause: float = 0.25
