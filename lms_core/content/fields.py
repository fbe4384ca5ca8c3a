"""Marshmallow fields for the values of a program, each working both ways (files and snapshots)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from lms_core.domain.rules import AllOf, AnyOf, Completed, CompletionRule, Passed
from lms_core.domain.text import Text


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


class RuleField(fields.Field[CompletionRule]):
    """A composition of stock rules: all_of, any_of, passed, completed."""

    def _serialize(self, value: Any, *_args: Any, **_kwargs: Any) -> dict[str, Any]:
        match value:
            case Passed(assessment_id):
                return {"passed": assessment_id}
            case Completed(unit_ids):
                return {"completed": list(unit_ids)}
            case AllOf(rules):
                return {"all_of": [self._serialize(rule) for rule in rules]}
            case AnyOf(rules):
                return {"any_of": [self._serialize(rule) for rule in rules]}
        raise ValidationError(f"reguła {value!r} nie jest regułą standardową i nie da się jej zapisać")

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> CompletionRule:
        if not isinstance(value, Mapping) or len(value) != 1:
            raise ValidationError("reguła ma mieć dokładnie jeden klucz: all_of, any_of, passed albo completed")
        ((name, argument),) = value.items()
        match name, argument:
            case "passed", str():
                return Passed(argument)
            case "completed", [*ids] if ids and all(isinstance(one, str) for one in ids):
                return Completed(tuple(ids))
            case (("all_of" | "any_of"), [_, *_]):
                rules = tuple(self._deserialize(rule) for rule in argument)
                return AllOf(rules) if name == "all_of" else AnyOf(rules)
        raise ValidationError(f"nieznana albo pusta reguła „{name}”; są: all_of, any_of, passed, completed")


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
