"""ZPOS Moduł II: what the program promises on paper is what its files say."""

from math import ceil

import pytest
import zpos_module2

from lms_core.api import Assessment, Lesson, Mode, Text, TrainingProgram
from lms_core.testing import Contract


class TestContract(Contract):
    plugin = zpos_module2


def said(text: Text | str) -> str:
    """The Polish words with plain spaces: non-breaking ones come and go with typography."""
    return " ".join(str(text).split())


@pytest.fixture(scope="module")
def program() -> TrainingProgram:
    [one] = zpos_module2.lms_training_programs()
    return one


def exam_of(program: TrainingProgram) -> Assessment:
    [exam] = [one for one in program.assessments if one.mode is Mode.EXAM]
    return exam


def test_it_is_the_program(program: TrainingProgram) -> None:
    assert program.id == "zpos-modul-2"
    assert "Odporny Samorząd" in said(program.title)


def test_it_has_two_lessons_a_practice_and_an_exam(program: TrainingProgram) -> None:
    assert sum(isinstance(unit, Lesson) for unit in program.units) == 2
    assert [one.mode for one in program.assessments] == [Mode.PRACTICE, Mode.EXAM]


def test_the_exam_is_as_the_summary_and_the_certificate_describe_it(program: TrainingProgram) -> None:
    exam = exam_of(program)
    needed = ceil(program.items_count(exam) * exam.pass_percent / 100)
    assert f"egzamin z {program.items_count(exam)} pytań" in said(program.summary)
    assert f"próg {exam.pass_percent}%, czyli co najmniej {needed} dobre odpowiedzi" in said(program.summary)
    assert f"limitem czasu {exam.time_limit_minutes} minut" in said(program.certificate.criteria)
    assert f"{exam.pass_percent}% punktów" in said(program.certificate.criteria)


def test_the_practice_has_as_many_items_as_its_title_says(program: TrainingProgram) -> None:
    practice = program.assessments[0]
    assert f"{program.items_count(practice)} pytań" in said(program.unit_of(practice.id).title)


def test_practice_shows_no_key_of_the_exam(program: TrainingProgram) -> None:
    """Practice tells the right answers at once, also while an exam is open in another tab."""
    practice, exam = ({part.pool for part in one.draw} for one in program.assessments)
    assert not practice & exam


def test_the_certificate_does_not_stand_for_the_statutory_training(program: TrainingProgram) -> None:
    disclaimer = said(program.certificate.disclaimer)
    assert "nie potwierdza szkolenia wymaganego w art. 49" in disclaimer
    assert f"{program.certificate.valid_months} miesięcy" in disclaimer
    assert "nie jest to termin ważności wynikający z ustawy" in disclaimer


def test_items_rest_on_the_act(program: TrainingProgram) -> None:
    assert all("art. " in said(item.source) for item in program.items.values())
    assert all(item.facts for item in program.items.values())
