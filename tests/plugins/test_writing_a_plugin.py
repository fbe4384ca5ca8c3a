"""The guide for trainers, followed step by step by somebody who does exactly what it says."""

import re
from pathlib import Path

import pytest

from lms_core.content.loader import _known_keys, load_program
from lms_core.content.rule_field import NAMES
from lms_core.domain.item_kinds import STOCK_KINDS
from lms_core.domain.paper import draw_paper
from lms_core.testing import broken_laws
from tests.architecture.house import ROOT
from tests.plugins.guide import Reader, steps

GUIDE = (ROOT / "docs" / "writing-a-plugin.md").read_text(encoding="utf-8")
AS_FAR_AS_THE_PROGRAM = GUIDE[: GUIDE.index("## 5.")]


def test_every_step_of_the_guide_works(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    reader.follow(GUIDE)
    program = load_program(tmp_path / "odporna_gmina")
    assert (program.id, program.version) == ("odporna-gmina", "0.3.0")
    assert {item.kind for item in program.items.values()} == set(STOCK_KINDS)
    assert program.scenario_of
    papers = {draw_paper(program, program.assessments[0], seed=seed) for seed in range(20)}
    assert {len(paper) for paper in papers} == {8}
    assert broken_laws(tmp_path / "odporna_gmina") == {}


def test_the_guide_has_steps_of_every_sort() -> None:
    found = list(steps(GUIDE))
    assert {step.act for step in found} == {"", "Plik", "Dopisz na końcu pliku", "Zmień w pliku"}
    assert {(step.language, step.mark) for step in found} >= {("sh", ""), ("sh", "serwer"), ("sh", "bledne")}
    assert len(found) > 30


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("answer = false\n", 'answer = "nie"\n', "answer = true albo answer = false"),
        ('match = "doraznie"', 'match = "piwnica"', "nie wskazuje (match) żadnej z możliwości"),
        ("jednostek: 3, pytań: 9", "jednostek: 3, pytań: 10", "is not in"),
    ],
)
def test_a_wrong_example_is_noticed(tmp_path: Path, right: str, wrong: str, says: str) -> None:
    assert right in AS_FAR_AS_THE_PROGRAM
    with pytest.raises(AssertionError, match=re.escape(says)):
        Reader(tmp_path).follow(AS_FAR_AS_THE_PROGRAM.replace(right, wrong, 1))


def test_a_step_that_nobody_can_follow_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="nobody can tell"):
        Reader(tmp_path).follow("Zapisz to gdzieś:\n\n```toml\na = 1\n```\n")


@pytest.mark.parametrize("key", sorted(_known_keys() - {"scenarios", "items"}))
def test_every_key_that_authors_may_write_is_in_the_guide(key: str) -> None:
    assert re.search(rf"\b{key}\b", GUIDE), f"{key} is not explained"


@pytest.mark.parametrize("rule", NAMES.split(", "))
def test_every_rule_that_authors_may_write_is_in_the_guide(rule: str) -> None:
    assert f"{{ {rule} = " in GUIDE
