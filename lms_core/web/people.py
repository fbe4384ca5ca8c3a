"""People and roles: the administrator's page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms_core.domain.errors import Conflict, Invalid, Refused
from lms_core.domain.names import LONGEST_NAME, normal_email
from lms_core.domain.permissions import Role
from lms_core.domain.sentences import say
from lms_core.installation import here
from lms_core.services import people
from lms_core.services.people import NewPerson, PersonView
from lms_core.web.forms import ROLE_LABELS, read_role
from lms_core.web.identity import require_actor
from lms_core.web.language import flash

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
    return _page(EMPTY, {}, one_time_password={"email": normal_email(new.email), "password": password})


@blueprint.get("/people/<key:person_id>/password")
def confirm_password(person_id: int) -> str:
    """Ask before a person's password is replaced: it cannot be undone."""
    found = people.person(here().session, person_id, actor=require_actor())
    return render_template("new_password.html", person=found)


@blueprint.post("/people/<key:person_id>/password")
def renew_password(person_id: int) -> str:
    filar, actor = here(), require_actor()
    with filar.writing() as (session, later):
        email, password = people.renew_password(session, person_id, actor=actor, now=filar.clock(), later=later)
    return _page(EMPTY, {}, one_time_password={"email": email, "password": password})


@blueprint.post("/people/<key:person_id>/roles")
def grant(person_id: int) -> Response:
    filar, actor, role = here(), require_actor(), read_role(request.form)
    with filar.writing() as (session, _):
        people.grant_role(session, person_id, role, actor=actor, now=filar.clock())
    flash(say("Nadano rolę „{role}”.", role=ROLE_LABELS[role]), "success")
    return redirect(url_for("people.index"))


@blueprint.post("/people/<key:person_id>/roles/removal")
def revoke(person_id: int) -> Response:
    filar, actor, role = here(), require_actor(), read_role(request.form)
    try:
        with filar.writing() as (session, _):
            people.revoke_role(session, person_id, role, actor=actor, now=filar.clock())
    except Refused as refused:
        flash(refused.message, "warn")
    else:
        flash(say("Odebrano rolę „{role}”.", role=ROLE_LABELS[role]), "success")
    return redirect(url_for("people.index"))


def _page(form: Mapping[str, str], errors: Mapping[str, str], **more: Any) -> str:
    query = request.args.get("q", "")[:LONGEST_NAME]
    found, total = people.list_people(here().session, actor=require_actor(), query=query)
    context = {
        "people": [_shown(one) for one in found],
        "total": total,
        "more": total > len(found),
        "query": query,
        "roles": _roles(Role),
        "form": form,
        "errors": errors,
        "one_time_password": None,
    }
    return render_template("people.html", **context | more)


def _shown(person: PersonView) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "roles": [{"role": role.value, "label": ROLE_LABELS[role]} for role in person.roles],
        "missing_roles": _roles(role for role in Role if role not in person.roles),
    }


def _roles(roles: Iterable[Role]) -> list[dict[str, str]]:
    return [{"id": role.value, "label": ROLE_LABELS[role]} for role in roles]
