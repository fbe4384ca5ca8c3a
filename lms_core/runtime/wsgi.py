"""The web server: granian, processes with blocking threads.

One process for SQLite, whose writers take turns by a lock within it; as many as there are cores for PostgreSQL.
Started as ``python -P -m lms_core.runtime.wsgi module:factory host port threads processes`` (see `command`).
"""

import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from signal import SIGKILL
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from lms_core.runtime.processes import die_with_parent, forks_die_with_us

_TO_STDERR = {
    "handlers": {
        "console": {"formatter": "generic", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"},
        "access": {"formatter": "access", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"},
    }
}


def command(target: str, *, host: str, port: int, threads: int = 8, processes: int = 1) -> tuple[str, ...]:
    """The command of a `Service` that serves the application which the factory `target` ("module:function") makes."""
    numbers = (str(port), str(threads), str(processes))
    return (sys.executable, "-P", "-m", "lms_core.runtime.wsgi", target, host, *numbers)


def serve(target: str, *, host: str, port: int, threads: int, processes: int) -> None:
    """Serve until SIGTERM; requests in hand get 8 s then."""
    forks_die_with_us()
    server = Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        respawn_failed_workers=processes > 1,  # a single one is started again by whoever started us
        blocking_threads=threads,
        http=HTTPModes.http1,
        websockets=False,
        workers_kill_timeout=8,
        # Below errors it warns that eight threads are many for the cores: they mostly wait for the disk.
        log_level=LogLevels.error,
        log_dictconfig=_TO_STDERR,
    )
    server.serve(target_loader=partial(_application, target), wrap_loader=False)


def _application(target: str) -> Callable[..., Any]:
    """Called in the worker process. An orphan would keep the port, so it gets no time to finish."""
    die_with_parent(sent=SIGKILL)
    module, _, factory = target.partition(":")
    application: Callable[..., Any] = getattr(import_module(module), factory)()
    return application


if __name__ == "__main__":
    serve(
        sys.argv[1],
        host=sys.argv[2],
        port=int(sys.argv[3]),
        threads=int(sys.argv[4]),
        processes=int(sys.argv[5]),
    )
