"""What is shown of an attempt: before it ends these fields, none of which can hold a key."""

from __future__ import annotations

from marshmallow import fields

from lms_core.web.api.fields import Moment, Shown, WholeNumber


class NamedTextSchema(Shown):
    """A choice, or what choices are paired with."""

    id = fields.String()
    text = fields.String()


class ScenarioSchema(Shown):
    """A case that several items ask about."""

    id = fields.String()
    title = fields.String()
    text = fields.String(metadata={"description": "Markdown"})


class ItemViewSchema(Shown):
    """An item without its key. `form` says how it is asked: one, many, text, number or pairs.

    A response is a list of strings: identifiers of choices; "choice:target" for pairs; one text for text and number.
    """

    id = fields.String()
    kind = fields.String(metadata={"example": "single_choice"})
    form = fields.String(metadata={"example": "one"})
    prompt = fields.String(metadata={"description": "Markdown"})
    points = fields.Float()
    choices = fields.List(fields.Nested(NamedTextSchema))
    targets = fields.List(fields.Nested(NamedTextSchema))
    unit = fields.String(allow_none=True, metadata={"description": "Unit of measure of a number"})
    scenario = fields.Nested(ScenarioSchema, allow_none=True)


class AttemptSchema(Shown):
    """The sheet. A finished attempt has no items here: see its result."""

    id = WholeNumber(attribute="attempt.id")
    enrolment = WholeNumber(attribute="attempt.enrolment_id")
    unit = fields.String(attribute="attempt.unit_id")
    series = WholeNumber(attribute="attempt.series")
    number = WholeNumber(attribute="attempt.number")
    title = fields.String()
    mode = fields.String(metadata={"example": "exam"})
    state = fields.String(attribute="attempt.state", metadata={"example": "open"})
    started_at = Moment(attribute="attempt.started_at")
    deadline = Moment(attribute="attempt.deadline", allow_none=True)
    extra_minutes = WholeNumber(attribute="attempt.extra_minutes")
    finished_at = Moment(attribute="attempt.finished_at", allow_none=True)
    server_time = Moment(metadata={"description": "The only clock that counts"})
    saved_at = Moment(allow_none=True, metadata={"description": "When the newest answer was received"})
    items = fields.List(fields.Nested(ItemViewSchema))
    responses = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "The response that counts, by item", "example": {"pytanie-1": ["a"]}},
    )
    remarks = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "What is wrong with how a response is written, by item", "example": {}},
    )


class OutcomeSchema(Shown):
    """`percent` is rounded down: 69.9 is not 70."""

    percent = WholeNumber()
    raw = fields.Float()
    max = fields.Float()
    passed = fields.Boolean(attribute="success")


class ReviewSchema(Shown):
    """One item afterwards; `correct` is null where the policy keeps it back."""

    item = fields.String(attribute="item.id")
    prompt = fields.String(attribute="item.prompt")
    right = fields.Boolean()
    points = fields.Float(attribute="score.points")
    max = fields.Float(attribute="score.max")
    given = fields.List(fields.String())
    correct = fields.List(fields.String(), allow_none=True)
    notes = fields.List(fields.String())
    feedback = fields.String(attribute="item.feedback")
    source = fields.String(attribute="item.source")


class ResultSchema(Shown):
    """A finished attempt. `outcome` is null while a person has to look at it (state "needs_review")."""

    attempt = WholeNumber(attribute="attempt.id")
    enrolment = WholeNumber(attribute="attempt.enrolment_id")
    unit = fields.String(attribute="attempt.unit_id")
    series = WholeNumber(attribute="attempt.series")
    number = WholeNumber(attribute="attempt.number")
    title = fields.String(attribute="unit.title")
    mode = fields.String(attribute="assessment.mode")
    state = fields.String(attribute="attempt.state", metadata={"example": "submitted"})
    finished_at = Moment(attribute="attempt.finished_at")
    pass_percent = WholeNumber(attribute="assessment.pass_percent")
    outcome = fields.Nested(OutcomeSchema, allow_none=True)
    explanation = fields.List(fields.String(), metadata={"description": "How the outcome was decided"})
    reasons = fields.List(fields.String(), metadata={"description": "What the program still asks for"})
    review = fields.List(fields.Nested(ReviewSchema))
    again = fields.String(allow_none=True, metadata={"description": "Why the next attempt may not start yet"})
    certificate_code = fields.String(allow_none=True)
