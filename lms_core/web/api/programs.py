"""The catalogue of programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marshmallow import fields

from lms_core.domain.program import AssessmentUnit, TrainingProgram, Unit
from lms_core.installation import here
from lms_core.services.tokens import Scope
from lms_core.web.api.access import needs
from lms_core.web.api.contract import ApiBlueprint
from lms_core.web.api.fields import Shown, WholeNumber
from lms_core.web.api.paging import PAGED, PageQuery, page_of

blueprint = ApiBlueprint("api_programs", __name__, description="What can be learned")


class AchievementSchema(Shown):
    """What is awarded at the end, and what it is not."""

    title = fields.String()
    statement = fields.String()
    disclaimer = fields.String()
    valid_months = WholeNumber(allow_none=True)


class ProgramSchema(Shown):
    id = fields.String(metadata={"example": "obrona-cywilna-podstawy"})
    version = fields.String(metadata={"example": "1.2.0"})
    language = fields.String()
    title = fields.String()
    summary = fields.String()
    audience = fields.String()
    minutes = WholeNumber(metadata={"description": "Planned, not measured"})
    law_as_of = fields.Date()
    review_by = fields.Date()
    certificate = fields.Nested(AchievementSchema, allow_none=True)


class AssessmentSchema(Shown):
    mode = fields.String(attribute="about.mode", metadata={"example": "exam"})
    items = WholeNumber(metadata={"description": "How many questions a paper holds"})
    pass_percent = WholeNumber(attribute="about.pass_percent")
    attempts = WholeNumber(attribute="about.attempts", allow_none=True, metadata={"description": "In each series"})
    pause_hours = WholeNumber(attribute="about.pause_hours")
    time_limit_minutes = WholeNumber(attribute="about.time_limit_minutes", allow_none=True)
    wrong_penalty = fields.Float(
        attribute="about.wrong_penalty", metadata={"description": "Share of an item's points that a wrong answer costs"}
    )


class UnitSchema(Shown):
    id = fields.String()
    kind = fields.String(metadata={"example": "lesson"})
    title = fields.String()
    minutes = WholeNumber()
    required = fields.Boolean()
    assessment = fields.Nested(AssessmentSchema, allow_none=True)


class CourseSchema(Shown):
    id = fields.String()
    title = fields.String()
    summary = fields.String(allow_none=True)
    units = fields.List(fields.Nested(UnitSchema))


class SyllabusSchema(ProgramSchema):
    courses = fields.List(fields.Nested(CourseSchema))


@blueprint.get("/programs")
@needs(Scope.PROGRAMS_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, ProgramSchema(many=True), headers=PAGED)
def list_programs(query: dict[str, int]) -> tuple[Sequence[TrainingProgram], dict[str, str]]:
    """List the programs on offer."""
    return page_of(here().catalogue.programs(), query)


@blueprint.get("/programs/<slug:program_id>")
@needs(Scope.PROGRAMS_READ, 404)
@blueprint.response(200, SyllabusSchema)
def show_program(program_id: str) -> dict[str, Any]:
    """Show a program with its courses and units, in the version on offer."""
    return _syllabus(here().catalogue.offer(program_id).program)


def _syllabus(program: TrainingProgram) -> dict[str, Any]:
    courses = [
        {
            "id": one.id,
            "title": one.title,
            "summary": one.summary,
            "units": [_unit(program, unit) for unit in one.units],
        }
        for one in program.courses
    ]
    return vars(program) | {"minutes": program.minutes, "courses": courses}


def _unit(program: TrainingProgram, unit: Unit) -> dict[str, Any]:
    assessment = program.assessment(unit.assessment) if isinstance(unit, AssessmentUnit) else None
    sitting = {"about": assessment, "items": program.items_count(assessment)} if assessment else None
    about = {"id": unit.id, "kind": unit.kind, "title": unit.title, "minutes": unit.minutes}
    return about | {"required": unit.id in program.required_units, "assessment": sitting}
