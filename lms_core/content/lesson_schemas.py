"""The shape of what people read: lessons, figures, notes for roles, and the glossary."""

from __future__ import annotations

from marshmallow import fields, validate

from lms_core.content.base_schemas import ValueSchema, identifier, line, one_of, whole
from lms_core.content.fields import TextField, TupleOf
from lms_core.content.figures import FIGURE_NAME
from lms_core.domain.learners import Entitlement, LearnerRole
from lms_core.domain.lessons import Figure, Lesson, Note, Term

LONGEST_UNIT = 600
MOST_FORMS = 30


class LessonSchema(ValueSchema):
    value_type = Lesson
    id = identifier()
    title = TextField(required=True)
    minutes = whole(1, LONGEST_UNIT, required=True)
    body = TextField(required=True)
    sources = TupleOf(line(1000))


class FigureSchema(ValueSchema):
    value_type = Figure
    name = fields.String(required=True, validate=validate.Regexp(f"{FIGURE_NAME}\\Z"))
    svg = fields.String(required=True)


class NoteSchema(ValueSchema):
    value_type = Note
    unit = identifier()
    roles = TupleOf(
        identifier(), required=True, validate=validate.Length(1, 20, error="potrzeba od {min} do {max} ról")
    )
    text = TextField(required=True)


class TermSchema(ValueSchema):
    value_type = Term
    term = line(80, required=True)
    definition = TextField(required=True)
    source = line(500, required=True)
    forms = TupleOf(line(80), validate=validate.Length(max=MOST_FORMS, error="najwyżej {max} form"))


class LearnerRoleSchema(ValueSchema):
    value_type = LearnerRole
    id = identifier()
    title = TextField(required=True)
    duty = TextField(required=True)
    first_months = whole(1, 120)
    repeat_months = whole(1, 120)
    entitlement = one_of(Entitlement)
