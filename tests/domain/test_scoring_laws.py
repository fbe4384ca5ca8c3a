"""The laws of scoring, over programs with items of every kind, scenarios, strata, penalties and critical items."""

from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from lms_core.domain.item_kinds import key_of, kind_of
from lms_core.domain.outcome import Outcome
from lms_core.domain.reasons import WORDINGS, explain
from lms_core.domain.scoring import Stratum, item_scores, outcome, strata_of
from tests.domain.item_strategies import Sat, any_item, responses, sat
from tests.domain.values import KINDS

QUICK = settings(phases=[Phase.generate], max_examples=5000)


def graded(one: Sat) -> Outcome:
    return outcome(one.assessment, item_scores(one.program, one.assessment, one.paper, responses=one.responses))


def keys(one: Sat) -> dict:
    return {entry.item_id: key_of(one.program.items[entry.item_id]) for entry in one.paper}


def strata(decided: Outcome) -> dict[str, float]:
    """What was reached in each pool, as the trace says it."""
    codes = [code.split(":") for code in decided.trace if code.startswith("stratum:")]
    return {pool: float(points.split("/")[0]) for _, pool, points, *_ in codes}


@given(sat())
def test_the_trace_gives_back_what_was_reached_in_each_pool(one: Sat) -> None:
    decided = graded(one)
    read = strata_of(decided.trace)
    assert {stratum.pool: stratum.raw for stratum in read} == strata(decided)
    assert tuple(stratum.code() for stratum in read) == tuple(
        code for code in decided.trace if code.startswith("stratum:")
    )


@given(sat())
def test_scoring_is_pure(one: Sat) -> None:
    before = deepcopy(one.responses)
    assert graded(one) == graded(one)
    assert one.responses == before


@given(sat())
def test_points_stay_within_their_bounds(one: Sat) -> None:
    decided = graded(one)
    assert 0.0 <= decided.raw <= decided.max
    assert 0.0 <= decided.scaled <= 1.0
    assert 0 <= decided.percent <= 100
    for score in item_scores(one.program, one.assessment, one.paper, responses=one.responses):
        assert -one.assessment.wrong_penalty * score.max <= score.points <= score.max


@given(sat())
def test_the_key_is_a_pass_with_every_point(one: Sat) -> None:
    decided = graded(replace(one, responses=keys(one)))
    assert (decided.success, decided.raw, decided.scaled, decided.percent) == (True, decided.max, 1.0, 100)
    assert not [code for code in decided.trace if code.startswith(("penalty", "critical_wrong"))]


@given(sat())
def test_nothing_answered_earns_and_costs_nothing(one: Sat) -> None:
    decided = graded(replace(one, responses={}))
    assert (decided.raw, decided.success) == (0.0, False)
    assert decided == graded(replace(one, responses=dict.fromkeys(one.responses, ())))


@given(sat(), st.data())
def test_a_right_answer_instead_of_any_other_never_harms(one: Sat, data) -> None:
    mended = data.draw(st.sampled_from(sorted(one.responses)))
    before = graded(one)
    after = graded(replace(one, responses=one.responses | {mended: keys(one)[mended]}))
    assert after.raw >= before.raw
    assert after.scaled >= before.scaled
    assert after.success >= before.success
    assert all(strata(after)[pool] >= points for pool, points in strata(before).items())


@given(sat())
def test_success_needs_the_mark_every_minimum_and_every_critical_item(one: Sat) -> None:
    decided = graded(one)
    scores = item_scores(one.program, one.assessment, one.paper, responses=one.responses)
    critical = all(score.points == score.max for score in scores if score.critical)
    minima = all(
        sum(score.points for score in scores if score.stratum == part.pool) >= part.minimum - 1e-9
        for part in one.assessment.draw
        if part.minimum
    )
    mark = decided.percent >= one.assessment.pass_percent
    assert decided.success is (critical and minima and mark)


@given(sat(), st.randoms())
def test_the_order_of_the_paper_changes_nothing(one: Sat, random) -> None:
    shuffled = list(one.paper)
    random.shuffle(shuffled)
    again, before = graded(replace(one, paper=tuple(shuffled))), graded(one)
    assert sorted(again.trace) == sorted(before.trace)
    assert replace(again, trace=()) == replace(before, trace=())


@given(sat())
def test_a_penalty_takes_away_and_never_gives(one: Sat) -> None:
    without = graded(replace(one, assessment=replace(one.assessment, wrong_penalty=0.0)))
    assert graded(one).raw <= without.raw
    assert graded(one).success <= without.success


@given(sat())
def test_every_item_counts_in_the_stratum_it_was_drawn_from(one: Sat) -> None:
    scores = item_scores(one.program, one.assessment, one.paper, responses=one.responses)
    assert [score.item_id for score in scores] == [entry.item_id for entry in one.paper]
    for score in scores:
        assert score.item_id in {item.id for item in one.program.pool(score.stratum).every_item}


@given(sat())
def test_a_trace_is_told_in_polish_and_names_no_critical_item(one: Sat) -> None:
    for code in graded(one).trace:
        name, _, detail = code.partition(":")
        assert name in WORDINGS
        said = explain(code, one.program)
        assert not said.startswith("Niespełniony warunek")
        if name == "critical_wrong":
            assert detail not in said


@given(st.integers(0, 100_000), st.integers(1, 100_000))
def test_a_stratum_is_reached_exactly_at_its_minimum(points: int, minimum: int) -> None:
    assert Stratum("temat", points / 100, 1000.0, minimum / 100).reached is (points >= minimum)


@pytest.mark.parametrize("kind", KINDS)
def test_the_laws_see_every_kind_answered_rightly_and_wrongly(kind: str) -> None:
    """A strategy that never drew a kind would let the laws hold for nothing."""
    shares = {find(_answered(kind), lambda share, at=at: share == at, settings=QUICK) for at in (0.0, 1.0)}
    assert shares == {0.0, 1.0}


def _answered(kind: str) -> st.SearchStrategy[float]:
    items = any_item(kinds=[kind])
    given_to = items.flatmap(lambda one: responses(one).filter(bool).map(lambda given: (one, given)))
    return given_to.map(lambda pair: kind_of(pair[0]).share(*pair))
