"""The laws of every rule: total, pure, monotone, explained, honest on empty progress (house 3.6)."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import FrozenInstanceError, dataclass, replace

import pytest
from hypothesis import given

from lms_core.domain.outcome import Outcome
from lms_core.domain.rules import AllOf, AnyOf, Completed, CompletionRule, Passed, Progress, Status, Verdict
from tests.domain.strategies import EXAMS, UNITS, any_progress, any_rule, meaningful_rule, outcomes, units
from tests.domain.values import FAIL, PASS, progress


def further(known: Progress, results: Mapping[str, Outcome], done: frozenset[str]) -> Progress:
    """The same progress with more successes: the best outcome per assessment stays the best."""
    best = dict(known.outcomes)
    for exam, result in results.items():
        if exam not in best or result.success:
            best[exam] = result
    return replace(known, outcomes=best, completed_units=known.completed_units | done)


@given(any_rule, any_progress)
def test_a_rule_is_total_and_pure(rule: CompletionRule, known: Progress) -> None:
    before = deepcopy((known.outcomes, known.completed_units))
    assert rule(known) == rule(known)
    assert (known.outcomes, known.completed_units) == before


@given(any_rule, any_progress, outcomes, units)
def test_more_success_never_takes_satisfaction_away(rule, known, results, done) -> None:
    if rule(known).status is Status.SATISFIED:
        assert rule(further(known, results, done)).status is Status.SATISFIED


@given(any_rule, any_progress)
def test_a_verdict_that_is_not_satisfied_says_why(rule: CompletionRule, known: Progress) -> None:
    verdict = rule(known)
    assert bool(verdict.reasons) is (verdict.status is not Status.SATISFIED)
    assert len(set(verdict.reasons)) == len(verdict.reasons)


@given(any_rule)
def test_no_rule_is_satisfied_on_empty_progress(rule: CompletionRule) -> None:
    assert rule(progress()).status is not Status.SATISFIED


@given(meaningful_rule)
def test_a_rule_that_asks_for_something_can_be_satisfied(rule: CompletionRule) -> None:
    everything = progress(outcomes=dict.fromkeys(EXAMS, PASS), completed_units=frozenset(UNITS))
    assert rule(everything) == Verdict(Status.SATISFIED)


@pytest.mark.parametrize("rule", [AllOf(()), AnyOf(()), Completed(()), AllOf((AnyOf(()), AllOf(())))])
def test_a_rule_of_nothing_is_pending_whatever_was_done(rule: CompletionRule) -> None:
    everything = progress(outcomes=dict.fromkeys(EXAMS, PASS), completed_units=frozenset(UNITS))
    assert rule(everything) == Verdict(Status.PENDING, ("nothing_required",))


def test_a_failed_outcome_is_not_passed() -> None:
    assert Passed("egzamin")(progress(outcomes={"egzamin": FAIL})).reasons == ("not_passed:egzamin",)


def test_completed_names_only_what_is_missing_in_its_order() -> None:
    verdict = Completed(UNITS)(progress(completed_units=frozenset({"lekcja-2"})))
    assert verdict.reasons == ("not_completed:lekcja-1", "not_completed:lekcja-3")
    assert Completed(("lekcja-1", "lekcja-1"))(progress()).reasons == ("not_completed:lekcja-1",)


NESTED = AllOf((Completed(("lekcja-1",)), AnyOf((Passed("egzamin"), AllOf((Passed("sprawdzian"), Completed(UNITS)))))))


@pytest.mark.parametrize(
    ("passed", "done", "reasons"),
    [
        (["egzamin"], ["lekcja-1"], ()),
        (["sprawdzian"], UNITS, ()),
        (["egzamin"], [], ("not_completed:lekcja-1",)),
        (["sprawdzian"], ["lekcja-1"], ("not_passed:egzamin", "not_completed:lekcja-2", "not_completed:lekcja-3")),
    ],
)
def test_rules_nest(passed, done, reasons) -> None:
    verdict = NESTED(progress(outcomes=dict.fromkeys(passed, PASS), completed_units=frozenset(done)))
    assert verdict.reasons == reasons
    assert (verdict.status is Status.SATISFIED) is (not reasons)


@dataclass(frozen=True, slots=True)
class TooYoung:
    """A rule as a plugin would write it: it can fail for good."""

    def __call__(self, progress: Progress) -> Verdict:
        return Verdict(Status.FAILED, ("too_young",)) if (progress.age or 0) < 18 else Verdict(Status.SATISFIED)


def test_one_failed_rule_fails_all_of_them() -> None:
    verdict = AllOf((TooYoung(), Passed("egzamin")))(progress())
    assert verdict == Verdict(Status.FAILED, ("too_young", "not_passed:egzamin"))


def test_any_of_fails_only_when_nothing_is_left_to_hope_for() -> None:
    assert AnyOf((TooYoung(), Passed("egzamin")))(progress()).status is Status.PENDING
    assert AnyOf((TooYoung(), TooYoung()))(progress()) == Verdict(Status.FAILED, ("too_young",))
    assert AnyOf((TooYoung(), Passed("egzamin")))(progress(outcomes={"egzamin": PASS})).status is Status.SATISFIED


def test_rules_and_progress_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Passed("egzamin").assessment_id = "inny"
    with pytest.raises(TypeError):
        progress().outcomes["egzamin"] = PASS
    assert hash(NESTED) == hash(deepcopy(NESTED))
