"""A brake on what is asked most, counted in this process: asking the queue would cost as much as the answer.

With several web processes the rate is up to so many times as high. What guards secrets (signing in, resets, tokens) is
counted for all processes together, by `limiter`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, current_app
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from lms_core.web.extensions import limiter, network

View = TypeVar("View", bound=Callable[..., Any])
EXTENSION = "filar-brakes"


def install(app: Flask) -> None:
    app.extensions[EXTENSION] = FixedWindowRateLimiter(MemoryStorage())


def brake(rate: str, key: Callable[[], str] = network) -> Callable[[View], Callable[..., Any]]:
    """Let each `key` call the view so often ("60 per minute"), then answer 429."""
    limit = parse(rate)

    def decorate(view: View) -> Callable[..., Any]:
        scope = f"{view.__module__}.{view.__name__}"

        @wraps(view)
        def braked(*args: Any, **kwargs: Any) -> Any:
            rates: FixedWindowRateLimiter = current_app.extensions[EXTENSION]
            if limiter.enabled and not rates.hit(limit, scope, key()):
                raise TooManyRequests
            return view(*args, **kwargs)

        return braked

    return decorate
