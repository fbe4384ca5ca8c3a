"""Every reason code that can reach a person has words."""

import pytest
from hypothesis import given

from lms_core.domain.outcome import ItemScore
from lms_core.domain.reasons import WORDINGS, explain
from lms_core.domain.rules import CompletionRule, Progress
from lms_core.domain.scoring import outcome
from tests.domain.strategies import any_progress, any_rule
from tests.domain.values import exam, program

PROGRAM = program()
SCORES = {"score", "pass_mark"}
"""Codes of a trace that a result page shows as numbers instead."""


@given(any_rule, any_progress)
def test_every_reason_of_a_stock_rule_has_a_wording(rule: CompletionRule, progress: Progress) -> None:
    for reason in rule(progress).reasons:
        assert reason.partition(":")[0] in WORDINGS
        assert explain(reason, PROGRAM).endswith(".")


def test_every_code_of_a_trace_has_a_wording_or_a_number() -> None:
    trace = outcome(exam(), (ItemScore("alarm", 0.0, 1.0, critical=True),)).trace
    assert {code.partition(":")[0] for code in trace} == SCORES | {"critical_wrong"}
    assert {"critical_wrong"} <= WORDINGS.keys()


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("not_passed:egzamin", "Zalicz: „Egzamin końcowy”."),
        ("not_completed:lekcja", "Ukończ lekcję: „Lekcja o wodzie”."),
        ("not_passed:dawny-egzamin", "Zalicz: „dawny-egzamin”."),
        ("not_completed:dawna-lekcja", "Ukończ: „dawna-lekcja”."),
        ("minutes_short:in_person:60", "Niespełniony warunek programu: minutes_short:in_person:60."),
    ],
)
def test_a_reason_is_explained_by_titles_and_an_unknown_one_is_not_hidden(reason: str, sentence: str) -> None:
    assert explain(reason, PROGRAM) == sentence


def test_a_wrong_critical_item_does_not_say_which() -> None:
    assert "alarm" not in explain("critical_wrong:alarm", PROGRAM)
