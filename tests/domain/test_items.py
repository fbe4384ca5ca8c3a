"""Items: what an author must mend, what may be an answer, and what a learner never sees."""

from dataclasses import asdict, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_core.domain.errors import Invalid
from lms_core.domain.items import STOCK_KINDS, ChoiceView, ItemView, view
from tests.domain.values import item

KINDS = sorted(STOCK_KINDS)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["a", "b", "true", "false"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def of_kind(kind: str):
    return item("woda", kind=kind, key="true" if kind == "true_false" else "a")


HOSTILE = [
    *(None, True, 0, 1.5, float("nan"), "a", b"a", {}, {"a": True}, ("a",), {"a"}, object()),
    *([None], [1], [True], [["a"]], [{"id": "a"}], ["A"], ["a "], [""], ["a\x00"], ["nie-ma"], ["a", 1], [b"a"]),
    ["\ud800"],
    ["x"] * 100_000,
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("raw", HOSTILE, ids=lambda raw: repr(raw)[:20].encode("ascii", "replace").decode())
def test_a_hostile_answer_is_refused_in_polish(kind: str, raw: object) -> None:
    with pytest.raises(Invalid) as caught:
        STOCK_KINDS[kind].read(of_kind(kind), raw)
    assert caught.value.message.endswith(".")
    assert caught.value.code.startswith("response_")


@given(st.sampled_from(KINDS), json_values)
def test_reading_gives_a_response_or_invalid_and_nothing_else(kind: str, raw: object) -> None:
    one = of_kind(kind)
    try:
        response = STOCK_KINDS[kind].read(one, raw)
    except Invalid:
        return
    assert response == tuple(sorted(set(response)))
    assert set(response) <= {choice.id for choice in one.choices}
    assert STOCK_KINDS[kind].points(one, response) in {0.0, 1.0}


def test_no_choice_is_a_response_that_withdraws() -> None:
    assert all(STOCK_KINDS[kind].read(of_kind(kind), []) == () for kind in KINDS)


def test_order_and_repetition_of_choices_mean_nothing() -> None:
    one = item("zapas", kind="multiple_choice", key="ac")
    assert STOCK_KINDS["multiple_choice"].read(one, ["c", "a", "c"]) == ("a", "c") == one.key


@pytest.mark.parametrize("kind", ["single_choice", "true_false"])
def test_two_choices_where_one_is_wanted_are_refused(kind: str) -> None:
    one = of_kind(kind)
    with pytest.raises(Invalid, match="response_count"):
        STOCK_KINDS[kind].read(one, [choice.id for choice in one.choices][:2])


@pytest.mark.parametrize(
    ("kind", "key", "says"),
    [
        ("single_choice", "", "żadna odpowiedź"),
        ("multiple_choice", "", "żadna odpowiedź"),
        ("single_choice", "ab", "użyj multiple_choice"),
    ],
)
def test_an_author_is_told_of_a_wrong_key(kind: str, key: str, says: str) -> None:
    assert any(says in problem for problem in STOCK_KINDS[kind].problems(item("woda", kind=kind, key=key)))


def test_an_author_is_told_of_choices_that_are_none() -> None:
    one = item("woda")
    kind = STOCK_KINDS["single_choice"]
    assert any("co najmniej dwie" in said for said in kind.problems(replace(one, choices=one.choices[:1])))
    assert any("powtarzają się" in said for said in kind.problems(replace(one, choices=one.choices[:1] * 2)))
    assert list(kind.problems(one)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_view_has_no_room_for_a_key(kind: str) -> None:
    assert {field.name for field in fields(ItemView)} == {"id", "kind", "prompt", "choices"}
    assert {field.name for field in fields(ChoiceView)} == {"id", "text"}
    assert "SEKRET" in repr(of_kind(kind)), "the test would hold for nothing"
    shown = view(of_kind(kind), [choice.id for choice in of_kind(kind).choices])
    assert "SEKRET" not in repr(asdict(shown))


def test_a_view_keeps_the_order_of_the_paper() -> None:
    assert [choice.id for choice in view(item("woda"), ["c", "a", "d", "b"]).choices] == ["c", "a", "d", "b"]
