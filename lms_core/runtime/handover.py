"""From the process that prepared Filar to a small one that keeps it running.

To prepare takes the whole application, and a supervisor would hold its memory for as long as it lives. So the process
becomes another program: with the same number and parent, the same environment and the claim on the data directory.
Started as ``python -P -m lms_core.runtime.handover DESCRIPTOR``, by `supervise` only. It must not import the
application.
"""

import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Never, Self

from lms_core.runtime import supervisor
from lms_core.runtime.embedded_queue import EmbeddedQueue
from lms_core.runtime.logs import log_to_stderr
from lms_core.runtime.service import Restarts, Service
from lms_core.runtime.signals import stopping


@dataclass(frozen=True, slots=True)
class Handover:
    """What the small process has to know; `commands` by the services' names, in their order, without secrets."""

    commands: Mapping[str, tuple[str, ...]]
    queue: EmbeddedQueue | None
    ready_url: str
    words: str
    restarts: Restarts

    def written(self) -> bytes:
        return json.dumps(asdict(self), default=os.fspath).encode()

    @classmethod
    def read(cls, written: bytes) -> Self:
        told = json.loads(written)
        return cls(**told | {"queue": _queue(told["queue"]), "restarts": Restarts(**told["restarts"])})

    @property
    def services(self) -> list[Service]:
        ours = [Service(name, tuple(command), None) for name, command in self.commands.items()]
        return [*([self.queue.service] if self.queue else []), *ours]


def _queue(told: dict[str, Any] | None) -> EmbeddedQueue | None:
    if told is None:
        return None
    paths = {name: Path(told[name]) for name in ("directory", "socket")}
    return EmbeddedQueue(**told | paths | {"command": tuple(told["command"])})


def supervise(
    commands: Mapping[str, tuple[str, ...]],
    queue: EmbeddedQueue | None,
    *,
    environ: Mapping[str, str],
    ready_url: str,
    words: str,
    restarts: Restarts | None = None,
) -> Never:
    """Become the supervisor of these services, which says `words` when `ready_url` answers."""
    told = Handover(commands, queue, ready_url, words, restarts or Restarts())
    reader, writer = os.pipe()
    with os.fdopen(writer, "wb") as pipe:  # far below what a pipe holds without a reader
        pipe.write(told.written())
    for kept in (reader, *([queue.lock] if queue else [])):
        os.set_inheritable(kept, True)
    # A Ctrl-C while the other program is loaded waits until that one can obey it (`StopSignals`).
    signal.pthread_sigmask(signal.SIG_BLOCK, stopping())
    sys.stdout.flush()
    command = (sys.executable, "-P", "-m", "lms_core.runtime.handover", str(reader))
    os.execve(command[0], command, dict(environ))  # noqa: S606


def main(descriptor: int) -> int:
    log_to_stderr()
    with os.fdopen(descriptor, "rb") as pipe:
        told = Handover.read(pipe.read())
    if told.queue:
        os.set_inheritable(told.queue.lock, False)
    say = partial(print, told.words, flush=True)
    code = supervisor.supervise(told.services, ready_url=told.ready_url, on_ready=say, restarts=told.restarts)
    print("Filar has stopped.")  # noqa: T201 - to whoever started it in a terminal
    return code


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
