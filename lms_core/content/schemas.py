"""The shape of a program directory and of its snapshot: one set of schemas loads both and dumps the second."""

from __future__ import annotations

from enum import Enum
from typing import Any, ClassVar

from marshmallow import (
    RAISE,
    Schema,
    ValidationError,
    fields,
    post_dump,
    post_load,
    pre_load,
    validate,
    validates_schema,
)

from lms_core.content.fields import ByKind, RuleField, TextField, TupleOf
from lms_core.domain.items import STOCK_KINDS, Choice, Item
from lms_core.domain.program import (
    Assessment,
    AssessmentUnit,
    CertificateDesign,
    Course,
    Draw,
    Lesson,
    Mode,
    Pool,
    Review,
    TrainingProgram,
)

IDENTIFIER = validate.Regexp(
    r"[a-z][a-z0-9-]{1,63}\Z", error="ma się składać z małych liter a–z, cyfr i myślników (2–64 znaki)"
)
CHOICE_IDENTIFIER = validate.Regexp(
    r"[a-z0-9-]{1,32}\Z", error="ma się składać z małych liter a–z, cyfr i myślników (1–32 znaki)"
)
VERSION = validate.Regexp(r"[0-9]{1,9}(\.[0-9]{1,9}){2}\Z", error="ma mieć postać 1.0.0")
CERTAINTIES = tuple("ABDCN")
TRUE_FALSE_CHOICES = (("true", "Prawda", "True"), ("false", "Fałsz", "False"))
LONGEST_UNIT = 600


def identifier(**kwargs: Any) -> fields.String:
    return fields.String(required=True, validate=IDENTIFIER, **kwargs)


def whole(minimum: int, maximum: int, **kwargs: Any) -> fields.Integer:
    return fields.Integer(
        strict=True, validate=validate.Range(minimum, maximum, error="ma być liczbą od {min} do {max}"), **kwargs
    )


def line(longest: int, **kwargs: Any) -> fields.String:
    return fields.String(validate=validate.Length(1, longest, error="ma mieć od {min} do {max} znaków"), **kwargs)


def one_of(values: type[Enum], **kwargs: Any) -> fields.Enum[Any]:
    return fields.Enum(values, by_value=True, error_messages={"unknown": "ma być jednym z: {choices}"}, **kwargs)


class ValueSchema(Schema):
    """Refuses unknown keys, builds the domain value, leaves absent values out of the dump."""

    value_type: ClassVar[type]

    class Meta:
        unknown = RAISE

    @post_load
    def build(self, data: dict[str, Any], **_kwargs: Any) -> Any:
        return self.value_type(**data)

    @post_dump
    def drop_absent(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        return {key: value for key, value in data.items() if value is not None}


class ChoiceSchema(ValueSchema):
    value_type = Choice
    id = fields.String(required=True, validate=CHOICE_IDENTIFIER)
    text = TextField(required=True)
    correct = fields.Boolean(truthy={True}, falsy={False})
    feedback = TextField()


class ItemSchema(ValueSchema):
    value_type = Item
    id = identifier()
    kind = fields.String(required=True, validate=validate.OneOf(STOCK_KINDS, error="nieznany rodzaj pytania: {input}"))
    prompt = TextField(required=True)
    choices = TupleOf(fields.Nested(ChoiceSchema), required=True)
    feedback = TextField(required=True)
    source = line(500, required=True)
    certainty = fields.String(required=True, validate=validate.OneOf(CERTAINTIES, error="ma być A, B, C, D albo N"))
    law_as_of = fields.Date(required=True)
    facts = TupleOf(fields.Integer(strict=True))
    critical = fields.Boolean(truthy={True}, falsy={False})

    @pre_load
    def read_true_false(self, data: Any, **_kwargs: Any) -> Any:
        """Turn the author's `answer = true` into the two choices that the learner sees."""
        if not isinstance(data, dict) or data.get("kind") != "true_false" or "choices" in data:
            return data
        answer = data.get("answer")
        if not isinstance(answer, bool):
            raise ValidationError({"answer": ["pytanie prawda/fałsz wymaga answer = true albo answer = false"]})
        choices = [
            {"id": name, "text": {"pl": pl, "en": en}, "correct": (name == "true") is answer}
            for name, pl, en in TRUE_FALSE_CHOICES
        ]
        return {key: value for key, value in data.items() if key != "answer"} | {"choices": choices}

    @post_load
    def build(self, data: dict[str, Any], **_kwargs: Any) -> Item:
        item = Item(**data)
        if problems := list(STOCK_KINDS[item.kind].problems(item)):
            raise ValidationError({"choices": problems})
        return item


class PoolSchema(ValueSchema):
    value_type = Pool
    id = identifier()
    items = TupleOf(fields.Nested(ItemSchema), data_key="item", required=True)


class LessonSchema(ValueSchema):
    value_type = Lesson
    id = identifier()
    title = TextField(required=True)
    minutes = whole(1, LONGEST_UNIT, required=True)
    body = TextField(required=True)
    sources = TupleOf(line(1000))


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

    @validates_schema
    def practice_has_no_limits(self, data: dict[str, Any], **_kwargs: Any) -> None:
        limits = ("attempts", "pause_hours", "time_limit_minutes")
        if data.get("mode") is Mode.PRACTICE and any(data.get(limit) for limit in limits):
            raise ValidationError("ćwiczenie (practice) nie ma limitu podejść, przerw ani czasu", "mode")


class CertificateSchema(ValueSchema):
    value_type = CertificateDesign
    id = identifier()
    title = TextField(required=True)
    statement = TextField(required=True)
    disclaimer = TextField(required=True)
    criteria = TextField(required=True)
    legal_basis = TupleOf(line(500), required=True)
    valid_months = whole(1, 600)


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
