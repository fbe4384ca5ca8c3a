"""Looking things up in a program; texts and their languages."""

from datetime import timedelta

from lms_core.domain.text import Text
from tests.domain.values import item, program

PROGRAM = program(item("woda"), item("alarm"))


def test_units_assessments_and_items_are_found_by_id() -> None:
    assert [unit.id for unit in PROGRAM.units] == ["lekcja", "sprawdzian"]
    assert PROGRAM.unit("lekcja") is PROGRAM.units[0]
    assert PROGRAM.assessment("egzamin") is PROGRAM.assessments[0]
    assert PROGRAM.unit_of("egzamin") is PROGRAM.units[1]
    assert set(PROGRAM.items) == {"woda", "alarm"}


def test_what_is_not_there_is_none() -> None:
    assert PROGRAM.unit("egzamin") is PROGRAM.assessment("lekcja") is PROGRAM.unit_of("inny") is None


def test_the_minutes_are_the_planned_ones() -> None:
    assert PROGRAM.minutes == 30


def test_the_legal_state_is_overdue_from_the_next_day() -> None:
    assert not PROGRAM.overdue(PROGRAM.review_by)
    assert PROGRAM.overdue(PROGRAM.review_by + timedelta(days=1))


def test_a_missing_translation_falls_back_and_says_its_language() -> None:
    assert Text("Woda", "Water").best("en") == ("Water", "en")
    assert Text("Woda").best("en") == Text("Woda", "").best("en") == ("Woda", "pl")
    assert Text("Woda", "Water").best("pl") == Text("Woda", "Water").best("uk") == ("Woda", "pl")
    assert str(Text("Woda", "Water")) == "Woda"
