"""Items of every kind: what an author must mend, what may be an answer, and what a learner never sees."""

from dataclasses import asdict, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_core.domain.errors import Invalid
from lms_core.domain.item_kinds import KIND_FIELDS, STOCK_KINDS, key_of, kind_of, problems, view
from lms_core.domain.items import Choice, ChoiceView, Form, ItemView, Scenario, ScenarioView, Target
from lms_core.domain.text import Text
from tests.domain.item_strategies import any_item, json_values, responses
from tests.domain.values import KINDS, PAIRING, TYPING, item, of_kind

HOSTILE = [
    *(None, True, 0, 1.5, float("nan"), "a", b"a", {}, {"a": True}, ("a",), {"a"}, object()),
    *([None], [1], [True], [["a"]], [{"id": "a"}], ["a", 1], [b"a"]),
    *(["\ud800"], ["x"] * 100_000, ["x" * 1_000_000], ["e\u0301\u0323" * 100_000]),
]
STRANGE_CHOICES = [["A"], ["a "], [""], ["a\x00"], ["nie-ma"], ["a:nie-ma"], [":"], ["a:do-a:1"], ["a:0"], ["a:5"]]


def shown(raw: object) -> str:
    return repr(raw)[:20].encode("ascii", "replace").decode()


def test_every_stock_kind_is_tested() -> None:
    assert set(KINDS) == set(STOCK_KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_tests_use_items_that_an_author_may_write(kind: str) -> None:
    assert list(problems(of_kind(kind))) == []


@given(any_item())
def test_the_strategies_draw_items_that_an_author_may_write(one) -> None:
    assert list(problems(one)) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("raw", HOSTILE, ids=shown)
def test_a_hostile_answer_is_refused_in_polish(kind: str, raw: object) -> None:
    with pytest.raises(Invalid) as caught:
        STOCK_KINDS[kind].read(of_kind(kind), raw)
    assert caught.value.message.endswith(".")
    assert caught.value.code.startswith("response_")


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(TYPING)))
@pytest.mark.parametrize("raw", STRANGE_CHOICES, ids=shown)
def test_what_the_item_does_not_offer_is_refused(kind: str, raw: object) -> None:
    with pytest.raises(Invalid, match="response_choice"):
        STOCK_KINDS[kind].read(of_kind(kind), raw)


@given(any_item(), json_values)
def test_reading_gives_a_response_or_invalid_and_nothing_else(one, raw: object) -> None:
    kind = kind_of(one)
    try:
        response = kind.read(one, raw)
    except Invalid:
        return
    assert response == tuple(sorted(set(response)))
    assert kind.read(one, list(response)) == response, "what was read reads as itself"
    assert 0.0 <= kind.share(one, response) <= 1.0
    assert isinstance(kind.remark(one, response), str | None)
    assert all(isinstance(line, str) for line in kind.wording(one, response))


@given(st.data())
def test_the_order_and_repetition_of_parts_mean_nothing(data) -> None:
    one = data.draw(any_item(kinds=set(KINDS) - set(TYPING)))
    response = list(data.draw(responses(one)))
    mixed = data.draw(st.permutations([*response, *response[:1]]))
    assert kind_of(one).read(one, mixed) == tuple(response)


@given(any_item())
def test_the_key_is_a_response_and_earns_the_whole_share(one) -> None:
    kind = kind_of(one)
    response = kind.read(one, list(key_of(one)))
    assert kind.share(one, response) == 1.0
    assert kind.remark(one, response) is None
    assert kind.wording(one, response)


@given(any_item())
def test_nothing_is_a_response_that_withdraws_and_earns_nothing(one) -> None:
    kind = kind_of(one)
    assert kind.read(one, []) == ()
    assert kind.share(one, ()) == 0.0
    assert kind.remark(one, ()) is None
    assert kind.wording(one, ()) == ()


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_share_is_all_or_nothing_unless_the_author_gives_partial_credit(kind: str, data) -> None:
    one = data.draw(any_item(kinds=[kind]))
    response = data.draw(responses(one))
    share = kind_of(one).share(replace(one, partial_credit=False), response)
    assert share in {0.0, 1.0}
    assert share <= kind_of(one).share(one, response) <= 1.0, "partial credit never takes away"


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
        ("numeric", "dwanaście", "jednej liczby"),
        ("numeric", "1e5", "jednej liczby"),
        ("numeric", "", "jednej liczby"),
        ("short_text", " . ", "listy uznawanych odpowiedzi"),
        ("short_text", "x" * 201, "najwyżej 200 znaków"),
    ],
)
def test_an_author_is_told_of_a_wrong_key(kind: str, key: str, says: str) -> None:
    assert any(says in problem for problem in problems(item("woda", kind=kind, key=key)))


