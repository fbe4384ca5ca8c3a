"""Filar on one machine: queue, web, and the worker that is the scheduler, too, under one supervisor."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Never

from lms_core.config import Settings
from lms_core.runtime import embedded_queue, wsgi
from lms_core.runtime.embedded_queue import EmbeddedQueue
from lms_core.runtime.handover import supervise

FACTORY = "lms_core.app:from_environment"
WORKER = (sys.executable, "-P", "-m", "lms_core.cli", "worker", "--tick")
FRUGAL = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "131072"}
"""For glibc, mallopt(3): threads share two heaps, and a large block (19 MiB for a password) goes back when it is free.

Left alone it makes a heap for each thread, and keeps blocks of any size once one of that size was freed.
"""


def claim_queue(settings_environ: Mapping[str, str], settings: Settings) -> tuple[EmbeddedQueue | None, dict[str, str]]:
    """Return the embedded queue, None when LMS_REDIS_URL names another, and the environment for the children."""
    if settings_environ.get("LMS_REDIS_URL") or settings_environ.get("LMS_REDIS_URL_FILE"):
        return None, dict(settings_environ)
    queue = embedded_queue.claim(settings.data_dir)
    return queue, {**settings_environ, "LMS_REDIS_URL": queue.url}


def run(settings: Settings, queue: EmbeddedQueue | None, *, environ: Mapping[str, str], words: str) -> Never:
    """Become the supervisor of everything, until a signal; say `words` once it serves."""
    commands = {"web": _web_command(settings), "worker": WORKER}
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    ready_url = f"http://{host}:{settings.port}/health/live"
    supervise(commands, queue, environ={**FRUGAL, **environ}, ready_url=ready_url, words=words)


def _web_command(settings: Settings) -> tuple[str, ...]:
    return wsgi.command(
        FACTORY,
        host=settings.host,
        port=settings.port,
        threads=settings.web_threads,
        processes=settings.web_processes,
    )
