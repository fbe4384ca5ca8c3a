"""The lint: one planted mistake for each finding, with its severity, file and line; and none where nothing is wrong."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from lms_core.content.lint import changed_under_its_version, lint
from lms_core.content.loader import load_program, read_program
from lms_core.content.problems import Problem, Severity
from tests.content.mistake import TODAY, Mistake, expect_remark
from tests.content.sample import FILES, line_with, spoilt, write

RULES = "[completion]"
ERROR, WARNING, HINT = Severity.ERROR, Severity.WARNING, Severity.HINT
MAIN, ITEMS, WARM_UP = "program.toml", "items/temat.toml", "items/rozgrzewka.toml"
RULE = (
    'all_of = [{ completed = ["lekcja"] }, { any_of = [{ passed = "egzamin" }, { completed = ["syreny", "final"] }] }]'
)
EXAM_DRAW, PRACTICE_DRAW = '[{ pool = "temat", count = 3 }]', '[{ pool = "rozgrzewka", count = 1 }, {'
EVERY_RULE = """\
all_of = [
  { within_days = { days = 30, rule = { completed = ["lekcja"] } } }, { min_minutes = { in_person = 60 } },
  { observed_by = { unit = "syreny", roles = ["instructor"] } }, { holds_credential = "inne" }, { passed = "egzamin" },
]"""
CHOICES = """choices = [{ id = "a", text = "Woda", correct = true }, { id = "b", text = "Radio", correct = true }]"""
SHORT = 'kind = "short_text"\nprompt = "Ile?"\nsource = "S"\ncertainty = "D"\nlaw_as_of = 2026-11-21\nfeedback = "F"\n'
NUMBER = FILES[WARM_UP][FILES[WARM_UP].index('kind = "numeric"') :]
LEGAL = 'legal_basis = [\n  "art. 49 ustawy",\n]'
ORDERING = CHOICES.replace(", correct = true", "").replace("Radio", "Woda ")
MULTIPLE = FILES[ITEMS][FILES[ITEMS].index('kind = "multiple_choice"') : FILES[ITEMS].index(CHOICES)] + CHOICES
MATCHING = """\
kind = "matching"
prompt = "Co jest co?"
source = "Poradnik, s. 9"
certainty = "D"
law_as_of = 2026-11-21
feedback = "Tak."
choices = [{ id = "a", text = "Woda", match = "x" }, { id = "b", text = "Radio", match = "y" }]
targets = [{ id = "x", text = "To samo" }, { id = "y", text = "To  samo" }]"""
MORE_ASSESSMENTS = """\
[[assessment]]  # nikt-nie-otwiera
id = "proba-generalna"
mode = "practice"
draw = [{ pool = "rozgrzewka", count = 1 }]
pass_percent = 60

[completion]"""
MORE_POOLS = f"""\
[[pool]]  # nikt-nie-losuje
id = "zapasowa"
[[pool.item]]
id = "zapasowe"
{SHORT}answers = ["trzy"]

[[assessment]]  # ocena-cwiczenie"""
MINIMUM = EXAM_DRAW.replace(" }", ", minimum = %s }")
REASON = '[[reason]]\ncode = "%s"  # kod\ntext = "Brak."\n\n[completion]'

ORDERED = MULTIPLE.replace("multiple_choice", "ordering").replace(CHOICES, ORDERING)
SHARED = '[{ pool = "temat", count = 2 }, { pool = "rozgrzewka", count = 1 }, {'
TWO_REASONS = f'[[reason]]\ncode = "wlasny"\ntext = "A"\n{REASON % "wlasny"}'
OWN = 'holds_credential = "ukonczenie"'
UNSIGNED = 'observed_by = { unit = "lekcja", roles = ["learner"] }'

