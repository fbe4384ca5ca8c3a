"""What stands in bodies and addresses, and how it is read and written."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from marshmallow import RAISE, Schema, fields

from lms_core.web.filters import isodatetime

MOST_DIGITS = 9
KEEPABLE = r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*"


class Taken(Schema):
    """What a caller sends; a field that nobody knows is a mistake and is told so."""

    class Meta:
        unknown = RAISE


class Shown(Schema):
    """What a caller gets: these fields, all of them always, and no other."""

    class Meta:
        unknown = RAISE  # documented as "additionalProperties": false

    def on_bind_field(self, _field_name: str, field_obj: fields.Field[Any]) -> None:
        field_obj.required = True


class WholeNumber(fields.Integer):
    """JSON Schema's integer: 5.0 is one; true, "5" and 5.5 are none."""

    def _validated(self, value: Any) -> int:
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if type(value) is not int:
            raise self.make_error("invalid", input=value)
        return value


class QueryNumber(fields.Integer):
    """A whole number in an address: plain digits; Python would also take "1_0" and other alphabets' digits."""

    def _validated(self, value: Any) -> int:
        if not re.fullmatch(f"[0-9]{{1,{MOST_DIGITS}}}", str(value)):
            raise self.make_error("invalid", input=value)
        return int(value)


class Moment(fields.DateTime):
    """An instant in UTC with milliseconds, `2026-11-21T11:00:00.000Z`."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ARG002
        return None if value is None else isodatetime(value)


class StrictString(fields.String):
    """A text that every database can keep: no controls but tabs and line ends, no half of a surrogate pair."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs, metadata={"pattern": f"^{KEEPABLE}$"})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if not re.fullmatch(KEEPABLE, text) or any("\ud800" <= letter <= "\udfff" for letter in text):
            raise self.make_error("invalid", input=value)
        return text
