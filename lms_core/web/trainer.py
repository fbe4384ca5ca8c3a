"""How the programs are, for those who make them: their content's faults, their legal state, their questions."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, render_template, request

from lms_core.content.problems import Severity
from lms_core.content.result_files import Sheet
from lms_core.domain.calendar import warsaw_day
from lms_core.domain.item_statistics import LEAST_EXPOSURES, Fault
from lms_core.installation import here
from lms_core.services import item_reports, program_health
from lms_core.services.item_reports import MOST_SITTINGS, ExamReport
from lms_core.services.program_health import Health, State, Term, Version
from lms_core.web.identity import require_actor
from lms_core.web.item_tables import CHOICE_FAULTS, FAULTS, HEADING, KINDS, item_rows, verdict
from lms_core.web.result_tables import table_file

blueprint = Blueprint("trainer", __name__)
WORDS = {
    "Severity": Severity,
    "State": State,
    "Term": Term,
    "Fault": Fault,
    "faults": FAULTS,
    "choice_faults": CHOICE_FAULTS,
    "kinds": KINDS,
    "verdict": verdict,
    "least": LEAST_EXPOSURES,
    "most": MOST_SITTINGS,
}


@blueprint.get("/trainer")
def index() -> str:
    filar = here()
    found = program_health.overview(
        filar.session, filar.catalogue, filar.plugins, actor=require_actor(), today=_today()
    )
    return render_template("trainer.html", programs=found, **WORDS)


@blueprint.get("/trainer/<slug:program_id>")
def program(program_id: str) -> str:
    health = _health(program_id)
    version = _version(health)
    exams = _exams(version)
    return render_template("trainer_program.html", program=health, version=version, exams=exams, **WORDS)


@blueprint.get("/trainer/<slug:program_id>/items.<any(csv, xlsx):kind>")
def items(program_id: str, kind: str) -> Response:
    health = _health(program_id)
    version = _version(health)
    number = version.number if version else ""
    rows = item_rows(_exams(version), number, health.lint.places if health.lint else {})
    return table_file(f"pytania-{program_id}-{number}-{_today()}", kind, Sheet("Pytania", HEADING, rows))


def _health(program_id: str) -> Health:
    filar = here()
    return program_health.of_program(
        filar.session, filar.catalogue, filar.plugins, program_id, actor=require_actor(), today=_today()
    )


def _version(health: Health) -> Version | None:
    """Return the version that was asked for, else the installed one, else the newest that was ever admitted."""
    by_number = {one.number: one for one in health.versions}
    asked = by_number.get(request.args.get("version", "")) or by_number.get(health.version or "")
    return asked or next(iter(health.versions), None)


def _exams(version: Version | None) -> tuple[ExamReport, ...]:
    filar = here()
    if version is None:
        return ()
    return item_reports.exam_reports(filar.session, filar.catalogue, version.digest, actor=require_actor())


def _today() -> date:
    return warsaw_day(here().clock())
