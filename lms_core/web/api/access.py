"""Who may call an operation: a scope for tokens, the session for our own scripts, and a rate for each person."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask_limiter.util import get_remote_address
from flask_smorest import Blueprint

from lms_core.services.tokens import Scope
from lms_core.web.api.contract import refused_with
from lms_core.web.brakes import brake
from lms_core.web.identity import require_scope, signed_in_actor

View = TypeVar("View", bound=Callable[..., Any])
USUAL_RATE = "600 per minute"
REFUSALS = (401, 403, 429, 503)


def needs(
    scope: Scope, *refusals: int, rate: str = USUAL_RATE, writes: bool = False
) -> Callable[[View], Callable[..., Any]]:
    """Guard an operation and document it: the scope that a token needs, and the statuses it may refuse with."""
    security = [{"token": [scope.value]}, {"session": [], "csrf": []} if writes else {"session": []}]
    statuses = (*REFUSALS, *refusals, *((400,) if writes else ()))

    def decorate(view: View) -> Callable[..., Any]:
        limited = brake(rate, key=per_person)(view)

        @wraps(limited)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            require_scope(scope)
            return limited(*args, **kwargs)

        about = {"operationId": view.__name__, "security": security, "responses": refused_with(statuses)}
        documented: Callable[..., Any] = Blueprint.doc(**about)(guarded)
        return documented

    return decorate


def per_person() -> str:
    actor = signed_in_actor()
    return f"person {actor.person_id}" if actor else get_remote_address()
