"""Filar on one machine: queue, web, worker and scheduler under one supervisor."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from lms_core.config import Settings
from lms_core.runtime import embedded_queue, wsgi
from lms_core.runtime.embedded_queue import EmbeddedQueue
from lms_core.runtime.service import Service
from lms_core.runtime.supervisor import supervise

FACTORY = "lms_core.app:from_environment"


def claim_queue(settings_environ: Mapping[str, str], settings: Settings) -> tuple[EmbeddedQueue | None, dict[str, str]]:
    """Return the embedded queue, None when LMS_REDIS_URL names another, and the environment for the children."""
    if settings_environ.get("LMS_REDIS_URL") or settings_environ.get("LMS_REDIS_URL_FILE"):
        return None, dict(settings_environ)
    queue = embedded_queue.claim(settings.data_dir)
    return queue, {**settings_environ, "LMS_REDIS_URL": queue.url}


def run(
    settings: Settings, queue: EmbeddedQueue | None, *, environ: Mapping[str, str], on_ready: Callable[[], None]
) -> int:
    """Run until a signal; return the exit code."""
    services = [
        *([queue.service] if queue else []),
        Service("web", _web_command(settings), environ),
        Service("worker", _command("worker"), environ),
        Service("scheduler", _command("tick"), environ),
    ]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    ready_url = f"http://{host}:{settings.port}/health/live"
    return supervise(services, ready_url=ready_url, on_ready=on_ready)


def _web_command(settings: Settings) -> tuple[str, ...]:
    return wsgi.command(
        FACTORY,
        host=settings.host,
        port=settings.port,
        threads=settings.web_threads,
        processes=settings.web_processes,
    )


def _command(name: str) -> tuple[str, ...]:
    return (sys.executable, "-P", "-m", "lms_core.cli", name)
