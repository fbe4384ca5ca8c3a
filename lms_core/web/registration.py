"""An account of one's own: an address, a link that proves it, then a name and a password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms_core.domain.errors import Conflict, Forbidden, Invalid, NotFound
from lms_core.domain.names import LONGEST_EMAIL, LONGEST_NAME
from lms_core.domain.sentences import say
from lms_core.installation import here
from lms_core.services import registration
from lms_core.services.registration import NewAccount
from lms_core.web import identity
from lms_core.web.extensions import address_and_email, limiter
from lms_core.web.language import current, flash

blueprint = Blueprint("registration", __name__)
GONE = 404
CLOSED = say("Konta w tym serwisie zakładają osoby, które nim administrują. Napisz do osoby zapraszającej Cię.")
DIFFERENT = say("Oba wpisane hasła mają być takie same.")
FIELD_OF = {"email_taken": "form"}


@blueprint.get("/join")
def ask() -> str | Response:
    _refuse_closed()
    if identity.signed_in_actor():
        return redirect(url_for("home.index"))
    return render_template("join.html", email="", errors={}, asked=False)


@blueprint.post("/join")
@limiter.limit("100 per hour")
@limiter.limit("5 per hour", key_func=address_and_email)
def ask_submit() -> str | tuple[str, int]:
    """The answer never depends on whether the address is somebody's, nor does the work until it is given."""
    _refuse_closed()
    filar, email = here(), request.form.get("email", "")
    try:
        with filar.writing() as (session, later):
            registration.ask(session, email, now=filar.clock(), later=later)
    except Invalid as invalid:
        form = {"email": email[:LONGEST_EMAIL], "errors": {"email": invalid.message}}
        return render_template("join.html", **form, asked=False), 422
    return render_template("join.html", email="", errors={}, asked=True)


@blueprint.get("/join/<token>")
@limiter.limit("60 per minute")
def confirm(token: str) -> Response:
    _refuse_closed()
    return _page(token, {})


@blueprint.post("/join/<token>")
@limiter.limit("10 per minute")
def confirm_submit(token: str) -> Response:
    _refuse_closed()
    filar, new = here(), NewAccount(request.form.get("name", ""), request.form.get("password", ""), current())
    if new.password != request.form.get("again"):
        return _page(token, {"again": DIFFERENT})
    try:
        with filar.writing() as (session, _):
            signed_in = registration.confirm(session, token, new, now=filar.clock())
    except NotFound:
        return _page(token, {})
    except (Invalid, Conflict) as error:
        return _page(token, {FIELD_OF.get(error.code, error.code): error.message})
    identity.remember(signed_in)
    flash(say("Konto gotowe. Wybierz program, od którego chcesz zacząć."), "success")
    return redirect(url_for("programs.catalogue"))


@blueprint.app_context_processor
def _doors() -> dict[str, Any]:
    return {"registration_open": _is_open()}


def _is_open() -> bool:
    return here().settings.registration == "open"


def _refuse_closed() -> None:
    if not _is_open():
        raise Forbidden("registration_closed", CLOSED)


def _page(token: str, errors: Mapping[str, str]) -> Response:
    """The address holds the token: no page that is opened from here may learn it."""
    email = registration.address(here().session, token, now=here().clock())
    name = request.form.get("name", "")[:LONGEST_NAME]
    page = render_template("join_confirm.html", token=token, email=email, name=name, errors=errors)
    response = make_response(page, GONE if email is None else 422 if errors else 200)
    response.headers["Referrer-Policy"] = "strict-origin"  # not "no-referrer": over https a form needs its origin
    return response
