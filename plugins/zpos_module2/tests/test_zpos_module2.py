"""ZPOS Moduł II: what the program promises on paper is what its files say."""

import re
from collections import Counter
from importlib.resources import files
from math import ceil

import pytest
import zpos_module2

from lms_core.api import Assessment, Entitlement, Lesson, Mode, Text, TrainingProgram
from lms_core.testing import Contract

HEADINGS = ["Cel", "Przykład z gminy", "Lista kontrolna", "Stan prawny"]
SUBJECTS = {"temat-1": 25, "temat-2": 25, "temat-3": 15, "temat-4": 25}
"""The least number of questions about each subject, practice included."""
EXAM_CERTAINTIES, PRACTICE_CERTAINTIES = {"A", "D"}, {"A", "B", "D"}
CERTAINTY = re.compile(r",? (A|B|C|D|N|V2?|U|M)(?: z V2)?(?=;|$)")
COMMENT = re.compile(r"<!-- (.*?) -->", re.DOTALL)


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


def lessons(program: TrainingProgram) -> list[Lesson]:
    return [unit for unit in program.units if isinstance(unit, Lesson)]


def markdown(lesson: Lesson) -> str:
    return (files(zpos_module2) / "content" / "lessons" / f"{lesson.id}.md").read_text(encoding="utf-8")


def test_it_is_the_program(program: TrainingProgram) -> None:
    assert program.id == "zpos-modul-2"
    assert "Odporny Samorząd" in said(program.title)


def test_each_subject_has_three_lessons_or_more_and_a_practice(program: TrainingProgram) -> None:
    subjects = program.courses[:4]
    assert [sum(isinstance(unit, Lesson) for unit in one.units) >= 3 for one in subjects] == [True] * 4
    assert [one.units[-1].kind for one in subjects] == ["assessment"] * 4
    assert [one.mode for one in program.assessments] == [*[Mode.PRACTICE] * 4, Mode.EXAM]


def test_lessons_are_as_long_as_a_trainer_would_teach_from(program: TrainingProgram) -> None:
    words = {one.id: len(COMMENT.sub("", markdown(one)).split()) for one in lessons(program)}
    assert {one: count for one, count in words.items() if not 500 <= count <= 1100} == {}  # marks of Markdown counted


def test_every_lesson_has_an_aim_an_example_a_checklist_and_its_law(program: TrainingProgram) -> None:
    for lesson in lessons(program):
        headings = [said(one) for one in re.findall(r"^## (.+)$", markdown(lesson), re.MULTILINE)]
        assert [one for one in headings if one in HEADINGS] == HEADINGS, lesson.id
        assert len(headings) >= len(HEADINGS) + 2, lesson.id
        assert lesson.sources, lesson.id


def test_nothing_uncertain_is_taught(program: TrainingProgram) -> None:
    """A statement of law carries its fact; what is from memory or unsure stands nowhere."""
    for lesson in lessons(program):
        named = [found for comment in COMMENT.findall(markdown(lesson)) for found in CERTAINTY.findall(comment)]
        assert len(named) >= 3, lesson.id
        assert set(named) <= {"A", "B", "D", "V", "V2"}, lesson.id


def test_drawings_are_where_people_would_rather_look(program: TrainingProgram) -> None:
    assert {"kto-szkoli", "lancuch-ostrzegania", "zegary-incydentu"} <= {one.name for one in program.figures}


@pytest.mark.parametrize(("subject", "least"), SUBJECTS.items())
def test_there_are_questions_enough_of_many_kinds(program: TrainingProgram, subject: str, least: int) -> None:
    pools = [pool for pool in program.pools if pool.id == subject or pool.id.startswith(f"{subject}-")]
    items = [item for pool in pools for item in pool.every_item]
    assert len(items) >= least
    assert len({item.kind for item in items} | {"scenario" for pool in pools if pool.scenarios}) >= 6
    [exam_pool] = [pool for pool in pools if pool.id == subject]
    assert len(exam_pool.items) >= 3 * 5


def test_every_question_explains_itself(program: TrainingProgram) -> None:
    for item in program.items.values():
        assert said(item.feedback), item.id
        assert item.source, item.id
        assert item.facts, item.id


