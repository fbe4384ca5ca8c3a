"""Scoring: the pass mark to the last point, critical items, items left without an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_core.domain.outcome import ItemScore, Outcome
from lms_core.domain.paper import PaperItem
from lms_core.domain.program import Draw, Pool
from lms_core.domain.reasons import explained
from lms_core.domain.scoring import item_scores, outcome
from lms_core.domain.text import Text
from tests.domain.values import exam, item, program


def scores(*points: float) -> tuple[ItemScore, ...]:
    return tuple(ItemScore(f"pytanie-{number}", one, 1.0) for number, one in enumerate(points))


@pytest.mark.parametrize(
    ("points", "percent", "success"),
    [
        ((1, 1, 1, 0.5, 0), 70, True),
        ((1, 1, 1, 0.4999, 0), 69, False),
        ((1,) * 6 + (0.999,) + (0,) * 3, 69, False),
        ((1,) * 7 + (0,) * 3, 70, True),
        ((0.7,) * 15, 70, True),  # added up one by one, fifteen times 0.7 is 10.499999999999996
        ((0.6999,) * 15, 69, False),
        ((1,) * 29 + (0,) * 71, 29, False),  # 29 / 100 * 100 is 28.999999999999996
        ((1, 1, 0), 66, False),
        ((0, 0), 0, False),
        ((1, 1), 100, True),
    ],
)
def test_the_pass_mark_is_reached_or_not(points, percent, success) -> None:
    decided = outcome(exam(pass_percent=70), scores(*points))
    assert (decided.percent, decided.success) == (percent, success)


@given(st.integers(1, 200), st.data(), st.integers(1, 100))
def test_whole_points_pass_exactly_as_in_whole_numbers(count, data, mark) -> None:
    right = data.draw(st.integers(0, count))
    decided = outcome(exam(pass_percent=mark), scores(*[1.0] * right, *[0.0] * (count - right)))
    assert decided.success is (100 * right >= mark * count)
    assert decided.percent == 100 * right // count
    assert decided.success is (decided.percent >= mark), "what is printed agrees with what was decided"


@given(st.lists(st.integers(0, 100), min_size=1, max_size=200), st.integers(1, 100))
def test_hundredths_of_points_pass_exactly_too(hundredths, mark) -> None:
    decided = outcome(exam(pass_percent=mark), scores(*[one / 100 for one in hundredths]))
    assert decided.success is (sum(hundredths) >= mark * len(hundredths))
    assert decided.success is (decided.percent >= mark)


@pytest.mark.parametrize(("hundredth", "count"), [(1, 29), (2, 29), (7, 38), (70, 15), (29, 29), (99, 20)])
def test_the_exact_mark_passes_where_binary_fractions_fall_short(hundredth: int, count: int) -> None:
    points = scores(*[hundredth / 100] * count)
    assert outcome(exam(pass_percent=hundredth), points).success
    assert not outcome(exam(pass_percent=hundredth + 1), points).success


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.integers(0, 29))
def test_another_point_never_turns_a_pass_into_a_fail(points, place) -> None:
    better = [*points]
    better[place % len(points)] = 1.0
    if outcome(exam(), scores(*points)).success:
        assert outcome(exam(), scores(*better)).success


def test_no_paper_is_no_pass() -> None:
    decided = outcome(exam(pass_percent=1), ())
    assert (decided.success, decided.scaled) == (False, 0.0)


PROGRAM = program(
    item("woda"),
    item("alarm", key="b", critical=True),
    item("zapas", kind="multiple_choice", key="acd"),
    item("schron", kind="true_false", key="false"),
)
PAPER = tuple(PaperItem(one) for one in PROGRAM.items)
RIGHT = {"woda": ("a",), "alarm": ("b",), "zapas": ("a", "c", "d"), "schron": ("false",)}


def graded(responses, paper=PAPER, **changes) -> Outcome:
    return outcome(exam(**changes), item_scores(PROGRAM, exam(**changes), paper, responses=responses))


def test_all_right_is_the_whole_score() -> None:
    decided = graded(RIGHT)
    assert (decided.raw, decided.max, decided.scaled, decided.success) == (4.0, 4.0, 1.0, True)
    assert decided.completion
    assert decided.trace == ("score:4/4", "pass_mark:70:reached")


def test_a_wrong_critical_item_fails_an_exam_that_reached_its_mark() -> None:
    decided = graded(RIGHT | {"alarm": ("a",)})
    assert (decided.percent, decided.success) == (75, False)
    assert decided.trace == ("score:3/4", "pass_mark:70:reached", "critical_wrong:alarm")


def test_a_critical_item_without_an_answer_is_wrong() -> None:
    assert not graded({name: response for name, response in RIGHT.items() if name != "alarm"}).success


def test_a_critical_item_that_is_right_does_not_replace_the_pass_mark() -> None:
    decided = graded({"alarm": ("b",)})
    assert (decided.success, decided.trace) == (False, ("score:1/4", "pass_mark:70:missed"))


@pytest.mark.parametrize("response", [(), ("a",), ("a", "c"), ("a", "b", "c", "d")])
def test_multiple_choice_is_all_or_nothing(response) -> None:
    scored = item_scores(PROGRAM, exam(), PAPER, responses=RIGHT | {"zapas": response})
    assert {one.item_id: one.points for one in scored}["zapas"] == 0.0


def test_nothing_answered_scores_nothing_and_completes_the_attempt() -> None:
    decided = graded({})
    assert (decided.raw, decided.max, decided.success, decided.completion) == (0.0, 4.0, False, True)


def test_an_answer_to_an_item_outside_the_paper_counts_for_nothing() -> None:
    assert item_scores(PROGRAM, exam(), PAPER[:1], responses=RIGHT) == (ItemScore("woda", 1.0, 1.0, stratum="pula"),)


def test_points_that_binary_fractions_cannot_hold_are_a_whole_score() -> None:
    """Added up one by one, three times 0.1 is 0.30000000000000004 and fifteen times 0.7 is 10.499999999999996."""
    for value, count in [(0.1, 3), (0.7, 15), (0.7, 45), (1 / 3, 3)]:
        decided = outcome(exam(), tuple(ItemScore("x", value, value, stratum="pula") for _ in range(count)))
        assert (decided.scaled, decided.raw) == (1.0, decided.max)


def test_points_weigh() -> None:
    heavy = program(item("woda", points=3.0), item("alarm"))
    scores = item_scores(heavy, exam(), PAPER[:2], responses={"woda": ("a",)})
    assert outcome(exam(), scores).percent == 75


@pytest.mark.parametrize(
    ("penalty", "wrong", "raw", "trace"),
    [
        (0.25, 1, 2.75, ("score:2.75/4", "pass_mark:50:reached", "penalty:0.25")),
        (1.0, 2, 0.0, ("score:0/4", "pass_mark:50:missed", "penalty:2")),
        (1.0, 3, 0.0, ("score:0/4", "pass_mark:50:missed", "penalty:3")),
        (0.0, 3, 1.0, ("score:1/4", "pass_mark:50:missed")),
    ],
)
def test_a_wrong_answer_costs_what_the_author_says_and_never_below_nothing(penalty, wrong, raw, trace) -> None:
    spoilt = dict(list({"woda": ("b",), "zapas": ("b",), "schron": ("true",)}.items())[:wrong])
    decided = graded(RIGHT | spoilt, wrong_penalty=penalty, pass_percent=50)
    assert (decided.raw, decided.trace) == (raw, trace)


def test_no_answer_costs_nothing() -> None:
    answered = {"woda": ("a",), "alarm": ("b",), "zapas": ()}
    assert graded(answered, wrong_penalty=1.0).raw == 2.0


PARTIAL = program(
    item("zapas", kind="multiple_choice", key="ac", partial_credit=True, points=2.0),
    item("pary", kind="matching", partial_credit=True, points=4.0),
    item("kroki", kind="ordering", partial_credit=True, points=4.0),
)


@pytest.mark.parametrize(
    ("name", "response", "points"),
    [
        ("zapas", ("a",), 1.0),
        ("zapas", ("a", "b"), -0.5),
        ("zapas", ("a", "b", "c"), 1.0),
        ("zapas", ("a", "b", "c", "d"), -0.5),
        ("zapas", ("b", "d"), -0.5),
        ("pary", ("a:do-a", "b:do-b", "c:do-a"), 2.0),
        ("pary", ("a:do-e",), -1.0),
        ("kroki", ("a:1", "b:2", "c:4", "d:3"), 2.0),
        ("kroki", ("a:1", "b:1"), 1.0),
        ("kroki", ("a:1", "b:1", "c:1", "d:1"), 1.0),
    ],
)
def test_parts_of_a_right_answer_earn_points_where_the_author_wants_it(name, response, points) -> None:
    known = exam(wrong_penalty=0.25)
    (score,) = item_scores(PARTIAL, known, (PaperItem(name),), responses={name: response})
    assert score.points == points


STRATA = program(
    pools=(
        Pool("temat-3", tuple(item(f"trzy-{number}") for number in range(5)), title=Text("Temat 3")),
        Pool("temat-4", (item("cztery", points=0.5),)),
    )
)
TWO_POOLS = {"draw": (Draw("temat-3", 5, 4.0), Draw("temat-4", 1)), "pass_percent": 50}


def in_strata(right: int, **changes) -> Outcome:
    known = exam(**TWO_POOLS | changes)
    paper = tuple(PaperItem(one) for one in STRATA.items)
    return outcome(known, item_scores(STRATA, known, paper, responses={f"trzy-{at}": ("a",) for at in range(right)}))


def test_a_stratum_below_its_minimum_fails_an_exam_that_reached_its_mark() -> None:
    decided = in_strata(3)
    assert not decided.success
    assert explained(decided.trace, STRATA) == [
        "Punkty: 3/5,5.",
        "Próg zaliczenia 50%: osiągnięty.",
        "Temat 3: 3/5 < wymagane 4",
        "temat-4: 0/0,5",
    ]


def test_a_minimum_is_reached_by_its_last_point() -> None:
    decided = in_strata(4)
    assert decided.success
    assert "Temat 3: 4/5 ≥ wymagane 4" in explained(decided.trace, STRATA)


def test_a_minimum_does_not_replace_the_pass_mark() -> None:
    assert not in_strata(4, pass_percent=80).success


def test_one_stratum_without_a_minimum_is_not_worth_a_line() -> None:
    assert not [code for code in graded(RIGHT).trace if code.startswith("stratum")]


def test_a_minimum_that_is_the_whole_stratum_can_be_reached() -> None:
    """Three times 0.1 is 0.30000000000000004, and that is what a minimum made by multiplying would ask for."""
    scores = tuple(ItemScore("x", 0.1, 0.1, stratum="pula") for _ in range(3))
    assert outcome(exam(draw=(Draw("pula", 3, 0.1 * 3),)), scores).success