ERRORS = [
    Mistake("source", ITEMS, '"Poradnik, s. 9"', '" "', 'source = " "', "puste źródło: podaj przepis"),
    Mistake("source of a lesson", MAIN, '["art. 49"]', '["art. 49", " "]', '" "]', "puste źródło: usuń je"),
    Mistake("legal basis", MAIN, '"art. 49 ustawy"', '" "', "legal_basis", "pusta podstawa prawna"),
    Mistake("same choices", ITEMS, "Radio", " Woda ", 'text = " Woda "', "„Woda” stoi tu dwa razy"),
    Mistake("same in English", ITEMS, '"1 litr"', '{ pl = "1 litr", en = "3 litres" }', "choices = [", "„3 litres”"),
    Mistake("same to order", ITEMS, MULTIPLE, ORDERED, '"Woda "', "„Woda” stoi tu dwa razy"),
    Mistake("same targets", ITEMS, MULTIPLE, MATCHING, "targets = [", "„To samo” stoi tu dwa razy"),
    Mistake(
        "nobody signs", MAIN, RULE, UNSIGNED, RULES, "tego warunku nikt nie spełni, nawet po zrobieniu wszystkiego"
    ),
    Mistake("its own certificate", MAIN, RULE, OWN, RULES, "Potrzebne jest ważne zaświadczenie: ukonczenie"),
    Mistake("what the loader refuses", MAIN, "count = 3", "count = 4", "count = 4", "ma za mało pytań (3)"),
]

LAW = [
    Mistake("review far", MAIN, "2027-05-21", "2027-05-25", "review_by", "ponad pół roku"),
    Mistake("no basis", MAIN, LEGAL, "legal_basis = []", "legal_basis", "nie podaje podstawy prawnej"),
    Mistake("newer item", WARM_UP, "2026-11-21", "2026-11-22", "law_as_of", "pytanie jest nowsze"),
    Mistake("older item", WARM_UP, "2026-11-21", "2026-11-20", "law_as_of", "pytanie jest starsze"),
]

TIGHT = "time_limit_minutes = 1"
ASSESSMENTS = [
    Mistake("no unit", MAIN, "[completion]", MORE_ASSESSMENTS, "# nikt-nie-otwiera", "żadna jednostka nie prowadzi"),
    Mistake("no draw", MAIN, "[[assessment]]  # ocena-cwiczenie", MORE_POOLS, "# nikt-nie-losuje", "nie losuje z puli"),
    Mistake("minima", MAIN, EXAM_DRAW, MINIMUM % 2.5, "pass_percent = 70", "razem 2.5 z 3 pkt, więcej niż próg"),
    Mistake("no title", MAIN, 'title = "Rozgrzewka"\n', "", "# pula-rozgrzewka", "zobaczy tylko „rozgrzewka”"),
    Mistake("no time", MAIN, f"{TIGHT}5", f"{TIGHT}  # mało", "# mało", "mniej niż pół minuty na pytanie (pytań: 3)"),
    Mistake("many minutes", MAIN, "minutes = 12", "minutes = 13", "minutes = 13", "pytań (3) potrzeba od 2 do 12 min"),
    Mistake("few minutes", MAIN, "minutes = 12", "minutes = 1  # mało", "# mało", "zadeklarowano 1 min"),
]

ALSO = '"trzy  litry."'
QUESTIONS = [
    Mistake("zero", WARM_UP, "tolerance = 0.5", "tolerance = 18", "tolerance", "uznaje też zero"),
    Mistake("same answers", WARM_UP, NUMBER, f'{SHORT}answers = ["Trzy litry", {ALSO}]\n', ALSO, "znaczy to samo"),
    Mistake("all of the above", ITEMS, '"Radio"', '"Wszystkie powyższe"', "powyższe", "te są mieszane"),
    Mistake("letters", ITEMS, '"Radio"', '"Odpowiedź A i B"', "Odpowiedź A i B", "te są mieszane"),
    Mistake("in English", ITEMS, '"Radio"', '{ pl = "Radio", en = "None of the above" }', "None of", "są mieszane"),
    Mistake("same prompt", ITEMS, '"Alarm to dźwięk modulowany."', '"co trafia do  plecaka?"', "co trafia", "„plecak”"),
]

SIRENS = "lessons/syreny.md"
MANY = "słowo " * 1000
LESSONS = [
    Mistake("no sources", MAIN, 'sources = ["art. 49"]\n', "", "# jednostka-lekcja", "„lekcja” nie podaje źródeł"),
    Mistake("too slow", MAIN, "minutes = 3", "minutes = 4", "minutes = 4", "słów (151) potrzeba od 1 do 3 min"),
    Mistake("too fast", SIRENS, FILES[SIRENS], MANY, "minutes = 2", "słów (1000) potrzeba od 4 do 17 min", MAIN),
]

REASONS = [
    Mistake("stock code", MAIN, "[completion]", REASON % "not_passed", "# kod", "„not_passed” ma już swój tekst"),
    Mistake("code twice", MAIN, "[completion]", TWO_REASONS, "# kod", "„wlasny” ma już swój tekst"),
]


