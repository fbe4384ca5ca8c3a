"""Hypothesis strategies for rules and progress."""

from hypothesis import strategies as st

from lms_core.domain.rules import AllOf, AnyOf, Completed, CompletionRule, Passed
from tests.domain.values import FAIL, PASS, progress

EXAMS = ("egzamin", "sprawdzian")
UNITS = ("lekcja-1", "lekcja-2", "lekcja-3")

stock = st.builds(Passed, st.sampled_from(EXAMS)) | st.builds(
    Completed, st.lists(st.sampled_from(UNITS), max_size=3).map(tuple)
)


def compositions(rules: st.SearchStrategy[CompletionRule], least: int) -> st.SearchStrategy[CompletionRule]:
    parts = st.lists(rules, min_size=least, max_size=3).map(tuple)
    return st.builds(AllOf, parts) | st.builds(AnyOf, parts)


any_rule = st.recursive(stock, lambda inner: compositions(inner, 0), max_leaves=8)
meaningful_rule = st.recursive(
    stock.filter(lambda rule: rule != Completed(())), lambda inner: compositions(inner, 1), max_leaves=8
)
outcomes = st.dictionaries(st.sampled_from(EXAMS), st.sampled_from([PASS, FAIL]))
units = st.frozensets(st.sampled_from(UNITS))
any_progress = st.builds(lambda results, done: progress(outcomes=results, completed_units=done), outcomes, units)
