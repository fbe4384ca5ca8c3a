"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms_core.domain.errors import Invalid
from lms_core.installation import here
from lms_core.services import people
from lms_core.web import identity
from lms_core.web.extensions import address_and_email, limiter

blueprint = Blueprint("session", __name__)
DIFFERENT = "Oba wpisane hasła mają być takie same."
WRONG = "Nieprawidłowy adres e-mail lub hasło. Sprawdź pisownię i spróbuj ponownie."


@blueprint.get("/sign-in")
def sign_in() -> str | Response:
    target = identity.local_path(request.args.get("next"), url_for("home.index"))
    if identity.signed_in_actor():
        return redirect(target)
    return render_template("sign_in.html", form={"email": "", "next": target}, errors={})


@blueprint.post("/sign-in")
@limiter.limit("300 per minute")
@limiter.limit("10 per minute", key_func=address_and_email)
def sign_in_submit() -> tuple[str, int] | Response:
    email, target = request.form.get("email", ""), identity.local_path(request.form.get("next"), url_for("home.index"))
    signed_in = people.authenticate(here().session, email, request.form.get("password", ""))
    if signed_in is None:
        form = {"email": email[:254], "next": target}
        return render_template("sign_in.html", form=form, errors={"email": WRONG}), 422
    identity.remember(signed_in)
    return redirect(target)


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
        with filar.writing() as (session, _):
            signed_in = people.change_password(session, actor=actor, old=old, new=new, now=filar.clock())
    except Invalid as invalid:
        return render_template("password.html", errors={invalid.code: invalid.message}), 422
    identity.remember(signed_in)
    flash("Hasło zmienione. Inne urządzenia zostały wylogowane.", "success")
    return redirect(url_for("home.index"))


@blueprint.post("/sign-out")
def sign_out() -> Response:
    if actor := identity.signed_in_actor():
        with here().writing() as (session, _):
            people.end_sessions(session, actor.person_id)
    identity.forget()
    flash("Wylogowano.", "success")
    return redirect(url_for("home.index"))
