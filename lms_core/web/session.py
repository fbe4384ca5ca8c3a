"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms_core.domain.errors import Invalid, NotFound
from lms_core.domain.names import LONGEST_EMAIL
from lms_core.domain.permissions import Act, Actor, Subject, can
from lms_core.domain.sentences import say
from lms_core.installation import here
from lms_core.services import enrolments, people, resets
from lms_core.web import identity, language
from lms_core.web.extensions import address_and_email, limiter
from lms_core.web.language import flash

blueprint = Blueprint("session", __name__)
GONE = 404
WORK = (
    (Act.COORDINATE, "coordination.home"),
    (Act.MANAGE_PEOPLE, "people.index"),
    (Act.MAINTAIN_PROGRAMS, "trainer.index"),
)
"""Whoever may do several of these begins at the first."""
DIFFERENT = say("Oba wpisane hasła mają być takie same.")
WRONG = say("Nieprawidłowy adres e-mail lub hasło. Sprawdź pisownię i spróbuj ponownie.")


@blueprint.get("/sign-in")
def sign_in() -> str | Response:
    target = identity.local_path(request.args.get("next"), "")
    if actor := identity.signed_in_actor():
        return redirect(target or _first_page(actor))
    return render_template("sign_in.html", form={"email": "", "next": target}, errors={})


@blueprint.post("/sign-in")
@limiter.limit("300 per minute; 2000 per hour")
@limiter.limit("10 per minute; 60 per hour", key_func=address_and_email)
def sign_in_submit() -> tuple[str, int] | Response:
    email, target = request.form.get("email", ""), identity.local_path(request.form.get("next"), "")
    signed_in = people.authenticate(here().session, email, request.form.get("password", ""))
    if signed_in is None:
        form = {"email": email[:LONGEST_EMAIL], "next": target}
        return render_template("sign_in.html", form=form, errors={"email": WRONG}), 422
    identity.remember(signed_in)
    response = redirect(target or _first_page(signed_in.actor))
    if language.COOKIE not in request.cookies and signed_in.language != language.POLISH:
        language.remember(response, signed_in.language)
    return response


def _first_page(actor: Actor) -> str:
    """Return where somebody begins who came for nothing in particular.

    Those who run things and learn nothing here begin at their work. All others begin at the first page: it shows one's
    learning, and to whoever has not joined anything yet what there is, where „Moja nauka” would be empty.
    """
    work = next((page for act, page in WORK if can(actor, act, Subject())), None)
    learns = work and enrolments.by_program(here().session, actor)
    return url_for(work if work and not learns else "home.index")


@blueprint.get("/password")
def password() -> str:
    identity.require_actor()
    return render_template("password.html", errors={})


@blueprint.post("/password")
@limiter.limit("10 per minute")
def change_password() -> tuple[str, int] | Response:
    filar, actor = here(), identity.require_actor()
    old, new = request.form.get("old", ""), request.form.get("password", "")
    if new != request.form.get("again"):
        return render_template("password.html", errors={"again": DIFFERENT}), 422
    try:
        with filar.writing() as (session, later):
            signed_in = people.change_password(session, actor=actor, old=old, new=new, now=filar.clock(), later=later)
    except Invalid as invalid:
        return render_template("password.html", errors={invalid.code: invalid.message}), 422
    identity.remember(signed_in)
    flash(say("Hasło zmienione. Inne urządzenia zostały wylogowane."), "success")
    return redirect(url_for("home.index"))


@blueprint.get("/password/reset")
def ask_reset() -> str:
    return render_template("reset_request.html", email="", errors={}, asked=False)


@blueprint.post("/password/reset")
@limiter.limit("100 per hour")
@limiter.limit("5 per hour", key_func=address_and_email)
def ask_reset_submit() -> str | tuple[str, int]:
    """The answer never depends on whether the address is somebody's, nor does the work until it is given."""
    filar, email = here(), request.form.get("email", "")
    try:
        with filar.writing() as (session, later):
            resets.ask(session, email, now=filar.clock(), later=later)
    except Invalid as invalid:
        form = {"email": email[:LONGEST_EMAIL], "errors": {"email": invalid.message}}
        return render_template("reset_request.html", **form, asked=False), 422
    return render_template("reset_request.html", email="", errors={}, asked=True)


@blueprint.get("/password/reset/<token>")
@limiter.limit("60 per minute")
def reset(token: str) -> Response:
    filar = here()
    if not resets.is_open(filar.session, token, now=filar.clock()):
        return _reset_page(token, {}, status=GONE)
    return _reset_page(token, {})


@blueprint.post("/password/reset/<token>")
@limiter.limit("10 per minute")
def reset_submit(token: str) -> Response:
    filar, new = here(), request.form.get("password", "")
    if new != request.form.get("again"):
        return _reset_page(token, {"again": DIFFERENT}, status=422)
    try:
        with filar.writing() as (session, later):
            resets.use(session, token, new, now=filar.clock(), later=later)
    except NotFound:
        return _reset_page(token, {}, status=GONE)
    except Invalid as invalid:
        return _reset_page(token, {invalid.code: invalid.message}, status=422)
    identity.forget()
    flash(say("Nowe hasło ustawione. Zaloguj się nim."), "success")
    return redirect(url_for("session.sign_in"))


def _reset_page(token: str, errors: dict[str, str], *, status: int = 200) -> Response:
    """The address holds the token: no page that is opened from here may learn it."""
    invited = token.startswith(resets.INVITED)
    page = render_template("reset.html", token=token, errors=errors, works=status != GONE, invited=invited)
    response = make_response(page, status)
    response.headers["Referrer-Policy"] = "strict-origin"  # not "no-referrer": over https a form needs its origin
    return response


@blueprint.post("/sign-out")
def sign_out() -> Response:
    if actor := identity.signed_in_actor():
        with here().writing() as (session, _):
            people.end_sessions(session, actor.person_id)
    identity.forget()
    flash(say("Wylogowano."), "success")
    return redirect(url_for("home.index"))
