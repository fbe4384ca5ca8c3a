"""The benchmark's arithmetic."""

from __future__ import annotations

import pytest

from bench.figures import SAVE_LIMITS, Journey, Step, percentile, targets
from bench.journey import ISSUE, REQUESTS
from bench.layers import REST, layer_of, shares
from bench.report import NoPlace, number, put, table


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([7.0], 50, 7.0),
        ([7.0], 99, 7.0),
        ([4.0, 1.0, 3.0, 2.0], 50, 2.0),
        ([4.0, 1.0, 3.0, 2.0], 51, 3.0),
        (list(range(1, 101)), 95, 95),
        (list(range(1, 101)), 99, 99),
        (list(range(1, 101)), 100, 100),
        (list(range(1, 102)), 99, 100),
    ],
)
def test_percentile_is_the_nearest_rank(values: list[float], percent: float, expected: float) -> None:
    assert percentile(values, percent) == expected


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


def step(name: str, milliseconds: float, requests: int = 10) -> Step:
    """A step whose requests cost so much each, a quarter of it in the database."""
    seconds = milliseconds * requests / 1000
    return Step(name, (1.0,) * requests, {"web": seconds * 3 / 4, "database": seconds / 4}, requests)


def test_a_step_costs_per_request_by_role() -> None:
    one = step("start", 8.0)
    assert one.milliseconds() == pytest.approx(8)
    assert one.milliseconds("web") == pytest.approx(6)
    assert one.milliseconds("web", "database") == pytest.approx(8)
    assert one.milliseconds("queue") == 0


def test_a_journey_counts_repeated_steps_as_often_as_one_learner_does_them() -> None:
    journey = Journey((step("sign-in", 30), step("save", 2, requests=200), step(ISSUE, 12)), {"save": 20})
    assert journey.milliseconds() == pytest.approx(30 + 20 * 2 + 12)
    assert journey.milliseconds(without=["sign-in"]) == pytest.approx(20 * 2 + 12)
    assert journey.statements({"sign-in": 2, "save": 3, ISSUE: 23}) == 2 + 60 + 23
    assert journey.requests == 21


def test_the_journey_has_fifteen_requests() -> None:
    assert len(REQUESTS) == 15


@pytest.mark.parametrize(
    ("kind", "cost", "met"), [("sqlite", 1.4, True), ("sqlite", 1.6, False), ("postgres", 2.1, True)]
)
def test_a_target_is_met_or_missed(kind: str, cost: float, *, met: bool) -> None:
    journey = Journey(tuple(step(name, 1) for name in (*REQUESTS, ISSUE)))
    saving = Journey((step("save an answer", cost),))
    counted = dict.fromkeys([*REQUESTS, ISSUE, "save an answer"], 3)
    found = targets(kind, journey, saving, statements=counted, issuing=12.5, memory=299)
    assert SAVE_LIMITS.keys() == {"sqlite", "postgres"}
    by_name = {target.what: target.met for target in found}
    assert by_name["save an answer"] is met
    assert by_name["save an answer: statements"] is True
    assert by_name["issue: number, sign, JSON"] is False
    assert by_name["journey: statements, issuing included"] is True


@pytest.mark.parametrize(
    ("value", "expected"), [(0.0, "0.00"), (1.234, "1.23"), (12.34, "12.3"), (123.4, "123"), (1234.5, "1234")]
)
def test_numbers_have_three_digits(value: float, expected: str) -> None:
    assert number(value) == expected


STACK = ("serve (/x/granian/server.py:1)", "save (/x/lms_core/web/attempts.py:9)", "execute (/x/sqlalchemy/orm.py:3)")


def test_a_sample_belongs_to_the_innermost_layer() -> None:
    assert layer_of(STACK) == "SQLAlchemy"
    assert layer_of((*STACK, "dumps (/usr/lib/python3.11/json/__init__.py:2)")) == "SQLAlchemy"
    assert layer_of((*STACK, "do_execute (/x/sqlalchemy/engine/default.py:9)")) == "SQLite or psycopg"
    assert layer_of(STACK[:2]) == "Filar's web"
    assert layer_of(("main (/usr/lib/python3.11/threading.py:1)",)) == REST


def test_shares_add_up_and_the_largest_comes_first() -> None:
    found = shares([f"{';'.join(STACK)} 30\n", f"{';'.join(STACK[:2])} 10\n", " 99\n"])
    assert found == {"SQLAlchemy": 0.75, "Filar's web": 0.25}
    assert list(found) == ["SQLAlchemy", "Filar's web"]


def test_tables_take_the_place_of_the_old_ones(tmp_path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("before\n<!-- sqlite -->\nold\n<!-- end of sqlite -->\nafter\n", encoding="utf-8")
    put(page, "sqlite", table(["a", "b"], [["x", "1"]]))
    put(page, "sqlite", table(["a", "b"], [["y", "2"]]))
    expected = "| a | b |\n| --- | --: |\n| y | 2 |"
    assert page.read_text() == f"before\n<!-- sqlite -->\n\n{expected}\n\n<!-- end of sqlite -->\nafter\n"
    with pytest.raises(NoPlace, match="postgres"):
        put(page, "postgres", "anything")