def said(root: Path, changes: dict[str, str], *, today: date = TODAY) -> list[Problem]:
    return lint(read_program(write(root, changes)), today=today)


@pytest.mark.parametrize("mistake", ERRORS, ids=lambda mistake: mistake.name)
def test_an_error(tmp_path: Path, mistake: Mistake) -> None:
    expect_remark(mistake, tmp_path, ERROR)


@pytest.mark.parametrize(
    "mistake", [*LAW, *ASSESSMENTS, *QUESTIONS, *LESSONS, *REASONS], ids=lambda mistake: mistake.name
)
def test_a_warning(tmp_path: Path, mistake: Mistake) -> None:
    expect_remark(mistake, tmp_path, WARNING)


def test_the_sample_and_every_kind_of_rule_leave_nothing_to_say(tmp_path: Path) -> None:
    assert lint(read_program(write(tmp_path)), today=TODAY) == []
    assert said(tmp_path, {MAIN: spoilt(MAIN, RULE, EVERY_RULE)}) == []


@pytest.mark.parametrize("name", ["kos_clubs", "osp_training", "zpos_module2"])
def test_our_programs_leave_nothing_to_say(name: str) -> None:
    root = Path(__file__).resolve().parents[2] / "plugins" / name / "src" / name / "content"
    assert [str(problem) for problem in lint(read_program(root), today=TODAY)] == []


def test_the_law_is_overdue_from_the_day_after_its_review_and_not_before(tmp_path: Path) -> None:
    loaded = read_program(write(tmp_path))
    assert lint(loaded, today=date(2027, 5, 21)) == []
    for today in (date(2027, 5, 22), date(2031, 1, 1)):
        [overdue] = lint(loaded, today=today)
        assert (overdue.severity, overdue.line) == (WARNING, line_with(FILES[MAIN], "review_by"))
        assert "podnieś law_as_of, review_by i version" in overdue.message


def test_an_exam_that_is_required_and_has_no_unit_is_told_once(tmp_path: Path) -> None:
    lesson = 'kind = "lesson"\ntitle = "E"\nminutes = 2\nbody = "lessons/syreny.md"\nsources = ["S"]'
    unit = 'kind = "assessment"\ntitle = "Egzamin końcowy"\nminutes = 12\nassessment = "egzamin"  # miejsce-egzaminu'
    [problem] = said(tmp_path, {MAIN: spoilt(MAIN, unit, lesson)})
    assert (problem.severity, "więc nikt go nie zaliczy" in problem.message) == (ERROR, True)


def test_practice_that_shows_the_exams_answers(tmp_path: Path) -> None:
    program = spoilt(MAIN, PRACTICE_DRAW, SHARED)
    [shared] = said(tmp_path, {MAIN: program})
    assert (shared.severity, shared.line) == (WARNING, line_with(program, 'draw = [{ pool = "temat", count = 2 }'))
    assert "pula „temat” służy też egzaminowi" in shared.message


def test_a_title_is_missed_where_a_minimum_is_reported(tmp_path: Path) -> None:
    titled = spoilt(MAIN, EXAM_DRAW, MINIMUM % 2)
    assert said(tmp_path, {MAIN: titled}) == []
    bare = titled.replace('title = "Temat"\n', "")
    [problem] = said(tmp_path, {MAIN: bare})
    assert (problem.severity, problem.line) == (WARNING, line_with(bare, "# pula-temat"))
    assert said(tmp_path, {MAIN: spoilt(MAIN, 'title = "Temat"\n', "")}) == []


def test_critical_questions_that_fill_the_paper_hide_the_others(tmp_path: Path) -> None:
    program = spoilt(MAIN, "count = 3", "count = 1").replace("minutes = 12", "minutes = 3")
    [problem] = said(tmp_path, {MAIN: program})
    assert (problem.severity, problem.line) == (WARNING, line_with(program, 'draw = [{ pool = "temat", count = 1'))
    assert "pozostałych nikt nie zobaczy" in problem.message


@pytest.mark.parametrize(("today", "known"), [(TODAY - timedelta(days=1), 1), (TODAY, 0)])
def test_a_legal_state_of_tomorrow_is_doubted_today(tmp_path: Path, today: date, known: int) -> None:
    assert len(lint(read_program(write(tmp_path)), today=today)) == known


