"""Whatever can be read is judged: the lint never raises, and its places exist."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms_core.content.lint import changed_under_its_version, lint
from lms_core.content.loader import read_program
from lms_core.content.problems import ContentInvalid, Problem
from tests.content.sample import FILES, write
from tests.content.test_hostile_files import spoilt_values

NAMES = ["program.toml", "items/temat.toml", "items/rozgrzewka.toml"]
LINES = {name: FILES[name].split("\n") for name in NAMES}
DATES = ["0001-01-01", "2026-02-28", "9999-12-31"]
VALUES = {
    "kind": ["numeric", "short_text", "matching", "ordering", "multiple_choice", "single_choice", "true_false"],
    "certainty": ["A", "B", "C"],
    "unit": ["8", "litrów"],
}


@st.composite
def valid_changes(draw: st.DrawFn) -> dict[str, str]:
    """The sample with values that its schemas allow, though they need not fit together."""
    files = {name: list(lines) for name, lines in LINES.items()}
    for _ in range(draw(st.integers(1, 6))):
        name = draw(st.sampled_from(NAMES))
        at = draw(st.integers(0, len(files[name]) - 1))
        key, equals, value = files[name][at].partition(" = ")
        if equals:
            files[name][at] = f"{key} = {_other(draw, key, value)}"
    return {name: "\n".join(lines) for name, lines in files.items()}


def _other(draw: st.DrawFn, key: str, value: str) -> str:
    if key in VALUES:
        return f'"{draw(st.sampled_from(VALUES[key]))}"'
    if key in {"law_as_of", "review_by"}:
        return draw(st.sampled_from(DATES))
    if value.strip().isdigit():
        return str(draw(st.integers(1, 60)))
    if key in {"id", "assessment", "title", "prompt", "text"}:
        return f'"{draw(st.sampled_from(["temat", "egzamin", "lekcja", "final", "proba"]))}"'
    return value


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("lint"))


def judge(root: Path, changes: dict[str, str], today: date) -> list[Problem] | None:
    try:
        loaded = read_program(write(root, changes))
    except ContentInvalid:
        return None
    found = lint(loaded, today=today)
    changed_under_its_version(loaded, loaded.program)
    for problem in found:
        lines = {**FILES, **changes}[problem.file].count("\n") + 1
        assert problem.line is None or 1 <= problem.line <= lines, problem
        assert str(problem).startswith(problem.file)
    return found


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(valid_changes(), st.dates())
def test_parts_that_do_not_fit_are_told_and_not_raised(root: Path, changes: dict[str, str], today: date) -> None:
    judge(root, changes, today)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(spoilt_values(), st.dates())
def test_any_value_that_can_be_read_is_judged(root: Path, spoilt: tuple[str, str], today: date) -> None:
    judge(root, dict([spoilt]), today)


def test_the_fuzz_would_notice(root: Path) -> None:
    """Nonsense that fits the schemas gets as far as the lint, and is found."""
    program = FILES["program.toml"].replace('pool = "temat"', 'pool = "nie-ma"').replace('"egzamin"', '"cwiczenie"')
    assert judge(root, {"program.toml": program}, date(1, 1, 1))
