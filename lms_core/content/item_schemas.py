"""The shape of items, scenarios and pools, as authors write them and as snapshots keep them."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, pre_load, validate

from lms_core.content.base_schemas import CHOICE_IDENTIFIER, ValueSchema, identifier, line, truth
from lms_core.content.fields import FactReference, NumberText, TextField, TupleOf
from lms_core.domain.item_kinds import STOCK_KINDS, problems
from lms_core.domain.items import Choice, Item, Scenario, Target
from lms_core.domain.program import Pool

CERTAINTIES = tuple("ABDCN")
TRUE_FALSE_CHOICES = (("true", "Prawda", "True"), ("false", "Fałsz", "False"))
POINTS = validate.Range(0.01, 100, error="ma być liczbą od {min} do {max}")


class ChoiceSchema(ValueSchema):
    value_type = Choice
    id = fields.String(required=True, validate=CHOICE_IDENTIFIER)
    text = TextField(required=True)
    correct = truth()
    feedback = TextField()
    match = fields.String(validate=CHOICE_IDENTIFIER)


class TargetSchema(ValueSchema):
    value_type = Target
    id = fields.String(required=True, validate=CHOICE_IDENTIFIER)
    text = TextField(required=True)


class ItemSchema(ValueSchema):
    value_type = Item
    id = identifier()
    kind = fields.String(required=True, validate=validate.OneOf(STOCK_KINDS, error="nieznany rodzaj pytania: {input}"))
    prompt = TextField(required=True)
    choices = TupleOf(fields.Nested(ChoiceSchema), validate=validate.Length(max=26, error="najwyżej {max} odpowiedzi"))
    targets = TupleOf(fields.Nested(TargetSchema), validate=validate.Length(max=26, error="najwyżej {max} możliwości"))
    answers = TupleOf(fields.String(), validate=validate.Length(max=50, error="najwyżej {max} uznawanych odpowiedzi"))
    tolerance = NumberText()
    unit = line(40)
    partial_credit = truth()
    points = fields.Float(validate=POINTS)
    shuffle = truth()
    feedback = TextField(required=True)
    source = line(500, required=True)
    certainty = fields.String(required=True, validate=validate.OneOf(CERTAINTIES, error="ma być A, B, C, D albo N"))
    law_as_of = fields.Date(required=True)
    facts = TupleOf(FactReference())
    critical = truth()

    @pre_load
    def read_answer(self, data: Any, **_kwargs: Any) -> Any:
        """Turn the author's `answer` into the choices of a true-false item, or into the number's text."""
        if not isinstance(data, dict):
            return data
        if data.get("kind") == "true_false" and "choices" not in data:
            return _without_answer(data) | {"choices": _true_false(data.get("answer"))}
        if data.get("kind") == "numeric" and "answers" not in data:
            return _without_answer(data) | {"answers": [_number(data.get("answer"))]}
        return data

    @post_load
    def build(self, data: dict[str, Any], **_kwargs: Any) -> Item:
        item = Item(**data)
        if found := list(problems(item)):
            raise ValidationError({"choices" if item.choices else "kind": found})
        return item


def _without_answer(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != "answer"}


def _true_false(answer: object) -> list[dict[str, Any]]:
    if not isinstance(answer, bool):
        raise ValidationError({"answer": ["pytanie prawda/fałsz wymaga answer = true albo answer = false"]})
    return [
        {"id": name, "text": {"pl": pl, "en": en}, "correct": (name == "true") is answer}
        for name, pl, en in TRUE_FALSE_CHOICES
    ]


def _number(answer: object) -> str:
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        raise ValidationError({"answer": ["pytanie liczbowe wymaga liczby: answer = 12.5"]})
    return repr(answer)


class ScenarioSchema(ValueSchema):
    value_type = Scenario
    id = identifier()
    title = TextField(required=True)
    text = TextField(required=True)
    items = TupleOf(
        fields.Nested(ItemSchema),
        data_key="item",
        required=True,
        validate=validate.Length(1, 20, error="opis sytuacji wymaga od {min} do {max} pytań"),
    )


class PoolSchema(ValueSchema):
    value_type = Pool
    id = identifier()
    title = TextField()
    course = identifier(required=False)
    items = TupleOf(fields.Nested(ItemSchema), data_key="item")
    scenarios = TupleOf(fields.Nested(ScenarioSchema), data_key="scenario")
