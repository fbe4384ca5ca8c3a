"""The shape of a program directory and of its snapshot: one set of schemas loads both and dumps the second."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from lms_core.content.base_schemas import ValueSchema, identifier, line, one_of, whole
from lms_core.content.fields import ByKind, TextField, TupleOf
from lms_core.content.item_schemas import PoolSchema
from lms_core.content.lesson_schemas import (
    LONGEST_UNIT,
    FigureSchema,
    LearnerRoleSchema,
    LessonSchema,
    NoteSchema,
    TermSchema,
)
from lms_core.content.rule_field import RuleField
from lms_core.domain.program import (
    Assessment,
    AssessmentUnit,
    CertificateDesign,
    Course,
    Draw,
    EntitledWording,
    Mode,
    ReasonText,
    Review,
    TrainingProgram,
)

VERSION = validate.Regexp(r"[0-9]{1,9}(\.[0-9]{1,9}){2}\Z", error="ma mieć postać 1.0.0")
REASON_CODE = validate.Regexp(r"[a-z][a-z0-9_]{1,39}\Z", error="ma się składać z małych liter a–z, cyfr i podkreśleń")


class AssessmentUnitSchema(ValueSchema):
    value_type = AssessmentUnit
    id = identifier()
    title = TextField(required=True)
    minutes = whole(1, LONGEST_UNIT, required=True)
    assessment = identifier()


class CourseSchema(ValueSchema):
    value_type = Course
    id = identifier()
    title = TextField(required=True)
    summary = TextField()
    units = TupleOf(
        ByKind({"lesson": LessonSchema, "assessment": AssessmentUnitSchema}),
        data_key="unit",
        required=True,
        validate=validate.Length(min=1, error="potrzebna jest co najmniej jedna jednostka"),
    )


class DrawSchema(ValueSchema):
    value_type = Draw
    pool = identifier()
    count = whole(1, 200, required=True)
    minimum = fields.Float(
        validate=validate.Range(0, min_inclusive=False, error="ma być liczbą punktów większą od zera")
    )


class AssessmentSchema(ValueSchema):
    value_type = Assessment
    id = identifier()
    mode = one_of(Mode, required=True)
    draw = TupleOf(
        fields.Nested(DrawSchema),
        required=True,
        validate=validate.Length(1, 50, error="potrzeba od {min} do {max} losowań"),
    )
    pass_percent = whole(1, 100, required=True)
    attempts = whole(1, 100)
    pause_hours = whole(0, 8760)
    time_limit_minutes = whole(1, LONGEST_UNIT)
    grace_seconds = whole(0, 300)
    review = one_of(Review)
    wrong_penalty = fields.Float(validate=validate.Range(0, 1, error="ma być liczbą od {min} do {max}"))
    refresher = identifier(required=False)

    @validates_schema
    def practice_has_no_limits(self, data: dict[str, Any], **_kwargs: Any) -> None:
        limits = ("attempts", "pause_hours", "time_limit_minutes")
        if data.get("mode") is Mode.PRACTICE and any(data.get(limit) for limit in limits):
            raise ValidationError("ćwiczenie (practice) nie ma limitu podejść, przerw ani czasu", "mode")
        if data.get("refresher") and not data.get("attempts"):
            raise ValidationError("powtórka (refresher) ma sens tylko przy limicie podejść (attempts)", "refresher")


class EntitledWordingSchema(ValueSchema):
    value_type = EntitledWording
    title = TextField(required=True)
    statement = TextField(required=True)
    disclaimer = TextField(required=True)


class CertificateSchema(ValueSchema):
    value_type = CertificateDesign
    id = identifier()
    title = TextField(required=True)
    statement = TextField(required=True)
    disclaimer = TextField(required=True)
    criteria = TextField(required=True)
    legal_basis = TupleOf(line(500), required=True)
    valid_months = whole(1, 600)
    entitled = fields.Nested(EntitledWordingSchema)


class ReasonTextSchema(ValueSchema):
    value_type = ReasonText
    code = fields.String(required=True, validate=REASON_CODE)
    text = TextField(required=True)


class ProgramSchema(ValueSchema):
    value_type = TrainingProgram
    id = identifier()
    version = fields.String(required=True, validate=VERSION)
    language = fields.String(required=True, validate=validate.OneOf(["pl", "en"], error="ma być pl albo en"))
    law_as_of = fields.Date(required=True)
    review_by = fields.Date(required=True)
    title = TextField(required=True)
    summary = TextField(required=True)
    audience = TextField(required=True)
    certificate = fields.Nested(CertificateSchema)
    courses = TupleOf(
        fields.Nested(CourseSchema),
        data_key="course",
        required=True,
        validate=validate.Length(min=1, error="potrzebny jest co najmniej jeden kurs"),
    )
    pools = TupleOf(fields.Nested(PoolSchema), data_key="pool")
    assessments = TupleOf(fields.Nested(AssessmentSchema), data_key="assessment")
    completion = RuleField(required=True)
    reasons = TupleOf(fields.Nested(ReasonTextSchema), data_key="reason")
    roles = TupleOf(fields.Nested(LearnerRoleSchema), data_key="role")
    notes = TupleOf(fields.Nested(NoteSchema))
    glossary = TupleOf(fields.Nested(TermSchema))
    figures = TupleOf(fields.Nested(FigureSchema))
