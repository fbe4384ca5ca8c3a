"""A Filar without Filar: supervisor, queue, web server, worker and tick, for the tests to stop and kill.

python household.py DATA_DIR PORT
"""

import logging
import os
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from lms_core.runtime import wsgi
from lms_core.runtime.embedded_queue import claim
from lms_core.runtime.service import Restarts, Service
from lms_core.runtime.supervisor import supervise
from lms_core.runtime.tick import tick_forever
from lms_core.runtime.worker import work

HERE = Path(__file__).resolve().parent


def note(path: Path) -> None:
    """A file that appears with its whole content."""
    draft = path.with_suffix(".draft")
    draft.write_text(str(os.getpid()))
    draft.rename(path)


def hold(path: str) -> None:
    """A job that is still at it when the test strikes."""
    note(Path(path))
    time.sleep(60)


def create() -> Callable[..., Iterable[bytes]]:
    """/ answers the process id; /hold does not answer."""

    def application(environ, start_response):
        if environ["PATH_INFO"] == "/hold":
            note(Path(environ["QUERY_STRING"]))
            time.sleep(60)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(os.getpid()).encode()]

    return application


def python(name: str, call: str, **environ: str) -> Service:
    return Service(
        name, (sys.executable, "-c", f"import household; household.{call}"), environ | {"PYTHONPATH": str(HERE)}
    )


def services(data: Path, port: int) -> list[Service]:
    queue = claim(data)
    web = wsgi.command("household:create", host="127.0.0.1", port=port, threads=2)
    return [
        queue.service,
        Service("web", web, {"PYTHONPATH": str(HERE)}),
        python("worker", f"work({queue.url!r})"),
        python("tick", f"tick_forever(household.partial(household.note, household.Path({str(data / 'ticked')!r})))"),
    ]


def main(data: Path, port: int) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    return supervise(
        services(data, port),
        ready_url=f"http://127.0.0.1:{port}/",
        on_ready=partial(note, data / "ready"),
        restarts=Restarts(pause=0.05),
        grace=5,
    )


__all__ = ["partial", "tick_forever", "work"]

if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
