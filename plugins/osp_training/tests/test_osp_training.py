"""OSP: a refresher that gives no right to act."""

from math import ceil

import osp_training
import pytest

from lms_core.api import Mode, Text, TrainingProgram
from lms_core.testing import Contract


class TestContract(Contract):
    plugin = osp_training


def said(text: Text | str) -> str:
    """The Polish words with plain spaces: non-breaking ones come and go with typography."""
    return " ".join(str(text).split())


@pytest.fixture(scope="module")
def program() -> TrainingProgram:
    [one] = osp_training.lms_training_programs()
    return one


def test_it_is_the_program(program: TrainingProgram) -> None:
    assert program.id == "osp-doskonalenie"
    assert program.certificate.id == "doskonalenie"


def test_every_answer_of_the_test_has_to_be_right_as_the_summary_says(program: TrainingProgram) -> None:
    [exam] = program.assessments
    assert exam.mode is Mode.EXAM
    assert ceil(program.items_count(exam) * exam.pass_percent / 100) == program.items_count(exam) == 3
    assert "wszystkie odpowiedzi muszą być poprawne" in said(program.summary)
    assert "3 poprawnych odpowiedzi" in said(program.certificate.criteria)


def test_the_certificate_gives_no_right_and_replaces_no_course_of_psp(program: TrainingProgram) -> None:
    disclaimer = said(program.certificate.disclaimer)
    assert "Nie nadaje uprawnień do udziału w działaniach ratowniczych" in disclaimer
    assert "nie zastępuje szkoleń strażaków ratowników OSP" in disclaimer
    assert program.certificate.valid_months is None


def test_items_rest_on_the_regulation(program: TrainingProgram) -> None:
    assert len(program.items) >= 6
    assert all("§" in said(item.source) or "art. " in said(item.source) for item in program.items.values())