FEW = (Choice("a", Text("Jeden"), match="do-a"),)
SPOILT = [
    ("single_choice", {"choices": FEW}, "co najmniej dwie"),
    ("single_choice", {"choices": of_kind("single_choice").choices[:1] * 2}, "powtarzają się"),
    ("single_choice", {"choices": of_kind("matching").choices}, "match mają tylko"),
    ("true_false", {"choices": of_kind("single_choice").choices}, "answer = true"),
    ("true_false", {"choices": of_kind("true_false").choices[::-1]}, "answer = true"),
    ("single_choice", {"partial_credit": True}, "nie ma klucza partial_credit"),
    ("single_choice", {"answers": ("a",)}, "nie ma klucza answers"),
    ("short_text", {"unit": "km"}, "nie ma klucza unit"),
    ("short_text", {"answers": ()}, "listy uznawanych odpowiedzi"),
    ("numeric", {"answers": ("1", "2")}, "jednej liczby"),
    ("numeric", {"tolerance": "-1"}, "nie mniejszą niż zero"),
    ("numeric", {"tolerance": "mało"}, "nie mniejszą niż zero"),
    ("numeric", {"choices": FEW}, "nie ma klucza choices"),
    ("matching", {"choices": FEW}, "co najmniej dwóch elementów"),
    ("matching", {"targets": (Target("do-a", Text("A")),)}, "dwóch możliwości"),
    ("matching", {"targets": of_kind("matching").targets[:1] * 2}, "możliwości powtarzają się"),
    ("matching", {"targets": of_kind("matching").targets[1:]}, "„a” nie wskazuje"),
    ("matching", {"choices": of_kind("matching").choices[:1] * 2}, "elementów powtarzają się"),
    ("matching", {"choices": of_kind("single_choice").choices}, "zamiast correct podaje się match"),
    ("ordering", {"choices": FEW}, "co najmniej dwa elementy"),
    ("ordering", {"choices": of_kind("ordering").choices[:1] * 2}, "elementów powtarzają się"),
    ("ordering", {"choices": of_kind("multiple_choice").choices}, "bez correct i match"),
    ("ordering", {"shuffle": False}, "muszą być mieszane"),
]


@pytest.mark.parametrize(("kind", "changes", "says"), SPOILT, ids=[f"{kind}: {says}" for kind, _, says in SPOILT])
def test_an_author_is_told_of_parts_that_do_not_fit(kind: str, changes, says: str) -> None:
    assert any(says in problem for problem in problems(of_kind(kind, **changes)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_view_has_no_room_for_a_key(kind: str) -> None:
    assert {field.name for field in fields(ItemView)} == {
        *("id", "kind", "form", "prompt", "points", "choices", "targets", "unit", "scenario")
    }
    assert {field.name for field in fields(ChoiceView)} == {"id", "text"}
    assert {field.name for field in fields(ScenarioView)} == {"id", "title", "text"}
    one = of_kind(kind, **{"answers": ("77.5",), "tolerance": "0.25"} if kind == "numeric" else {})
    one = replace(one, answers=("SEKRET",)) if kind == "short_text" else one
    assert "SEKRET" in repr(one), "the test would hold for nothing"
    case = Scenario("powodz", Text("Powódź"), Text("Rzeka wylała."), (one, item("obca", key="b")))
    targets = [target.id for target in kind_of(one).targets(one)]
    seen = repr(asdict(view(one, [choice.id for choice in one.choices], targets, case)))
    assert not [secret for secret in ("SEKRET", "77.5", "0.25", "obca") if secret in seen]
    assert "Rzeka wylała." in seen


@pytest.mark.parametrize("kind", PAIRING)
def test_a_view_keeps_the_order_of_the_paper(kind: str) -> None:
    one = of_kind(kind)
    order = [target.id for target in kind_of(one).targets(one)][::-1]
    seen = view(one, ["c", "a", "d", "b"], order)
    assert [choice.id for choice in seen.choices] == ["c", "a", "d", "b"]
    assert [target.id for target in seen.targets] == order


def test_a_view_says_how_the_item_is_asked() -> None:
    forms = {kind: view(of_kind(kind), []).form for kind in KINDS}
    assert forms == {
        "single_choice": Form.ONE,
        "multiple_choice": Form.MANY,
        "true_false": Form.ONE,
        "numeric": Form.NUMBER,
        "short_text": Form.TEXT,
        "matching": Form.PAIRS,
        "ordering": Form.PAIRS,
    }
    assert view(of_kind("numeric", unit="km"), []).unit == "km"


def test_every_field_of_a_kind_is_a_field_of_items() -> None:
    assert {"choices", "targets", "answers", "tolerance", "unit", "partial_credit"} == KIND_FIELDS
