"""Saving answers as they are given: what our own script calls."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request
from flask_limiter.util import get_remote_address
from marshmallow import RAISE, Schema, ValidationError, fields, validate
from werkzeug.wrappers import Response

from lms_core.domain.errors import Invalid
from lms_core.installation import here
from lms_core.services import answers
from lms_core.services.answers import LARGEST_SEQ, MOST_EVENTS, Answer
from lms_core.web.extensions import limiter
from lms_core.web.filters import isodatetime
from lms_core.web.identity import require_actor, signed_in_actor

blueprint = Blueprint("api_attempts", __name__, url_prefix="/api/v1/attempts")


class EventSchema(Schema):
    class Meta:
        unknown = RAISE

    seq = fields.Integer(required=True, strict=True, validate=validate.Range(1, LARGEST_SEQ))
    item = fields.String(required=True, validate=validate.Length(1, 64))
    response = fields.List(
        fields.String(validate=validate.Length(1, 64)), required=True, validate=validate.Length(0, 50)
    )


class EventsSchema(Schema):
    class Meta:
        unknown = RAISE

    client = fields.String(required=True)
    events = fields.List(fields.Nested(EventSchema), required=True, validate=validate.Length(1, MOST_EVENTS))


def per_person() -> str:
    actor = signed_in_actor()
    return f"person {actor.person_id}" if actor else get_remote_address()


@blueprint.post("/<key:attempt_id>/events")
@limiter.limit("240 per minute", key_func=per_person)
def record(attempt_id: int) -> Response:
    filar, actor = here(), require_actor()
    body = _read()
    given = [Answer(event["seq"], event["item"], event["response"]) for event in body["events"]]
    now = filar.clock()
    with filar.writing() as (session, _):
        answers.record(session, filar.catalogue, attempt_id, given, client=body["client"], actor=actor, now=now)
    return jsonify({"acknowledged": max(answer.seq for answer in given), "saved_at": isodatetime(now)})


def _read() -> dict[str, Any]:
    try:
        body: dict[str, Any] = EventsSchema().load(request.get_json())
    except ValidationError as error:
        raise Invalid("events", f"Zły kształt odpowiedzi w polach: {', '.join(_places(error.messages))}.") from None
    except RecursionError:  # json gives up on a body of nothing but brackets
        raise Invalid("events", "Odpowiedź jest zbyt głęboko zagnieżdżona.") from None
    return body


def _places(messages: Any, path: str = "") -> list[str]:
    """Return where the mistakes are, as dotted paths."""
    if not isinstance(messages, dict):
        return [path or "całość"]
    return [
        place
        for key, inner in messages.items()
        for place in _places(inner, path if key == "_schema" else f"{path}.{key}".strip("."))
    ]
