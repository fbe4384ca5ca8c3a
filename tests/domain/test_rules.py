"""The laws of every rule: total, pure, monotone at one moment, explained, honest on empty progress (house 3.6)."""

from copy import deepcopy
from dataclasses import FrozenInstanceError, dataclass, fields, replace
from datetime import date

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from lms_core.domain.rules import (
    STOCK_RULES,
    AllOf,
    AnyOf,
    Completed,
    CompletionRule,
    HoldsCredential,
    Mentioned,
    MinMinutes,
    ObservedBy,
    Passed,
    Progress,
    Status,
    Verdict,
    WithinDays,
    mentioned,
    parts,
    rebuilt,
)
from tests.domain.strategies import EMPTY, UNITS, any_progress, any_rule, everything, further, meaningful_rule, stock
from tests.domain.values import FAIL, NOON, PASS, progress


@given(any_rule, any_progress)
def test_a_rule_is_total_and_pure(rule: CompletionRule, known: Progress) -> None:
    before = deepcopy(known)
    verdict = rule(known)
    assert isinstance(verdict, Verdict)
    assert rule(known) == verdict
    assert known == before


@given(any_rule, any_progress, any_progress)
def test_more_success_at_the_same_moment_never_takes_anything_away(rule, known, more) -> None:
    order = [Status.FAILED, Status.PENDING, Status.SATISFIED]
    before, after = rule(known), rule(further(known, more))
    assert order.index(after.status) >= order.index(before.status)
    assert after.status is not Status.SATISFIED or not after.reasons


@given(any_rule, any_progress)
def test_a_verdict_that_is_not_satisfied_says_why(rule: CompletionRule, known: Progress) -> None:
    verdict = rule(known)
    assert bool(verdict.reasons) is (verdict.status is not Status.SATISFIED)
    assert len(set(verdict.reasons)) == len(verdict.reasons)
    assert all(reason.partition(":")[0].isidentifier() for reason in verdict.reasons)


@given(any_rule, any_progress)
def test_no_rule_is_satisfied_on_empty_progress(rule: CompletionRule, known: Progress) -> None:
    """Who somebody is and what papers they have does not count as having done something."""
    empty = progress(age=known.age, roles=known.roles, provider_entitled=True, documents=known.documents)
    assert rule(empty).status is not Status.SATISFIED
    assert rule(replace(empty, as_of=known.as_of, enrolled_at=known.enrolled_at)).status is not Status.SATISFIED


@given(meaningful_rule)
def test_a_rule_that_asks_for_something_can_be_satisfied(rule: CompletionRule) -> None:
    assert rule(everything()) == Verdict(Status.SATISFIED)


@pytest.mark.parametrize(
    "rule", [AllOf(()), AnyOf(()), Completed(()), AllOf((AnyOf(()), AllOf(()))), MinMinutes("in_person", 0)], ids=str
)
def test_a_rule_of_nothing_is_pending_whatever_was_done(rule: CompletionRule) -> None:
    assert rule(everything()) == Verdict(Status.PENDING, ("nothing_required",))


@pytest.mark.parametrize("rule", sorted(EMPTY, key=repr), ids=str)
def test_a_rule_that_asks_nobody_is_never_satisfied(rule: CompletionRule) -> None:
    assert rule(everything()).status is Status.PENDING


@pytest.mark.parametrize("kind", STOCK_RULES)
def test_the_laws_see_every_stock_rule(kind: type) -> None:
    """A strategy that never drew a rule would let the laws hold for nothing."""
    quick = settings(phases=[Phase.generate], max_examples=1000)
    find(any_rule, lambda rule: kind in {type(part) for part in parts(rule)}, settings=quick)


