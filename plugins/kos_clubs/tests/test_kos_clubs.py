"""KOS: for residents, short, without a clock."""

from math import ceil

import kos_clubs
import pytest

from lms_core.api import Text, TrainingProgram
from lms_core.testing import Contract


class TestContract(Contract):
    plugin = kos_clubs


def said(text: Text | str) -> str:
    """The Polish words with plain spaces: non-breaking ones come and go with typography."""
    return " ".join(str(text).split())


@pytest.fixture(scope="module")
def program() -> TrainingProgram:
    [one] = kos_clubs.lms_training_programs()
    return one


def test_it_is_the_program(program: TrainingProgram) -> None:
    assert program.id == "kos-72-godziny"
    assert program.minutes <= 45


def test_the_quiz_has_neither_clock_nor_limit_as_the_summary_says(program: TrainingProgram) -> None:
    [quiz] = program.assessments
    assert (quiz.time_limit_minutes, quiz.attempts, quiz.pause_hours) == (None, None, 0)
    assert "bez limitu czasu" in said(program.summary)
    assert "Liczba prób jest dowolna" in said(program.summary)


def test_two_answers_of_three_are_enough_as_the_criteria_say(program: TrainingProgram) -> None:
    [quiz] = program.assessments
    assert ceil(program.items_count(quiz) * quiz.pass_percent / 100) == 2
    assert f"{quiz.pass_percent}% punktów w egzaminie z {program.items_count(quiz)} pytań" in said(
        program.certificate.criteria
    )


def test_the_certificate_is_no_qualification_and_never_expires(program: TrainingProgram) -> None:
    disclaimer = said(program.certificate.disclaimer)
    assert "nie potwierdza kwalifikacji ani uprawnień" in disclaimer
    assert "nie ma terminu ważności" in disclaimer
    assert program.certificate.valid_months is None