def test_only_what_was_read_in_the_act_is_graded(program: TrainingProgram) -> None:
    graded = {part.pool for part in exam_of(program).draw}
    for pool in program.pools:
        allowed = EXAM_CERTAINTIES if pool.id in graded else PRACTICE_CERTAINTIES
        assert {item.certainty for item in pool.every_item} <= allowed, pool.id


def test_practice_shows_no_key_of_the_exam(program: TrainingProgram) -> None:
    """Practice tells the right answers at once, also while an exam is open in another tab."""
    graded = {part.pool for part in exam_of(program).draw}
    practised = {part.pool for one in program.assessments if one.mode is Mode.PRACTICE for part in one.draw}
    assert not practised & graded


def test_the_exam_is_as_the_program_and_the_certificate_describe_it(program: TrainingProgram) -> None:
    exam = exam_of(program)
    needed = ceil(program.items_count(exam) * exam.pass_percent / 100)
    assert [(part.pool, part.count) for part in exam.draw] == [(f"temat-{number}", 5) for number in (1, 2, 3, 4)]
    assert (exam.attempts, exam.pause_hours, exam.time_limit_minutes) == (3, 24, 45)
    assert f"egzamin z {program.items_count(exam)} pytań" in said(program.summary)
    assert f"próg {exam.pass_percent}%, czyli co najmniej {needed} punktów" in said(program.summary)
    assert program.certificate
    assert f"limitem czasu {exam.time_limit_minutes} minut" in said(program.certificate.criteria)
    assert f"{exam.pass_percent}% punktów" in said(program.certificate.criteria)
    assert f"{len(lessons(program))} lekcji" in said(program.certificate.criteria)


def test_nobody_passes_without_the_warning_the_evacuation_and_the_own_role(program: TrainingProgram) -> None:
    graded = {part.pool for part in exam_of(program).draw}
    critical = {item.id for pool in program.pools if pool.id in graded for item in pool.every_item if item.critical}
    assert critical == {"rola-i-termin", "wklad-ewakuacyjny-gminy", "kto-ma-ostrzec"}


def test_the_seventy_two_hours_are_practised_and_not_graded(program: TrainingProgram) -> None:
    """Its certainty is B: the amended act was read in secondary sources only."""
    item = program.items["zgloszenie-w-72-godziny"]
    assert item.critical
    assert program.pool_of[item.id].id == "temat-4-cwiczenie"


def test_right_answers_do_not_give_themselves_away_by_length(program: TrainingProgram) -> None:
    single = [item for item in program.items.values() if item.kind == "single_choice"]
    longest = sum(max(item.choices, key=lambda one: len(said(one.text))).correct for item in single)
    assert longest <= len(single) * 0.4


def test_each_role_has_its_duty_and_its_notes(program: TrainingProgram) -> None:
    terms = {role.id: (role.first_months, role.repeat_months, role.entitlement) for role in program.roles}
    assert terms == {
        "wojt": (3, 12, Entitlement.VOIVODE),
        "starosta": (3, 12, Entitlement.ACADEMY),
        "marszalek": (6, None, Entitlement.ACADEMY),
        "pracownik": (None, 12, Entitlement.STAFF),
        "przydzial-oc": (6, None, None),
        "jednostka-pomocnicza": (None, None, Entitlement.STAFF),
        "radny": (None, None, None),
    }
    noted = Counter(role for note in program.notes for role in note.roles)
    assert noted["wojt"] >= len(lessons(program))
    assert noted["pracownik"] >= len(lessons(program))


def test_the_certificate_does_not_stand_for_the_statutory_training(program: TrainingProgram) -> None:
    assert program.certificate
    disclaimer = said(program.certificate.disclaimer)
    assert "uzupełniające" in said(program.certificate.title)
    assert "nie potwierdza szkolenia wymaganego w art. 49" in disclaimer
    assert f"{program.certificate.valid_months} miesięcy" in disclaimer
    assert "nie jest to termin ważności wynikający z ustawy" in disclaimer


def test_words_of_the_glossary_stand_in_the_lessons(program: TrainingProgram) -> None:
    text = said(" ".join(str(one.body) for one in lessons(program))).casefold()
    for term in program.glossary:
        assert any(said(form).casefold() in text for form in (term.term, *term.forms)), term.term
