"""The marshmallow field of completion rules: stock rules as tables, a plugin's own by reference to its code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import ValidationError, fields

from lms_core.content.rule_code import RuleCode, RuleReference, reference_to
from lms_core.domain.rules import (
    MODES,
    AllOf,
    AnyOf,
    Completed,
    CompletionRule,
    HoldsCredential,
    MinMinutes,
    ObservedBy,
    Passed,
    WithinDays,
)

NAMES = "all_of, any_of, passed, completed, min_minutes, observed_by, holds_credential, within_days"


class RuleField(fields.Field[CompletionRule]):
    """One table with one key per rule, such as `{ all_of = [{ passed = "egzamin" }] }`."""

    def _serialize(self, value: Any, *_args: Any, **_kwargs: Any) -> dict[str, Any]:
        match value:
            case AllOf(rules) | AnyOf(rules):
                return {"all_of" if isinstance(value, AllOf) else "any_of": [self._serialize(rule) for rule in rules]}
            case WithinDays(days, rule):
                return {"within_days": {"days": days, "rule": self._serialize(rule)}}
        dump = DUMPS.get(type(value), _dumped_code)
        return dump(value)

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> CompletionRule:
        if not isinstance(value, Mapping) or len(value) != 1:
            raise ValidationError(f"reguła ma mieć dokładnie jeden klucz: {NAMES}")
        ((name, argument),) = value.items()
        match name, argument:
            case (("all_of" | "any_of"), [_, *_]):
                rules = tuple(self._deserialize(rule) for rule in argument)
                return AllOf(rules) if name == "all_of" else AnyOf(rules)
            case "within_days", {"days": days, "rule": rule, **rest} if not rest and type(days) is int and days >= 0:
                return WithinDays(days, self._deserialize(rule))
        rule = _simple(name, argument)
        if rule is None:
            raise ValidationError(f"nieznana albo źle zapisana reguła „{name}”; są: {NAMES}")
        return rule


def _simple(name: str, argument: Any) -> CompletionRule | None:
    """Return a rule without parts; None when the argument does not fit the name."""
    rule: CompletionRule | None = None
    match name, argument:
        case "passed", str():
            rule = Passed(argument)
        case "holds_credential", str():
            rule = HoldsCredential(argument)
        case "completed", [_, *_] if _all_texts(argument):
            rule = Completed(tuple(argument))
        case "observed_by", {"unit": str(unit), **rest} if rest.keys() <= {"roles"}:
            rule = _observed_by(unit, rest.get("roles", list(ObservedBy(unit).roles)))
        case "min_minutes", {} if argument:
            rule = _min_minutes(argument)
        case "code", {"name": str(), "sha256": str(), "arguments": {}, **rest} if not rest:
            rule = _reference(argument)
    return rule


def _reference(argument: Mapping[str, Any]) -> CompletionRule:
    values = ((str(key), tuple(one) if isinstance(one, list) else one) for key, one in argument["arguments"].items())
    return RuleReference(RuleCode(argument["name"], argument["sha256"]), tuple(values))


def _observed_by(unit: str, roles: Any) -> CompletionRule | None:
    return ObservedBy(unit, tuple(roles)) if isinstance(roles, list) and roles and _all_texts(roles) else None


def _min_minutes(argument: Mapping[str, Any]) -> CompletionRule | None:
    rules = tuple(MinMinutes(mode, minutes) for mode, minutes in argument.items() if _is_minutes(mode, minutes))
    if len(rules) < len(argument):
        return None
    return rules[0] if len(rules) == 1 else AllOf(rules)


def _is_minutes(mode: str, minutes: Any) -> bool:
    return mode in MODES and isinstance(minutes, int) and not isinstance(minutes, bool) and minutes > 0


def _all_texts(values: list[Any]) -> bool:
    return all(isinstance(one, str) for one in values)


def _dumped_code(rule: Any) -> dict[str, Any]:
    try:
        reference = reference_to(rule)
    except (ValueError, OSError) as error:
        raise ValidationError(str(error)) from error
    arguments = {key: list(one) if isinstance(one, tuple) else one for key, one in reference.arguments}
    return {"code": {"name": reference.code.name, "sha256": reference.code.sha256, "arguments": arguments}}


DUMPS: Mapping[type[Any], Callable[[Any], dict[str, Any]]] = {
    Passed: lambda rule: {"passed": rule.assessment_id},
    Completed: lambda rule: {"completed": list(rule.unit_ids)},
    MinMinutes: lambda rule: {"min_minutes": {rule.mode: rule.minutes}},
    ObservedBy: lambda rule: {"observed_by": {"unit": rule.unit_id, "roles": list(rule.roles)}},
    HoldsCredential: lambda rule: {"holds_credential": rule.achievement_id},
}
