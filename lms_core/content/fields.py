"""Marshmallow fields for the values of a program, each working both ways (files and snapshots)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from lms_core.domain.numbers import read_number
from lms_core.domain.text import Text

SECTION = re.compile(r"[A-Z](\.[0-9]{1,2})?")


class TextField(fields.Field[Text]):
    """`"…"` or `{ pl = "…", en = "…" }`; always dumped as a table."""

    def _serialize(self, value: Text | None, *_args: Any, **_kwargs: Any) -> dict[str, str] | None:
        if value is None:
            return None
        return {"pl": value.pl} | ({"en": value.en} if value.en else {})

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> Text:
        table = {"pl": value} if isinstance(value, str) else value
        if not isinstance(table, Mapping) or not table.keys() <= {"pl", "en"} or "pl" not in table:
            raise ValidationError('ma być tekstem albo tabelą { pl = "…", en = "…" }')
        if not all(isinstance(part, str) and part.strip() for part in table.values()):
            raise ValidationError("tekst nie może być pusty")
        return Text(**table)


class NumberText(fields.Field[str]):
    """A number in files, its decimal text in values and snapshots."""

    def _serialize(self, value: str | None, *_args: Any, **_kwargs: Any) -> str | None:
        return value

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> str:
        text = value if isinstance(value, str) else repr(value)
        if isinstance(value, bool) or read_number(text) is None:
            raise ValidationError("ma być liczbą")
        return text


class FactReference(fields.Field[int | str]):
    """The number of a fact in the author's list, or the section of it where the fact stands: 13, "A.5"."""

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> int | str:
        known = isinstance(value, int) and not isinstance(value, bool)
        if not known and not (isinstance(value, str) and SECTION.fullmatch(value)):
            raise ValidationError('ma być numerem faktu albo działem listy, na przykład 13 albo "A.5"')
        reference: int | str = value
        return reference


class TupleOf(fields.List[Any]):
    """A list in files, a tuple in values."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> Any:
        return tuple(super()._deserialize(*args, **kwargs))


class ByKind(fields.Field[Any]):
    """One of several schemas, chosen by the table's key `kind`."""

    def __init__(self, schemas: Mapping[str, type[Schema]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.schemas = schemas

    def _serialize(self, value: Any, *_args: Any, **_kwargs: Any) -> dict[str, Any]:
        return {"kind": value.kind, **self.schemas[value.kind]().dump(value)}

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> Any:
        if not isinstance(value, Mapping):
            raise ValidationError("ma być tabelą")
        kind = value.get("kind")
        if not isinstance(kind, str) or kind not in self.schemas:
            raise ValidationError({"kind": [f"ma być jednym z: {', '.join(self.schemas)}"]})
        return self.schemas[kind]().load({key: part for key, part in value.items() if key != "kind"})
