"""Who is asking: the session cookie and the actor it stands for."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import g, request, session

from lms_core.domain.permissions import Actor
from lms_core.installation import here
from lms_core.services import people
from lms_core.services.people import SignedIn

PUBLIC_BLUEPRINTS = {"verification", "issuers", "health", None}
"""They answer without reading a cookie: verification works when nothing else does."""


class SignInNeeded(Exception):
    """The page is for signed-in people; `web/errors.py` sends them to the form and back."""


def load_actor() -> None:
    """Put the signed-in person into `g` before each request that may need one."""
    if request.blueprint in PUBLIC_BLUEPRINTS or "person" not in session:
        return
    g.actor = people.signed_in(here().session, session["person"], session.get("stamp", ""))
    if g.actor is None:
        session.clear()


def signed_in_actor() -> Actor | None:
    actor: Actor | None = g.get("actor")
    return actor


def require_actor() -> Actor:
    actor = signed_in_actor()
    if actor is None:
        raise SignInNeeded
    return actor


def remember(signed_in: SignedIn) -> None:
    """Start a new session; nothing of an old one is carried over (session fixation)."""
    session.clear()
    session.permanent = True
    session["person"] = signed_in.actor.person_id
    session["stamp"] = signed_in.stamp


def forget() -> None:
    session.clear()


def local_path(target: str | None, default: str) -> str:
    """Return the target when it is a path of this site, the default otherwise (open redirects)."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return default
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc and target.isprintable() else default
