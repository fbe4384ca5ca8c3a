"""The paper: repeatable from its seed, with every critical item, never with an item twice."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from lms_core.domain.paper import draw_paper
from lms_core.domain.program import Draw, Pool
from tests.domain.values import exam, item, program

WATER = tuple(item(f"woda-{number}", critical=number in {2, 5}) for number in range(8))
ALARM = tuple(item(f"alarm-{number}", kind="true_false", key="true") for number in range(4))
EXAM = exam(draw=(Draw("woda", 4), Draw("alarm", 3)))
PROGRAM = program(pools=(Pool("woda", WATER), Pool("alarm", ALARM)), assessments=(EXAM,))
seeds = st.integers(0, 2**63 - 1)


@given(seeds)
def test_the_same_seed_draws_the_same_paper(seed: int) -> None:
    assert draw_paper(PROGRAM, EXAM, seed=seed) == draw_paper(PROGRAM, EXAM, seed=seed)


@given(seeds)
def test_each_pool_gives_its_count_and_no_item_twice(seed: int) -> None:
    drawn = [entry.item_id for entry in draw_paper(PROGRAM, EXAM, seed=seed)]
    assert Counter(one.partition("-")[0] for one in drawn) == {"woda": 4, "alarm": 3}
    assert len(set(drawn)) == len(drawn) == PROGRAM.items_count(EXAM)


@given(seeds)
def test_critical_items_are_always_in(seed: int) -> None:
    assert {"woda-2", "woda-5"} <= {entry.item_id for entry in draw_paper(PROGRAM, EXAM, seed=seed)}


@given(seeds)
def test_choices_are_all_there_and_true_comes_before_false(seed: int) -> None:
    for entry in draw_paper(PROGRAM, EXAM, seed=seed):
        if entry.item_id.startswith("alarm"):
            assert entry.choices == ("true", "false")
        else:
            assert sorted(entry.choices) == ["a", "b", "c", "d"]


def test_seeds_differ_in_items_and_in_both_orders() -> None:
    papers = [draw_paper(PROGRAM, EXAM, seed=seed) for seed in range(60)]
    drawn = {frozenset(entry.item_id for entry in paper) for paper in papers}
    assert set().union(*drawn) == {one.id for one in (*WATER, *ALARM)}, "every item has its chance"
    assert len(drawn) > 10
    assert len({tuple(entry.item_id for entry in paper) for paper in papers}) > 50
    assert len({entry.choices for paper in papers for entry in paper if entry.item_id == "woda-2"}) > 15


def test_critical_items_are_not_always_first() -> None:
    assert len({draw_paper(PROGRAM, EXAM, seed=seed)[0].item_id for seed in range(60)}) > 3


def test_a_pool_drawn_whole_leaves_nothing_out() -> None:
    whole = exam(draw=(Draw("woda", 8),))
    assert {entry.item_id for entry in draw_paper(PROGRAM, whole, seed=1)} == {one.id for one in WATER}
