"""`lms serve` with another application or another web server in it.

BENCH_FACTORY ("module:function") replaces the application, BENCH_SERVER=gunicorn the web server.
"""

from __future__ import annotations

import os
import sys

from lms_core.cli.__main__ import main
from lms_core.runtime import embedded, wsgi

COMMAND = ("-m", "bench.launch", "serve")
COUNTING = {"BENCH_FACTORY": "bench.counting:application"}
THREADS = 8


def server(name: str) -> dict[str, str]:
    return {"BENCH_SERVER": name}


def gunicorn(target: str, *, host: str, port: int, threads: int = THREADS, **_others: object) -> tuple[str, ...]:
    """Return the command of gunicorn with the same shape as ours: one process, blocking threads."""
    return (
        *(sys.executable, "-P", "-m", "gunicorn", f"{target}()", "--bind", f"{host}:{port}"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", str(threads), "--keep-alive", "60"),
        *("--no-control-socket", "--log-level", "error"),
    )


if __name__ == "__main__":
    embedded.FACTORY = os.environ.get("BENCH_FACTORY", embedded.FACTORY)
    if os.environ.get("BENCH_SERVER") == "gunicorn":
        wsgi.command = gunicorn
    main()
