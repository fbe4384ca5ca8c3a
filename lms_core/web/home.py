"""The first page."""

from __future__ import annotations

from flask import Blueprint, render_template

from lms_core.installation import here
from lms_core.services import enrolment_cards
from lms_core.web.identity import signed_in_actor
from lms_core.web.programs import joined, program_cards

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> str:
    filar, actor = here(), signed_in_actor()
    cards = enrolment_cards.cards(filar.session, filar.catalogue, actor=actor, now=filar.clock()) if actor else []
    return render_template("home.html", enrolments=cards, programs=program_cards(filar.catalogue, joined()))
