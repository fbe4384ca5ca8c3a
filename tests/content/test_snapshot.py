"""The snapshot of a program: the same text in, the same value out, and a digest that knows every change."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from marshmallow import ValidationError

from lms_core.content.loader import load_program
from lms_core.content.snapshot import canonical_json, digest_of, program_from
from lms_core.domain.program import TrainingProgram
from lms_core.domain.rules import Status, Verdict, WithinDays, parts
from lms_core.domain.text import Text
from tests.content.sample import FILES, write
from tests.domain.strategies import meaningful_rule


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> TrainingProgram:
    return load_program(write(tmp_path_factory.mktemp("sample")))


def test_a_snapshot_loads_back_into_the_same_program(program: TrainingProgram) -> None:
    body = canonical_json(program)
    assert program_from(body) == program
    assert canonical_json(program_from(body)) == body


@given(rule=meaningful_rule)
def test_any_composition_of_stock_rules_survives(program: TrainingProgram, rule) -> None:
    assume(all(part.days > 0 for part in parts(rule) if isinstance(part, WithinDays)))  # files ask for a day or more
    composed = replace(program, completion=rule)
    assert program_from(canonical_json(composed)).completion == rule


def test_translations_survive(program: TrainingProgram) -> None:
    kept = program_from(canonical_json(program))
    assert kept.title == Text("Próba programu", "A trial program")
    assert kept.units[0].body.en == FILES["lessons/woda.en.md"]
    assert kept.items["zapas-wody"].choices[1].text.en == "3 litres"
    assert kept.items["syrena"].choices[0].text == Text("Prawda", "True")
    assert kept.certificate.statement.en is None


def test_a_snapshot_is_compact_and_keeps_polish_letters(program: TrainingProgram) -> None:
    body = canonical_json(program)
    assert "Zaświadczenie próbne" in body
    assert body == json.dumps(json.loads(body), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def leaves(value: Any, path: tuple = ()) -> Iterator[tuple]:
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from leaves(value[key], (*path, key))
    else:
        yield path


def changed(body: str, path: tuple) -> str:
    """The document with one text made longer, one number larger or one truth turned round."""
    document = json.loads(body)
    place = document
    for key in path[:-1]:
        place = place[key]
    value = place[path[-1]]
    place[path[-1]] = value + "x" if isinstance(value, str) else not value if isinstance(value, bool) else value + 1
    return json.dumps(document)


def test_the_digest_knows_every_change_of_a_text(program: TrainingProgram) -> None:
    body = canonical_json(program)
    texts = [path for path in leaves(json.loads(body)) if path[-1] in {"pl", "en", "source"}]
    digests = {digest_of(canonical_json(program_from(changed(body, path)))) for path in texts}
    assert len(digests - {digest_of(body)}) == len(texts) > 40


@pytest.mark.parametrize("key", ["minutes", "pass_percent", "correct", "critical", "attempts", "valid_months", "facts"])
def test_the_digest_knows_every_change_of_a_number_or_a_key(program: TrainingProgram, key: str) -> None:
    body = canonical_json(program)
    bodies = []
    for path in leaves(json.loads(body)):
        if key in path:
            with suppress(ValidationError):  # a second correct choice, say, where one is wanted
                bodies.append(canonical_json(program_from(changed(body, path))))
    assert bodies
    assert digest_of(body) not in map(digest_of, bodies)


def test_the_digest_is_sha256_of_the_text() -> None:
    assert digest_of("żółw") == "f36b811094f4408ff06897bb585bbd814e42bb0463782c8b0b4d28d9ca8e2591"


def reversed_keys(text: str) -> str:
    """The same TOML with the one-line keys of every table in the opposite order."""
    made: list[str] = []
    block: list[str] = []
    for line in [*text.split("\n"), ""]:
        if re.match(r"[a-z_]+ = .*[^\[]$", line):
            block.append(line)
        else:
            made += [*reversed(block), line]
            block = []
    return "\n".join(made)


def test_the_order_of_keys_means_nothing(program: TrainingProgram, tmp_path) -> None:
    turned = {name: reversed_keys(FILES[name]) for name in ("program.toml", "items/cwiczenie.toml")}
    assert all(text != FILES[name] for name, text in turned.items())
    assert canonical_json(load_program(write(tmp_path, turned))) == canonical_json(program)


def test_the_order_of_items_means_something(program: TrainingProgram) -> None:
    pool = program.pools[0]
    turned = replace(program, pools=(replace(pool, items=pool.items[::-1]), *program.pools[1:]))
    assert canonical_json(turned) != canonical_json(program)


def code_rule(progress) -> Verdict:
    return Verdict(Status.PENDING, ("never",))


def test_a_rule_that_is_code_has_no_snapshot_and_says_so(program: TrainingProgram) -> None:
    with pytest.raises(ValidationError, match="musi być zamrożoną klasą danych"):
        canonical_json(replace(program, completion=code_rule))


@pytest.mark.parametrize("body", ["{}", "[]", "null", '{"id": "proba"}'])
def test_a_damaged_snapshot_is_refused(body: str) -> None:
    with pytest.raises(ValidationError):
        program_from(body)
