"""Item analysis against figures worked out by hand and against second, simpler ways to the same number."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import permutations
from math import isclose, sqrt
from random import Random
from statistics import fmean, pstdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms_core.domain import item_statistics as analysis
from lms_core.domain.item_statistics import (
    LEAST_EXPOSURES,
    ChoiceFault,
    Exposure,
    Fault,
    ItemStatistics,
    difficulty,
    discrimination,
    exposures,
    item_statistics,
    tail_size,
    upper_weights,
)
from lms_core.domain.items import Choice, Item
from lms_core.domain.outcome import ItemScore
from lms_core.domain.text import Text

rights = st.sampled_from([0.0, 1.0])
shares = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
rests = st.integers(0, 19).map(lambda points: points / 19)
papers = st.lists(st.tuples(shares, rests), min_size=2, max_size=60)


def question(*texts: str, kind: str = "single_choice") -> Item:
    """An item with these choices, of which the first is right."""
    return Item(
        id="pytanie",
        kind=kind,
        prompt=Text("Pytanie?"),
        feedback=Text("Bo tak."),
        source="art. 49",
        certainty="A",
        law_as_of=date(2026, 11, 21),
        choices=tuple(Choice(one, Text(one), correct=not number) for number, one in enumerate(texts)),
    )


ITEM = question("a", "b", "c")


def exposed(taken: str, rest: float) -> Exposure:
    """One paper on which this choice was taken; "" is none."""
    return Exposure(float(taken == "a"), rest, (taken,) if taken else ())


def figures(taken: str, points: list[int]) -> ItemStatistics:
    """Statistics of ITEM: a letter for each paper and what it earned elsewhere; "-" is no answer."""
    papers = zip(taken, points, strict=True)
    return item_statistics(ITEM, [exposed(one.strip("-"), rest / 100) for one, rest in papers])


def test_a_table_worked_out_by_hand() -> None:
    """Ten people: right are those with 10, 9, 8, 7, 6 and 2 elsewhere, wrong those with 5, 4, 3 and 1.

    M1 = 42/6 = 7, M0 = 13/4 = 3.25; the ten numbers have the variance 8.25; p q = 0.24:
    r = 3.75 / sqrt(8.25) * sqrt(0.24) = 0.6396 (to four places).
    """
    scores = [1.0] * 5 + [0.0, 0.0, 0.0, 1.0, 0.0]
    elsewhere = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
    assert difficulty(scores) == 0.6
    assert round(discrimination(scores, elsewhere), 4) == 0.6396


@given(st.lists(st.tuples(rights, rests), min_size=2, max_size=60))
def test_for_right_or_wrong_it_is_the_point_biserial_coefficient(table: list[tuple[float, float]]) -> None:
    scores, elsewhere = [one[0] for one in table], [one[1] for one in table]
    p, s = fmean(scores), pstdev(elsewhere)
    found = discrimination(scores, elsewhere)
    if p in {0, 1} or len(set(elsewhere)) == 1:
        assert found is None
        return
    right = fmean(rest for score, rest in table if score)
    wrong = fmean(rest for score, rest in table if not score)
    assert isclose(found, (right - wrong) / s * sqrt(p * (1 - p)), abs_tol=1e-8)


@given(papers)
def test_it_is_pearsons_coefficient_in_exact_arithmetic(table: list[tuple[float, float]]) -> None:
    xs, ys = ([Fraction(one[side]).limit_denominator(1000) for one in table] for side in (0, 1))
    n = len(table)
    sxy = n * sum(x * y for x, y in zip(xs, ys, strict=True)) - sum(xs) * sum(ys)
    sxx, syy = (n * sum(v * v for v in values) - sum(values) ** 2 for values in (xs, ys))
    found = discrimination([one[0] for one in table], [one[1] for one in table])
    if not sxx or not syy:
        assert found is None
    else:
        assert isclose(found, float(sxy) / sqrt(sxx * syy), abs_tol=1e-8)
        assert -1 <= found <= 1


@given(papers)
def test_turning_a_key_round_turns_the_sign(table: list[tuple[float, float]]) -> None:
    scores, elsewhere = [one[0] for one in table], [one[1] for one in table]
    found = discrimination(scores, elsewhere)
    turned = discrimination([1 - one for one in scores], elsewhere)
    assert found is turned is None or isclose(found, -turned, abs_tol=1e-8)
    assert isclose(difficulty([1 - one for one in scores]), 1 - difficulty(scores))


@pytest.mark.parametrize(("count", "size"), [(1, 1), (3, 1), (10, 3), (11, 3), (37, 10), (100, 27), (1000, 270)])
def test_a_tail_is_27_percent(count: int, size: int) -> None:
    assert tail_size(count) == size


@settings(deadline=None)  # all orders of six
@given(st.lists(st.integers(0, 4), min_size=1, max_size=6))
def test_equals_at_the_edge_share_as_if_every_order_were_tried(points: list[int]) -> None:
    """The second way: sort in every order, cut off the best, count how often each paper is among them."""
    size = tail_size(len(points))
    orders = list(permutations(range(len(points))))
    taken = [0] * len(points)
    for order in orders:
        for place in sorted(order, key=lambda one: -points[one])[:size]:
            taken[place] += 1
    expected = [one / len(orders) for one in taken]
    found = upper_weights([float(one) for one in points])
    assert all(isclose(a, b, abs_tol=1e-9) for a, b in zip(found, expected, strict=True))


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c", ""]), rests), min_size=10, max_size=40), st.integers())
def test_no_accident_of_order_and_no_share_beyond_its_bounds(table: list[tuple[str, float]], seed: int) -> None:
    seen = [exposed(*one) for one in table]
    found = item_statistics(ITEM, seen)
    shuffled = seen.copy()
    Random(seed).shuffle(shuffled)
    assert item_statistics(ITEM, shuffled) == found
    for choice in found.figures.choices:
        assert 0 <= choice.lower <= 1
        assert 0 <= choice.upper <= 1
        assert choice.taken == sum(one == choice.choice.id for one, _ in table)
    assert sum(one.taken for one in found.figures.choices) + found.figures.omitted == len(table)


def test_each_tail_is_counted_at_its_own_end() -> None:
    """Of eleven papers the best three took a, a, b and the weakest b, c and nothing."""
    a, b, c = figures("aabaaacabc-", [99, 98, 97, 60, 59, 58, 57, 56, 3, 2, 1]).figures.choices
    third = pytest.approx(1 / 3)
    assert (a.taken, a.upper, a.lower) == (6, pytest.approx(2 / 3), 0)
    assert (b.taken, b.upper, b.lower) == (2, third, third)
    assert (c.taken, c.upper, c.lower) == (2, 0, third)


def test_nothing_is_told_of_fewer_than_ten() -> None:
    taken, points = "aaabbbaaa", [9, 8, 7, 6, 5, 4, 3, 2, 1]
    few = figures(taken, points)
    assert (few.exposures, few.figures, few.faults, few.choice_faults, few.flagged) == (9, None, (), (), False)
    assert figures(taken + "c", [*points, 0]).figures is not None
    assert LEAST_EXPOSURES == 10


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ("aaaaaaabcb", ()),
        ("aaaaaaaaaa", (Fault.EASY,)),
        ("bbbbbbcaaa", (Fault.KEY,)),
        ("bbbcccbbca", (Fault.KEY, Fault.HARD)),
        ("acbbcbbccb", (Fault.HARD,)),
        ("bbccbbccbb", (Fault.HARD,)),
        ("abababacab", (Fault.WEAK,)),
        ("cabbbbabbc", (Fault.HARD, Fault.WEAK)),
    ],
)
def test_what_the_figures_speak_for(taken: str, expected: tuple[Fault, ...]) -> None:
    """Papers from the best to the weakest."""
    found = figures(taken, list(range(10, 0, -1)))
    assert found.faults == expected, found.figures
    assert found.flagged or not expected


def test_an_easy_question_has_no_wrong_key() -> None:
    """Of twenty the best one slipped: the coefficient is below zero, and says nothing."""
    found = figures("b" + "a" * 19, list(range(20, 0, -1)))
    assert found.figures.discrimination < 0
    assert found.faults == (Fault.EASY,)


def test_wrong_choices_that_do_no_work_or_harm() -> None:
    found = figures("bbaaaaaaaa", list(range(10, 0, -1)))
    assert {one.choice.id: one.fault for one in found.choice_faults} == {
        "b": ChoiceFault.MISLEADING,
        "c": ChoiceFault.UNUSED,
    }
    one_slip = figures("bcccaaaaac", list(range(10, 0, -1)))
    assert [one.choice.id for one in one_slip.choice_faults] == ["c"], "who took b alone may have slipped"


def test_what_wrongs_learners_is_looked_at_first() -> None:
    points = list(range(10, 0, -1))
    wrong_key, misleading, hard, weak, easy, sound = (
        figures(taken, points)
        for taken in ("bbbbbbcaaa", "babaaaaacc", "acbbcbcccb", "abababacab", "aaaaaaaaaa", "aaaaaaabcb")
    )
    mixed = [sound, easy, weak, hard, misleading, wrong_key]
    assert sorted(mixed, key=lambda one: one.urgency) == [wrong_key, misleading, hard, weak, easy, sound]
    assert figures("aaa", [1, 2, 3]).urgency == sound.urgency


def test_only_what_is_chosen_has_choices() -> None:
    for kind, count in (("single_choice", 3), ("multiple_choice", 3), ("ordering", 0), ("matching", 0), ("numeric", 0)):
        found = item_statistics(question("a", "b", "c", kind=kind), [exposed("a", 0.5)] * 10)
        assert len(found.figures.choices) == count, kind


def test_the_rest_leaves_the_item_itself_out() -> None:
    scores = (ItemScore("x", 2.0, 2.0), ItemScore("y", 0.0, 1.0), ItemScore("z", 0.5, 1.0))
    found = exposures(scores, {"x": ("a",), "z": ("a", "b")})
    assert found == {
        "x": Exposure(1.0, 0.25, ("a",)),
        "y": Exposure(0.0, round(2.5 / 3, 9), ()),
        "z": Exposure(0.5, round(2 / 3, 9), ("a", "b")),
    }


def test_a_penalty_is_no_part_of_how_hard_a_question_is() -> None:
    found = exposures((ItemScore("x", -0.5, 1.0), ItemScore("y", 1.0, 1.0)), {"x": ("b",)})
    assert (found["x"].score, found["y"].rest) == (0.0, 0.0)


def test_a_paper_of_one_question_has_no_rest() -> None:
    assert exposures((ItemScore("x", 1.0, 1.0),), {})["x"].rest == 0.0


@given(st.lists(st.sampled_from([0.1, 0.2, 0.7]), min_size=3, max_size=9), st.integers())
def test_the_same_points_are_the_same_rest_in_any_order(points: list[float], seed: int) -> None:
    """Sums of binary fractions depend on the order; papers do not."""
    scores = [ItemScore(str(number), one, 1.0) for number, one in enumerate(points)]
    shuffled = scores.copy()
    Random(seed).shuffle(shuffled)
    assert exposures(scores, {}) == exposures(shuffled, {})


def test_the_module_knows_nobody() -> None:
    """No field of what it gives could hold a person, an attempt or a moment."""
    names = {name for one in vars(analysis).values() for name in getattr(one, "__dataclass_fields__", ())}
    assert names & {"person", "person_id", "attempt", "attempt_id", "enrolment_id", "name", "email", "at"} == set()
