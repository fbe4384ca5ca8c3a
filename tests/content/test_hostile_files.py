"""Whatever stands in the files: a program that works, or `ContentInvalid` with places and Polish sentences."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms_core.content.loader import load_program
from lms_core.content.problems import ContentInvalid
from lms_core.content.snapshot import canonical_json, program_from
from lms_core.domain.paper import draw_paper
from lms_core.domain.rules import Progress, Status
from tests.content.sample import FILES, ITEMS, PROGRAM, write
from tests.domain.values import NOON

VALUE_LINE = re.compile(r"^([a-z_]+) = .*$", re.MULTILINE)
ENGLISH = re.compile(
    r"\b(must|not a|invalid|length|missing|unknown|field|should|longer|shorter|number too)\b", re.IGNORECASE
)
FILE_NAMES = ["program.toml", "items/temat.toml"]

words = st.text(max_size=8).map(lambda text: '"' + "".join(f"\\U{ord(letter):08X}" for letter in text) + '"')
scalars = (
    words
    | st.sampled_from(["true", "false", "nan", "inf", "-inf", "0x10", "1_0", "''", '""', "07:32:00", "1979-05-27"])
    | st.sampled_from(["1979-05-27T07:32:00Z", "1979-05-27 07:32:00", '"egzamin"', '"temat"', '"lekcja"', '"exam"'])
    | st.integers().map(str)
    | st.floats(allow_nan=False, allow_infinity=False).map(str)
)
keys = st.sampled_from(["pl", "en", "id", "kind", "passed", "all_of", "completed", "pool", "count", "_schema", '""'])
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]")
        | st.dictionaries(keys, inner, max_size=3).map(
            lambda table: "{ " + ", ".join(f"{key} = {value}" for key, value in table.items()) + " }"
        )
    ),
    max_leaves=5,
)


@st.composite
def spoilt_values(draw: st.DrawFn) -> tuple[str, str]:
    """A file of the sample with the values of one to three keys replaced, or the lines taken out or doubled."""
    name = draw(st.sampled_from(FILE_NAMES))
    text = FILES[name]
    for _ in range(draw(st.integers(1, 3))):
        line = draw(st.sampled_from(list(VALUE_LINE.finditer(text))))
        made = [f"{line[1]} = {draw(values)}", f"{draw(keys)} = {draw(values)}", "", f"{line[0]}\n{line[0]}"]
        text = text[: line.start()] + draw(st.sampled_from(made)) + text[line.end() :]
    return name, text


@st.composite
def spoilt_bytes(draw: st.DrawFn) -> tuple[str, bytes]:
    """A file of the sample with a piece of its bytes replaced by others."""
    name = draw(st.sampled_from([*FILE_NAMES, "lessons/woda.md"]))
    content = FILES[name].encode()
    start = draw(st.integers(0, len(content)))
    end = draw(st.integers(start, min(len(content), start + 40)))
    return name, content[:start] + draw(st.binary(max_size=20)) + content[end:]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("hostile"))


@settings(deadline=None, max_examples=150)
@given(spoilt_values())
def test_a_spoilt_value_is_a_problem_or_makes_no_difference_to_safety(root: Path, spoilt: tuple[str, str]) -> None:
    judge(root, *spoilt)


@settings(deadline=None, max_examples=100)
@given(spoilt_bytes())
def test_spoilt_bytes_are_a_problem_or_make_no_difference_to_safety(root: Path, spoilt: tuple[str, bytes]) -> None:
    judge(root, *spoilt)


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(FILE_NAMES), st.binary(max_size=60))
def test_any_bytes_at_all(root: Path, name: str, content: bytes) -> None:
    judge(root, name, content)


def judge(root: Path, name: str, content: str | bytes) -> None:
    """Write, load, and look at what came of it; then put the sample back."""
    (root / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    try:
        program = load_program(root)
    except ContentInvalid as invalid:
        judge_problems(invalid, lines=max(len(text.splitlines()) for text in [*FILES.values(), content]) + 1)
    else:
        judge_program(program)
    finally:
        (root / name).write_text(FILES[name], encoding="utf-8")


def judge_problems(invalid: ContentInvalid, lines: int) -> None:
    places = {problem.file for problem in invalid.problems}
    assert places
    assert places <= FILES.keys(), places
    for problem in invalid.problems:
        assert problem.line is None or 1 <= problem.line <= lines
        if "poprawny TOML" not in problem.message:  # the parser's own words follow there
            assert not ENGLISH.search(re.sub(r"„.*”|^\S+:", "", problem.message)), problem


def judge_program(program) -> None:
    """What the loader lets through can be stored, drawn and decided."""
    assert program_from(canonical_json(program)) == program
    for assessment in program.assessments:
        assert len(draw_paper(program, assessment, seed=1)) == program.items_count(assessment)
    assert program.completion(Progress(NOON, NOON)).status is not Status.SATISFIED


def test_the_sample_itself_would_pass_the_judge(root: Path) -> None:
    judge_program(load_program(write(root, {"program.toml": PROGRAM, "items/temat.toml": ITEMS})))
