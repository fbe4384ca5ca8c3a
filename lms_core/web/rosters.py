"""Taking a list of people in: upload, preview, confirmation. Between them the page itself carries the list, sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from lms_core.content.result_files import Sheet
from lms_core.content.roster_files import LARGEST_FILE, RosterRow, read_roster
from lms_core.domain.errors import Conflict, Invalid
from lms_core.domain.sentences import Sentence, say
from lms_core.installation import here
from lms_core.services import members, rosters
from lms_core.services.rosters import Aim, Done, Plan
from lms_core.web.extensions import limiter
from lms_core.web.identity import require_actor
from lms_core.web.joining import FIELD, offered, read_aim
from lms_core.web.language import flash
from lms_core.web.result_tables import table_file

blueprint = Blueprint("rosters", __name__)
SEAL_LASTS = 2 * 3600
BOTH = Invalid("file", say("Wybierz plik albo wklej listę – nie jedno i drugie."))
NEITHER = Invalid("file", say("Wybierz plik z listą osób albo wklej listę."))
UNSEALED = Invalid("file", say("Ten podgląd stracił ważność. Wyślij listę jeszcze raz."))
EXAMPLE_HEADING = ("imię i nazwisko", "e-mail", "rola", "od kiedy")
ROLES_HEADING = ("program", "co wpisać w kolumnie „rola”")


@blueprint.get("/organisation/<key:organisation_id>/import")
def upload(organisation_id: int) -> str:
    return _form_page(organisation_id, {})


@blueprint.get("/organisation/<key:organisation_id>/import/template.<any(csv, xlsx):kind>")
def template(organisation_id: int, kind: str) -> Response:
    """A file to fill in: the heading that we read, and on a second sheet the roles that may stand in it."""
    members.refuse_stranger(organisation_id, actor=require_actor())
    roles = [(str(program.title), str(role.title)) for program in here().catalogue.programs() for role in program.roles]
    more = [Sheet("Role", ROLES_HEADING, roles)] if roles else []
    return table_file("lista-osob", kind, Sheet("Osoby", EXAMPLE_HEADING, ()), *more)


@blueprint.post("/organisation/<key:organisation_id>/import")
@limiter.limit("30 per minute")
def preview(organisation_id: int) -> str | tuple[str, int]:
    members.refuse_stranger(organisation_id, actor=require_actor())
    try:
        roster, aim = read_roster(_sent()), read_aim(request.form, required=False)
    except Invalid as invalid:
        return _form_page(organisation_id, {"file": invalid.message}), 422
    return _preview_page(organisation_id, roster.rows, aim, ignored=roster.ignored)


@blueprint.post("/organisation/<key:organisation_id>/import/confirmation")
def confirm(organisation_id: int) -> tuple[str, int] | AnyResponse:
    members.refuse_stranger(organisation_id, actor=require_actor())
    try:
        rows, aim, seen = _unsealed(organisation_id)
    except Invalid as invalid:
        return _form_page(organisation_id, {"file": invalid.message}), 422
    try:
        _carry_out(organisation_id, rows, aim, seen=seen)
    except (Invalid, Conflict) as changed:
        return _preview_page(organisation_id, rows, aim, changed=changed.message), 409
    return redirect(url_for("coordination.people", organisation_id=organisation_id))


def _sent() -> bytes:
    file, pasted = request.files.get("file"), request.form.get("pasted", "").strip()
    content = file.read(LARGEST_FILE + 1) if file and file.filename else b""
    if content and pasted:
        raise BOTH
    if not content and not pasted and not (file and file.filename):
        raise NEITHER
    return content or pasted.encode(errors="replace")


def _carry_out(organisation_id: int, rows: Sequence[RosterRow], aim: Aim, *, seen: Sequence[str]) -> None:
    filar = here()
    with filar.writing() as (session, later):
        done = rosters.carry_out(
            session,
            filar.catalogue,
            rows,
            aim,
            seen=seen,
            organisation_id=organisation_id,
            actor=require_actor(),
            now=filar.clock(),
            later=later,
        )
    flash(_said(done, aim), "success")


def _said(done: Done, aim: Aim) -> Sentence:
    if not aim.program_id:
        return say("Nowe konta: {added}. Zaproszenia są w drodze.", added=done.added)
    if not done.added:
        return say("Osoby zapisane na program: {joined}.", joined=done.joined)
    return say(
        "Nowe konta: {added}. Zaproszenia są w drodze. Osoby zapisane na program: {joined}.",
        added=done.added,
        joined=done.joined,
    )


def _form_page(organisation_id: int, errors: Mapping[str, str]) -> str:
    filar = here()
    return render_template(
        "coordination_import.html",
        organisation=members.organisation(filar.session, organisation_id, actor=require_actor()),
        programs=offered(filar.catalogue, roles_elsewhere=True),
        with_roles=[one for one in filar.catalogue.programs() if one.roles],
        form={name: request.form.get(name, "") for name in (FIELD, "pasted")},
        errors=errors,
    )


def _preview_page(
    organisation_id: int,
    rows: Sequence[RosterRow],
    aim: Aim,
    *,
    ignored: Sequence[str] = (),
    changed: str | None = None,
) -> str:
    filar, actor = here(), require_actor()
    plan = rosters.made_plan(
        filar.session, filar.catalogue, rows, aim, organisation_id=organisation_id, actor=actor, now=filar.clock()
    )
    program = filar.catalogue.offer(aim.program_id).program if aim.program_id else None
    return render_template(
        "coordination_preview.html",
        organisation=members.organisation(filar.session, organisation_id, actor=actor),
        plan=plan,
        program=program,
        ignored=ignored,
        changed=changed,
        sealed=None if plan.wrong else _sealed(organisation_id, rows, aim, plan),
    )


def _sealer(organisation_id: int) -> URLSafeTimedSerializer:
    """What one coordinator previews for one organisation, nobody else confirms and nowhere else."""
    salt = f"roster {organisation_id} {require_actor().person_id}"
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=salt)


def _sealed(organisation_id: int, rows: Sequence[RosterRow], aim: Aim, plan: Plan) -> str:
    kept = [[one.row, one.name, one.email, one.role, one.since.isoformat() if one.since else None] for one in rows]
    seen = [one.standing for one in plan.entries]
    sealed = _sealer(organisation_id).dumps([aim.program_id, aim.role, kept, seen])
    return sealed if isinstance(sealed, str) else sealed.decode()


def _unsealed(organisation_id: int) -> tuple[list[RosterRow], Aim, list[str]]:
    """Return what was previewed, as it was; raise `Invalid` for anything else and for what is old."""
    try:
        found: list[Any] = _sealer(organisation_id).loads(request.form.get("sealed", ""), max_age=SEAL_LASTS)
    except BadSignature:
        raise UNSEALED from None
    program_id, role, kept, seen = found
    rows = [
        RosterRow(row, name, email, role_name, date.fromisoformat(since) if since else None)
        for row, name, email, role_name, since in kept
    ]
    return rows, Aim(program_id, role), seen
