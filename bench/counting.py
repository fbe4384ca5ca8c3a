"""Filar with each answer saying what it asked of the database. Never measured for time: counting costs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from sqlalchemy import event

from lms_core.app import from_environment
from lms_core.database import db

HEADER = "X-Statements"
"""Two numbers: statements that read, statements that write. BEGIN and COMMIT do not count."""


def application() -> Flask:
    app = from_environment()
    with app.app_context():
        engine = db.engine
    tally = threading.local()

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            tally.reads = getattr(tally, "reads", 0) + 1
        elif not statement.startswith("BEGIN"):
            tally.writes = getattr(tally, "writes", 0) + 1

    event.listen(engine, "before_cursor_execute", count)
    app.wsgi_app = _telling(app.wsgi_app, tally)  # type: ignore[method-assign]
    return app


def _telling(inner: Callable[..., Iterable[bytes]], tally: threading.local) -> Callable[..., Iterable[bytes]]:
    def counted(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        tally.reads = tally.writes = 0

        def start(status: str, headers: list[tuple[str, str]], error: object = None) -> object:
            return start_response(status, [*headers, (HEADER, f"{tally.reads} {tally.writes}")], error)

        return inner(environ, start)

    return counted
