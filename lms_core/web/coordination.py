"""My organisation: its people, how they get on, and the results as files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lms_core.content.result_files import Sheet
from lms_core.domain.calendar import warsaw_day
from lms_core.domain.errors import Invalid, Refused
from lms_core.domain.names import LONGEST_NAME
from lms_core.domain.sentences import say
from lms_core.installation import here
from lms_core.services import enrolments, invitations, members, oversight, withdrawals
from lms_core.services.oversight import LATE, ORDERS, Course, Filter
from lms_core.services.pages import page_of
from lms_core.services.resets import INVITATION_LASTS
from lms_core.web.forms import read_taken_role
from lms_core.web.identity import require_actor
from lms_core.web.joining import FIELD, offered, read_aim
from lms_core.web.language import flash
from lms_core.web.result_tables import HEADING, STATES, result_row, table_file

blueprint = Blueprint("coordination", __name__)
LONGEST_NUMBER = 18
ORDER_LABELS = {
    "name": say("nazwisko"),
    "due": say("termin szkolenia"),
    "certificate": say("koniec ważności zaświadczenia"),
}
LATE_LABELS = {
    "training": say("szkolenie po terminie"),
    "certificate": say("zaświadczenie po terminie ważności"),
}
NOBODY = Invalid("person", say("Zaznacz osoby, które chcesz zapisać."))


@blueprint.get("/organisation")
def home() -> str | AnyResponse:
    found = members.coordinated(here().session, actor=require_actor())
    if len(found) == 1:
        return redirect(url_for("coordination.progress", organisation_id=found[0].id))
    return render_template("coordination.html", organisations=found)


@blueprint.get("/organisation/<key:organisation_id>")
def progress(organisation_id: int) -> str:
    session, wanted, found = here().session, _filter(), _courses(organisation_id)
    page = page_of(oversight.chosen(found, wanted), _number(request.args.get("page", "")))
    shown: dict[str, Any] = {"page": page, "wanted": wanted, "states": STATES, "choices": _choices(found)}
    shown["done"] = oversight.done_counts(session, page.rows, organisation_id=organisation_id)
    shown["summary"] = oversight.summary(found)
    shown["organisation"] = members.organisation(session, organisation_id, actor=require_actor())
    return render_template("coordination_progress.html", **shown)


@blueprint.get("/organisation/<key:organisation_id>/results.<any(csv, xlsx):kind>")
def results(organisation_id: int, kind: str) -> Response:
    chosen = oversight.chosen(_courses(organisation_id), _filter())
    done = oversight.done_counts(here().session, chosen, organisation_id=organisation_id)
    rows = [result_row(one, done.get(one.enrolment_id, 0)) for one in chosen]
    return table_file(f"wyniki-{warsaw_day(here().clock())}", kind, Sheet("Wyniki", HEADING, rows))


@blueprint.get("/organisation/<key:organisation_id>/people")
def people(organisation_id: int) -> str:
    return _people_page(organisation_id, {})


@blueprint.post("/organisation/<key:organisation_id>/enrolments")
def enrol(organisation_id: int) -> tuple[str, int] | AnyResponse:
    members.refuse_stranger(organisation_id, actor=require_actor())
    try:
        asked, joined = _enrol_chosen(organisation_id)
    except Invalid as invalid:
        return _people_page(organisation_id, {invalid.code: invalid.message}), 422
    said = say("Osoby zapisane na program: {joined}.", joined=joined)
    if asked > joined:
        told = {"joined": joined, "before": asked - joined}
        said = say("Osoby zapisane na program: {joined}. Wcześniej w programie: {before}.", **told)
    flash(said, "success")
    return redirect(url_for("coordination.people", organisation_id=organisation_id))


@blueprint.post("/organisation/<key:organisation_id>/people/<key:person_id>/invitation")
def invite(organisation_id: int, person_id: int) -> AnyResponse:
    filar, actor = here(), require_actor()
    try:
        with filar.writing() as (session, later):
            invitations.invite_again(
                session, person_id, organisation_id=organisation_id, actor=actor, now=filar.clock(), later=later
            )
    except Refused as refused:
        flash(refused.message, "warn")
    else:
        flash(say("Nowe zaproszenie jest w drodze. Odnośniki z poprzednich przestaną działać."), "success")
    return redirect(url_for("coordination.people", organisation_id=organisation_id))


@blueprint.get("/organisation/<key:organisation_id>/enrolments/<key:enrolment_id>/withdrawal")
def withdrawal(organisation_id: int, enrolment_id: int) -> str:
    filar, actor = here(), require_actor()
    return render_template(
        "coordination_withdrawal.html",
        organisation=members.organisation(filar.session, organisation_id, actor=actor),
        leaving=withdrawals.leaving(
            filar.session, filar.catalogue, enrolment_id, organisation_id=organisation_id, actor=actor
        ),
    )


@blueprint.post("/organisation/<key:organisation_id>/enrolments/<key:enrolment_id>/withdrawal")
def withdraw(organisation_id: int, enrolment_id: int) -> AnyResponse:
    filar, actor = here(), require_actor()
    try:
        with filar.writing() as (session, _):
            withdrawals.withdraw(session, enrolment_id, organisation_id=organisation_id, actor=actor, now=filar.clock())
    except Refused as refused:
        flash(refused.message, "warn")
    else:
        flash(say("Osoba wypisana z\u00a0programu."), "success")
    return redirect(url_for("coordination.progress", organisation_id=organisation_id))


def _enrol_chosen(organisation_id: int) -> tuple[int, int]:
    """Enrol the people whose boxes are ticked; return (how many are ticked, how many joined)."""
    filar, chosen = here(), [_number(text) for text in request.form.getlist("person")]
    if not chosen:
        raise NOBODY
    aim = read_aim(request.form, required=True)
    taken = read_taken_role({"role": aim.role, "since": request.form.get("since", "")})
    with filar.writing() as (session, _):
        joined = enrolments.enrol_others(
            session,
            filar.catalogue,
            str(aim.program_id),
            dict.fromkeys(chosen, taken),
            organisation_id=organisation_id,
            actor=require_actor(),
            now=filar.clock(),
        )
    return len(set(chosen)), joined


def _people_page(organisation_id: int, errors: Mapping[str, str]) -> str:
    filar, actor = here(), require_actor()
    query = request.args.get("q", "")[:LONGEST_NAME]
    number = _number(request.args.get("page", ""))
    return render_template(
        "coordination_people.html",
        organisation=members.organisation(filar.session, organisation_id, actor=actor),
        page=members.listed(filar.session, organisation_id, actor=actor, query=query, page=number),
        query=query,
        programs=offered(filar.catalogue),
        titles={one.id: one.title for one in filar.catalogue.programs()},
        form={name: request.form.get(name, "") for name in (FIELD, "since")},
        ticked={_number(text) for text in request.form.getlist("person")},
        errors=errors,
        invited_before=filar.clock() - INVITATION_LASTS,
    )


def _courses(organisation_id: int) -> list[Course]:
    filar = here()
    return oversight.courses(filar.session, filar.catalogue, organisation_id, actor=require_actor(), now=filar.clock())


def _filter() -> Filter:
    """Return the filter of the address; what it does not know filters nothing."""
    order = request.args.get("order", "")
    return Filter(
        program_id=request.args.get("program", ""),
        state=request.args.get("state", "") if request.args.get("state") in STATES else "",
        late=request.args.get("late", "") if request.args.get("late") in LATE else "",
        query=request.args.get("q", "")[:LONGEST_NAME],
        order=order if order in ORDERS else "name",
    )


def _choices(found: list[Course]) -> dict[str, list[dict[str, object]]]:
    programs = {one.program.id: one.program.title for one in found}
    choices = {"programs": programs, "states": STATES, "late": LATE_LABELS, "orders": ORDER_LABELS}
    return {name: [{"id": key, "label": label} for key, label in labels.items()] for name, labels in choices.items()}


def _number(text: str) -> int:
    """Return the whole number; what is none is 0, which names no person and means the first page."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else 0
