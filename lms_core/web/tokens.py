"""My tokens: what my own programs use the API with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms_core.domain.errors import Invalid, Refused
from lms_core.domain.sentences import counted, say
from lms_core.installation import here
from lms_core.services import tokens
from lms_core.services.tokens import LONGEST_NAME, MOST_DAYS, USUAL_DAYS, NewToken, Scope
from lms_core.web.extensions import limiter
from lms_core.web.identity import require_actor
from lms_core.web.language import flash

blueprint = Blueprint("tokens", __name__)
SCOPE_LABELS: Mapping[Scope, str] = {
    Scope.PROGRAMS_READ: say("czytanie katalogu programów"),
    Scope.ENROLMENTS_READ: say("czytanie moich szkoleń"),
    Scope.ENROLMENTS_WRITE: say("zapisywanie mnie na szkolenia"),
    Scope.ATTEMPTS_READ: say("czytanie moich podejść i\u00a0wyników"),
    Scope.ATTEMPTS_WRITE: say("rozpoczynanie podejść, zapisywanie odpowiedzi i\u00a0oddawanie pracy"),
    Scope.CERTIFICATES_READ: say("czytanie moich zaświadczeń"),
    Scope.FACTS_WRITE: say("wpisywanie obecności, umiejętności i\u00a0dokumentów osób, które prowadzę lub egzaminuję"),
}
DAYS = (30, USUAL_DAYS, 180, MOST_DAYS)
EMPTY: Mapping[str, Any] = {"name": "", "scopes": (), "days": str(USUAL_DAYS)}


@blueprint.get("/tokens")
def index() -> str:
    return _page(EMPTY, {})


@blueprint.post("/tokens")
@limiter.limit("30 per minute")
def make() -> str | tuple[str, int]:
    filar, actor = here(), require_actor()
    name, days, scopes = request.form.get("name", ""), request.form.get("days", ""), request.form.getlist("scopes")
    try:
        new = NewToken(name, _scopes(scopes), days=_days(days))
        with filar.writing() as (session, _):
            secret = tokens.make(session, new, actor=actor, now=filar.clock())
    except (Invalid, Refused) as error:
        shown = {"name": name[:LONGEST_NAME], "days": days, "scopes": scopes}
        return _page(shown, {error.code: error.message}), 422
    return _page(EMPTY, {}, secret=secret)


@blueprint.post("/tokens/<key:token_id>/removal")
def revoke(token_id: int) -> Response:
    filar, actor = here(), require_actor()
    with filar.writing() as (session, _):
        tokens.revoke(session, token_id, actor=actor, now=filar.clock())
    flash(say("Token usunięty. Aplikacje, które go używały, nie mają już dostępu."), "success")
    return redirect(url_for("tokens.index"))


def _scopes(posted: list[str]) -> frozenset[Scope]:
    if not set(posted) <= set(Scope):
        raise Invalid("scopes", say("Wybierz uprawnienia z\u00a0listy."))
    return frozenset(map(Scope, posted))


def _days(posted: str) -> int:
    if posted not in {str(days) for days in DAYS}:
        raise Invalid("days", say("Wybierz z\u00a0listy, jak długo token ma działać."))
    return int(posted)


def _page(form: Mapping[str, Any], errors: Mapping[str, str], *, secret: str | None = None) -> str:
    held = tokens.listed(here().session, actor=require_actor(), now=here().clock())
    return render_template(
        "tokens.html",
        tokens=held,
        labels=SCOPE_LABELS,
        scopes=[{"id": scope.value, "text": label} for scope, label in SCOPE_LABELS.items()],
        days=[{"id": str(days), "label": counted(days, "dzień", "dni", "dni")} for days in DAYS],
        form=form,
        errors=errors,
        secret=secret,
    )
