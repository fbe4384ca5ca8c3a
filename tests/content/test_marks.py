"""Identifiers that reach a page tell nothing of what their author wrote."""

from __future__ import annotations

from pathlib import Path

from lms_core.content.loader import load_program, read_program
from lms_core.content.marks import marked
from lms_core.content.snapshot import canonical_json, program_from
from lms_core.domain.item_kinds import key_of, kind_of
from lms_core.domain.items import Item

PROGRAM = Path(__file__).parents[1] / "e2e" / "every_kind"


def ids(item: Item) -> list[str]:
    return [one.id for one in (*item.choices, *item.targets)]


def test_it_works() -> None:
    written, offered = read_program(PROGRAM).program.items, load_program(PROGRAM).items
    for name, item in offered.items():
        if item.kind == "true_false":
            assert ids(item) == ["true", "false"]
        else:
            assert not set(ids(item)) & set(ids(written[name])), name
        assert kind_of(item).share(item, key_of(item)) == 1
        assert [str(choice.text) for choice in item.choices] == [str(choice.text) for choice in written[name].choices]


def test_choices_and_targets_that_an_author_named_alike_are_told_apart() -> None:
    item = load_program(PROGRAM).items["pary"]
    assert len(set(ids(item))) == len(item.choices) + len(item.targets)


def test_sorting_the_identifiers_does_not_sort_the_answer() -> None:
    """In the file the choices of an ordering are called a, b, c, in right order."""
    choices = [choice.id for choice in load_program(PROGRAM).items["kolejnosc"].choices]
    assert sorted(choices) != choices


def test_a_mark_depends_on_the_text_and_on_nothing_that_tells_the_answer(tmp_path: Path) -> None:
    first = load_program(PROGRAM)
    assert ids(first.items["jeden"]) == ids(load_program(PROGRAM).items["jeden"])
    assert program_from(canonical_json(first)) == first
    assert ids(marked(first).items["jeden"]) == ids(first.items["jeden"])