def test_questions_about_different_cases_may_read_the_same(tmp_path: Path) -> None:
    question = f'[[scenario.item]]\nid = "%s"\n{SHORT}answers = ["trzy"]\n'
    case = '[[scenario]]\nid = "%s"\ntitle = "T"\ntext = "Opis."\n'
    apart = case % "jeden" + question % "pierwsze" + case % "dwa" + question % "drugie"
    assert said(tmp_path, {WARM_UP: apart}) == []
    together = case % "jeden" + question % "pierwsze" + question % "drugie"
    [repeated] = said(tmp_path, {WARM_UP: together})
    third_prompt = [at for at, line in enumerate(together.split("\n"), 1) if line.startswith("prompt")][-1]
    assert (repeated.file, repeated.line, repeated.severity) == (WARM_UP, third_prompt, WARNING)


def test_a_mark_below_what_critical_questions_ask_decides_nothing(tmp_path: Path) -> None:
    text = FILES[ITEMS].replace("critical = true\n", "").replace("certainty =", "critical = true\ncertainty =")
    [problem] = said(tmp_path, {ITEMS: text})
    assert (problem.severity, problem.line) == (WARNING, line_with(FILES[MAIN], "pass_percent = 70"))
    assert "próg 70% nic nie znaczy" in problem.message
    full = spoilt(MAIN, "pass_percent = 70", "pass_percent = 100")
    assert said(tmp_path, {MAIN: full, ITEMS: text}) == []


@pytest.mark.parametrize(("questions", "wrong", "known"), [(4, "Nie", 1), (3, "Nie", 0), (4, "Nie, ale czasem tak", 0)])
def test_a_right_answer_that_is_always_the_longest_is_hinted_at(
    tmp_path: Path, questions: int, wrong: str, known: int
) -> None:
    one = SHORT.replace("short_text", "single_choice").replace("Ile?", "Ile %d?")
    choices = (
        f'choices = [{{ id = "a", text = "Tak, ale czasem nie", correct = true }}, {{ id = "b", text = "{wrong}" }}]\n'
    )
    text = "".join(f'[[item]]\nid = "pytanie-{index}"\n{one % index}{choices}' for index in range(questions))
    found = said(tmp_path, {WARM_UP: text})
    assert [(problem.severity, problem.line) for problem in found] == [
        (HINT, line_with(FILES[MAIN], "# pula-rozgrzewka"))
    ] * known


def test_choices_that_keep_their_order_may_speak_of_each_other(tmp_path: Path) -> None:
    text = spoilt(ITEMS, '"Radio"', '"Wszystkie powyższe"').replace('id = "plecak"', 'id = "plecak"\nshuffle = false')
    assert said(tmp_path, {ITEMS: text}) == []


def test_findings_stand_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    program = spoilt(MAIN, "2027-05-21", "2028-05-21").replace("count = 3", "count = 4")
    changes = {MAIN: program, ITEMS: spoilt(ITEMS, '"Poradnik, s. 9"', '" "'), "lessons/syreny.md": "### Za głęboko\n"}
    found = said(tmp_path, changes, today=date(2029, 1, 1))
    places = [(problem.file, problem.line) for problem in found]
    assert places == sorted(places)
    assert [problem.severity for problem in found if problem.file == MAIN] == [WARNING, WARNING, WARNING, ERROR]


def test_changed_content_needs_a_higher_version(tmp_path: Path) -> None:
    earlier = load_program(write(tmp_path / "old"))
    same = read_program(write(tmp_path / "same"))
    assert changed_under_its_version(same, earlier) is None
    text = spoilt(MAIN, '"Streszczenie próby"', '"Inne streszczenie"')
    changed = changed_under_its_version(read_program(write(tmp_path / "new", {MAIN: text})), earlier)
    assert (changed.severity, changed.file, changed.line) == (ERROR, MAIN, line_with(text, "version ="))
    assert changed.message.startswith("treść zmieniła się pod wersją 1.0.0: podnieś version")
    raised = write(tmp_path / "new", {MAIN: text.replace('"1.0.0"', '"1.0.1"')})
    assert changed_under_its_version(read_program(raised), earlier) is None


def test_a_version_is_compared_by_its_numbers(tmp_path: Path) -> None:
    loaded = read_program(write(tmp_path, {MAIN: spoilt(MAIN, '"1.0.0"', '"1.10.0"')}))
    assert changed_under_its_version(loaded, replace(loaded.program, version="1.9.0")) is None
    lower = changed_under_its_version(loaded, replace(loaded.program, version="1.11.0"))
    assert "wersja 1.10.0 jest niższa niż wcześniejsza, 1.11.0" in lower.message