LONE = [
    (Passed("egzamin"), {"outcomes": {"egzamin": PASS}}, {"outcomes": {"egzamin": FAIL}}, "not_passed:egzamin"),
    (Passed("egzamin"), {"outcomes": {"egzamin": PASS}}, {"outcomes": {"inny": PASS}}, "not_passed:egzamin"),
    (
        Completed(("lekcja-1",)),
        {"completed_units": frozenset({"lekcja-1"})},
        {"completed_units": frozenset({"lekcja-2"})},
        "not_completed:lekcja-1",
    ),
    (
        MinMinutes("in_person", 60),
        {"minutes": {"in_person": 60}},
        {"minutes": {"in_person": 59, "remote_sync": 600}},
        "minutes_short:in_person:1",
    ),
    (
        ObservedBy("lekcja-1"),
        {"observations": {"lekcja-1": frozenset({"examiner"})}},
        {"observations": {"lekcja-2": frozenset({"examiner"})}},
        "not_observed:lekcja-1",
    ),
    (
        ObservedBy("lekcja-1", ("examiner",)),
        {"observations": {"lekcja-1": frozenset({"examiner", "instructor"})}},
        {"observations": {"lekcja-1": frozenset({"instructor"})}},
        "not_observed:lekcja-1",
    ),
    (
        HoldsCredential("rko"),
        {"credentials": frozenset({"rko", "zpos"})},
        {"credentials": frozenset({"zpos"})},
        "no_credential:rko",
    ),
]


@pytest.mark.parametrize(("rule", "enough", "short", "reason"), LONE, ids=[str(row[0]) for row in LONE])
def test_each_rule_asks_for_what_it_says(rule, enough, short, reason) -> None:
    assert rule(progress(**enough)) == Verdict(Status.SATISFIED)
    assert rule(progress(**short)) == Verdict(Status.PENDING, (reason,))


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


@given(st.lists(stock, min_size=1, max_size=3), any_progress)
def test_all_of_is_and_any_of_is_or(rules, known) -> None:
    alone = [rule(known).status is Status.SATISFIED for rule in rules]
    assert (AllOf(tuple(rules))(known).status is Status.SATISFIED) is all(alone)
    assert (AnyOf(tuple(rules))(known).status is Status.SATISFIED) is any(alone)
    assert AllOf(tuple(rules))(known).status is AllOf(tuple(reversed(rules)))(known).status


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
    for name in ("outcomes", "minutes", "observations", "documents"):
        with pytest.raises(TypeError):
            getattr(progress(), name)["egzamin"] = PASS
    assert hash(NESTED) == hash(deepcopy(NESTED))


def test_a_rule_written_today_runs_when_the_core_learns_more() -> None:
    """Every field but the first two has a default, so a progress of two moments is a progress."""
    assert [field.name for field in fields(Progress)][:2] == ["as_of", "enrolled_at"]
    bare = Progress(NOON, NOON)
    assert (bare.age, bare.provider_entitled, bare.documents, bare.roles) == (None, False, {}, frozenset())
    assert progress(documents={"badanie": date.max}).documents["badanie"] == date.max


def test_parts_are_found_however_deep_and_rebuilt_one_level_at_a_time() -> None:
    deep = WithinDays(30, NESTED)
    found = list(parts(deep))
    assert found[0] is deep
    assert {Passed("egzamin"), Passed("sprawdzian"), Completed(UNITS), Completed(("lekcja-1",))} <= set(found)
    assert rebuilt(deep, lambda part: part) == deep
    assert rebuilt(AnyOf((Passed("a"), Passed("b"))), lambda _part: Passed("c")) == AnyOf((Passed("c"), Passed("c")))
    assert rebuilt(Passed("a"), lambda _part: Passed("c")) == Passed("a")


@given(any_rule)
def test_rebuilding_without_a_change_changes_nothing(rule: CompletionRule) -> None:
    assert rebuilt(rule, lambda part: part) == rule


def test_what_a_rule_asks_about_is_known() -> None:
    deep = WithinDays(9, AllOf((NESTED, ObservedBy("cwiczenie"), HoldsCredential("rko"), TooYoung())))
    assert mentioned(deep) == Mentioned(frozenset({*UNITS, "cwiczenie"}), frozenset({"egzamin", "sprawdzian"}))
    assert mentioned(TooYoung()) == Mentioned()
