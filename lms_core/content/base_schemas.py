"""What every schema of a program's content shares; one set loads files and snapshots and dumps the second."""

from __future__ import annotations

from dataclasses import MISSING
from dataclasses import fields as fields_of
from enum import Enum
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, fields, post_dump, post_load, validate

IDENTIFIER = validate.Regexp(
    r"[a-z][a-z0-9-]{1,63}\Z", error="ma się składać z małych liter a–z, cyfr i myślników (2–64 znaki)"
)
CHOICE_IDENTIFIER = validate.Regexp(
    r"[a-z0-9-]{1,32}\Z", error="ma się składać z małych liter a–z, cyfr i myślników (1–32 znaki)"
)


def identifier(**kwargs: Any) -> fields.String:
    return fields.String(validate=IDENTIFIER, **{"required": True} | kwargs)


def whole(minimum: int, maximum: int, **kwargs: Any) -> fields.Integer:
    return fields.Integer(
        strict=True, validate=validate.Range(minimum, maximum, error="ma być liczbą od {min} do {max}"), **kwargs
    )


def line(longest: int, **kwargs: Any) -> fields.String:
    return fields.String(validate=validate.Length(1, longest, error="ma mieć od {min} do {max} znaków"), **kwargs)


def truth() -> fields.Boolean:
    return fields.Boolean(truthy={True}, falsy={False})


def one_of(values: type[Enum], **kwargs: Any) -> fields.Enum[Any]:
    return fields.Enum(values, by_value=True, error_messages={"unknown": "ma być jednym z: {choices}"}, **kwargs)


class ValueSchema(Schema):
    """Refuses unknown keys, builds the domain value, dumps only what is not the default.

    A field added to a value therefore leaves the digest of older content as it is; a default may never change.
    """

    value_type: ClassVar[type]

    class Meta:
        unknown = RAISE

    @post_load
    def build(self, data: dict[str, Any], **_kwargs: Any) -> Any:
        return self.value_type(**data)

    @post_dump(pass_original=True)
    def drop_defaults(self, data: dict[str, Any], original: Any, **_kwargs: Any) -> dict[str, Any]:
        defaults = {one.name: one.default for one in fields_of(self.value_type) if one.default is not MISSING}
        default_keys = {
            field.data_key or name
            for name, field in self.fields.items()
            if name in defaults and getattr(original, name) == defaults[name]
        }
        return {key: value for key, value in data.items() if key not in default_keys}
