"""Scoring: the pass mark to the last point, critical items, items left without an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_core.domain.outcome import ItemScore
from lms_core.domain.paper import PaperItem
from lms_core.domain.scoring import item_scores, outcome
from tests.domain.values import exam, item


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


ITEMS = {
    one.id: one
    for one in (
        item("woda"),
        item("alarm", key="b", critical=True),
        item("zapas", kind="multiple_choice", key="acd"),
        item("schron", kind="true_false", key="false"),
    )
}
PAPER = tuple(PaperItem(one, ()) for one in ITEMS)
RIGHT = {"woda": ("a",), "alarm": ("b",), "zapas": ("a", "c", "d"), "schron": ("false",)}


def test_all_right_is_the_whole_score() -> None:
    decided = outcome(exam(), item_scores(PAPER, ITEMS, RIGHT))
    assert (decided.raw, decided.max, decided.scaled, decided.success) == (4.0, 4.0, 1.0, True)
    assert decided.completion
    assert decided.trace == ("score:4/4", "pass_mark:70:reached")


def test_a_wrong_critical_item_fails_an_exam_that_reached_its_mark() -> None:
    decided = outcome(exam(), item_scores(PAPER, ITEMS, RIGHT | {"alarm": ("a",)}))
    assert (decided.percent, decided.success) == (75, False)
    assert decided.trace == ("score:3/4", "pass_mark:70:reached", "critical_wrong:alarm")


def test_a_critical_item_without_an_answer_is_wrong() -> None:
    unanswered = {name: response for name, response in RIGHT.items() if name != "alarm"}
    assert not outcome(exam(), item_scores(PAPER, ITEMS, unanswered)).success


def test_a_critical_item_that_is_right_does_not_replace_the_pass_mark() -> None:
    decided = outcome(exam(), item_scores(PAPER, ITEMS, {"alarm": ("b",)}))
    assert (decided.success, decided.trace) == (False, ("score:1/4", "pass_mark:70:missed"))


@pytest.mark.parametrize("response", [(), ("a",), ("a", "c"), ("a", "b", "c", "d")])
def test_multiple_choice_is_all_or_nothing(response) -> None:
    points = {one.item_id: one.points for one in item_scores(PAPER, ITEMS, RIGHT | {"zapas": response})}
    assert points["zapas"] == 0.0


def test_nothing_answered_scores_nothing_and_completes_the_attempt() -> None:
    decided = outcome(exam(), item_scores(PAPER, ITEMS, {}))
    assert (decided.raw, decided.max, decided.success, decided.completion) == (0.0, 4.0, False, True)


def test_an_answer_to_an_item_outside_the_paper_counts_for_nothing() -> None:
    assert item_scores(PAPER[:1], ITEMS, RIGHT) == (ItemScore("woda", 1.0, 1.0),)
