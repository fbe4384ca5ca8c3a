"""The programs that we ship: sound, sourced, translated, and honest about what they are."""

import re
from datetime import date

import pytest

from lms_core.content.markdown import to_html
from lms_core.domain.calendar import add_months
from lms_core.domain.item_kinds import key_of
from lms_core.domain.items import Item
from lms_core.domain.lessons import Lesson
from lms_core.domain.outcome import Outcome
from lms_core.domain.paper import draw_paper
from lms_core.domain.program import Mode, TrainingProgram
from lms_core.domain.rules import Progress, Status
from lms_core.plugin_host import installed_sources, load_plugins
from tests.domain.values import NOON

PROGRAMS = {"kos_clubs": "kos-72-godziny", "osp_training": "osp-doskonalenie", "zpos_module2": "zpos-modul-2"}
OFFERS = load_plugins(installed_sources()).offers
EACH = pytest.mark.parametrize("program_id", PROGRAMS.values())
PASSED = Outcome(scaled=1.0, raw=1.0, max=1.0, success=True, completion=True)


def of(program_id: str) -> TrainingProgram:
    return OFFERS[program_id].program


def exam_items(program: TrainingProgram) -> list[Item]:
    drawn = {part.pool for one in program.assessments if one.mode is Mode.EXAM for part in one.draw}
    return [item for pool in program.pools if pool.id in drawn for item in pool.items]


def lessons(program: TrainingProgram) -> list[Lesson]:
    return [unit for unit in program.units if isinstance(unit, Lesson)]


def words(markdown: str) -> int:
    prose = re.sub(r"<[^>]+>", " ", to_html(markdown)).split()
    return sum(bool(re.search(r"[^\W\d_]", word)) for word in prose)


def test_every_plugin_is_found_and_active() -> None:
    statuses = load_plugins(installed_sources(), raise_errors=True).statuses
    assert {status.name: status.programs for status in statuses} == {name: (one,) for name, one in PROGRAMS.items()}


@EACH
def test_every_item_of_an_exam_is_certain(program_id: str) -> None:
    items = exam_items(of(program_id))
    assert items
    assert {item.certainty for item in items} <= {"A", "D"}


@EACH
def test_every_item_has_a_source_a_reason_and_its_legal_state(program_id: str) -> None:
    program = of(program_id)
    for item in program.items.values():
        assert item.source.strip(), item.id
        assert len(str(item.feedback).split()) > 3, item.id
        assert item.law_as_of <= program.law_as_of, item.id
    prompts = [str(item.prompt) for item in program.items.values()]
    assert len(set(prompts)) == len(prompts)


@EACH
def test_no_right_answer_gives_itself_away_by_its_place(program_id: str) -> None:
    """In the files too the key must not always be the first choice: a preview shows that order."""
    keys = [key_of(item) for item in of(program_id).items.values() if item.kind == "single_choice"]
    assert len(keys) < 4 or len(set(keys)) > 1


@EACH
def test_every_lesson_is_prose_with_its_sources(program_id: str) -> None:
    for lesson in lessons(of(program_id)):
        body = str(lesson.body)
        assert lesson.sources, lesson.id
        assert re.search(r"^## ", body, re.MULTILINE), lesson.id
        assert not re.search(r"^# ", body, re.MULTILINE), lesson.id
        assert "&lt;!--" not in to_html(body), lesson.id
        assert 500 <= words(body) <= 1000, lesson.id


def test_zpos_is_big_enough() -> None:
    zpos = of("zpos-modul-2")
    assert len(zpos.items) >= 12
    assert sum(500 <= words(str(lesson.body)) <= 1000 for lesson in lessons(zpos)) >= 2


@EACH
def test_the_legal_state_is_reviewed_within_half_a_year(program_id: str) -> None:
    program = of(program_id)
    assert program.law_as_of < program.review_by <= add_months(program.law_as_of, 6)
    assert program.overdue(date(2028, 1, 1))


@EACH
def test_what_everybody_reads_is_in_both_languages(program_id: str) -> None:
    program = of(program_id)
    paper = program.certificate
    texts = [program.title, program.summary, program.audience, paper.title, paper.statement, paper.disclaimer]
    texts += [paper.criteria, *(course.title for course in program.courses), *(unit.title for unit in program.units)]
    assert [text.pl for text in texts if not text.en] == []


@EACH
def test_the_certificate_says_what_it_is_not(program_id: str) -> None:
    assert re.search(r"\bnie\s(potwierdza|nadaje|zastępuje)", of(program_id).certificate.disclaimer.pl.casefold())


@EACH
def test_the_whole_program_completes_it_and_less_does_not(program_id: str) -> None:
    program = of(program_id)
    units = frozenset(unit.id for unit in program.units)
    outcomes = dict.fromkeys((one.id for one in program.assessments), PASSED)
    exams = {one.id for one in program.assessments if one.mode is Mode.EXAM}
    decide = program.completion
    assert decide(Progress(NOON, NOON, outcomes, units)).status is Status.SATISFIED
    assert decide(Progress(NOON, NOON, outcomes)).status is Status.PENDING
    assert decide(Progress(NOON, NOON, {}, units)).status is Status.PENDING
    assert decide(Progress(NOON, NOON, dict.fromkeys(exams, PASSED), units)).status is Status.SATISFIED
    for lesson in lessons(program):
        assert decide(Progress(NOON, NOON, outcomes, units - {lesson.id})).status is Status.PENDING, lesson.id


@EACH
def test_every_assessment_can_be_drawn_and_two_learners_rarely_meet_the_same_paper(program_id: str) -> None:
    program = of(program_id)
    for assessment in program.assessments:
        papers = {draw_paper(program, assessment, seed=seed) for seed in range(30)}
        assert {len(paper) for paper in papers} == {program.items_count(assessment)}
        assert len(papers) > 20
