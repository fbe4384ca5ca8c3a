"""How values look in templates."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, request, url_for
from markupsafe import Markup

from certificates.wording import duration, long_date
from lms_core.content.markdown import to_html
from lms_core.domain.calendar import WARSAW, warsaw_day
from lms_core.domain.permissions import Act, Subject, can
from lms_core.domain.text import Text
from lms_core.web.identity import signed_in_actor
from lms_core.web.language import current


def warsaw_date(value: date | datetime) -> str:
    """`21 listopada 2026 r.`; an instant is taken as its Warsaw day."""
    return long_date(warsaw_day(value) if isinstance(value, datetime) else value)


def warsaw_time(value: datetime) -> str:
    return f"{value.astimezone(WARSAW):%H:%M}"


def warsaw_datetime(value: datetime) -> str:
    return f"{warsaw_date(value)}, godz.\u00a0{warsaw_time(value)}"


def prose(text: Text) -> Markup:
    """Return Markdown of a program as HTML, in the language of the page where the program has it."""
    return Markup(to_html(text.best(current())[0]))  # noqa: S704 - nh3's allow-list made it safe


def isodatetime(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def install(app: Flask) -> None:
    for function in (warsaw_date, warsaw_time, warsaw_datetime, duration, isodatetime):
        app.add_template_filter(function, function.__name__)
    static = Path(app.static_folder or "")

    @cache
    def version(name: str) -> str:
        return hashlib.sha256((static / name).read_bytes()).hexdigest()[:12]

    @cache
    def asset_under(_root: str, name: str) -> str:
        return url_for("static", filename=name, v=version(name))

    @cache
    def plain_address(_root: str, endpoint: str) -> str:
        return url_for(endpoint)

    def asset(name: str) -> str:
        return asset_under(request.script_root, name)

    def address(endpoint: str, **values: Any) -> str:
        """Stand for `url_for`: a page has a dozen addresses without arguments, each as dear as a statement."""
        return url_for(endpoint, **values) if values else plain_address(request.script_root, endpoint)

    def page_context() -> dict[str, object]:
        actor = signed_in_actor()
        may = {
            "may_manage_people": can(actor, Act.MANAGE_PEOPLE, Subject()),
            "may_coordinate": can(actor, Act.COORDINATE, Subject()),
            "may_maintain_programs": can(actor, Act.MAINTAIN_PROGRAMS, Subject()),
        }
        return {"actor": actor, **may}

    app.jinja_env.globals |= {"asset": asset, "url_for": address}
    app.context_processor(page_context)
