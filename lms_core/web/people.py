"""People and roles: the administrator's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms_core.domain.errors import Conflict, Invalid
from lms_core.domain.permissions import Role
from lms_core.installation import here
from lms_core.services import people
from lms_core.services.people import NewPerson
from lms_core.web.forms import ROLE_LABELS, read_role
from lms_core.web.identity import require_actor

blueprint = Blueprint("people", __name__)
EMPTY = {"name": "", "email": "", "role": Role.LEARNER.value}
FIELD_OF = {"email_taken": "email", "email": "email", "name": "name", "role": "role"}


@blueprint.get("/people")
def index() -> str:
    return _page(EMPTY, {})


@blueprint.post("/people")
def add() -> str | tuple[str, int]:
    filar, actor = here(), require_actor()
    form = {name: request.form.get(name, "") for name in EMPTY}
    try:
        new = NewPerson(email=form["email"], name=form["name"], role=read_role(form))
        with filar.writing() as (session, _):
            password = people.add_person(session, new, actor=actor, now=filar.clock())
    except (Invalid, Conflict) as error:
        return _page(form, {FIELD_OF.get(error.code, "name"): error.message}), 422
    return _page(EMPTY, {}, one_time_password={"email": new.email.strip(), "password": password})


@blueprint.post("/people/<key:person_id>/roles")
def grant(person_id: int) -> Response:
    filar, actor, role = here(), require_actor(), read_role(request.form)
    with filar.writing() as (session, _):
        people.grant_role(session, person_id, role, actor=actor, now=filar.clock())
    flash("Rola nadana.", "success")
    return redirect(url_for("people.index"))


@blueprint.post("/people/<key:person_id>/roles/removal")
def revoke(person_id: int) -> Response:
    filar, actor, role = here(), require_actor(), read_role(request.form)
    with filar.writing() as (session, _):
        people.revoke_role(session, person_id, role, actor=actor, now=filar.clock())
    flash("Rola odebrana.", "success")
    return redirect(url_for("people.index"))


def _page(form: Mapping[str, str], errors: Mapping[str, str], **more: Any) -> str:
    found = people.list_people(here().session, actor=require_actor())
    shown = [
        {
            "id": one.id,
            "name": one.name,
            "email": one.email,
            "roles": [{"role": role.value, "label": ROLE_LABELS[role]} for role in one.roles],
        }
        for one in found
    ]
    roles = [{"id": role.value, "label": label} for role, label in ROLE_LABELS.items()]
    context = {"people": shown, "roles": roles, "form": form, "errors": errors, "one_time_password": None} | more
    return render_template("people.html", **context)
