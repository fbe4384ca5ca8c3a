"""What one key cannot tell: identifiers that repeat or point nowhere, draws, keys, rules that cannot work."""

import pytest

from tests.content.mistake import Mistake, expect
from tests.content.sample import FILES, PROGRAM, line_with, problems, spoilt, write

MAIN, ITEMS, PRACTICE = "program.toml", "items/temat.toml", "items/cwiczenie.toml"
WARM_UP = "items/rozgrzewka.toml"
NUMBER = FILES[WARM_UP][FILES[WARM_UP].index('kind = "numeric"') :]
TYPED = NUMBER[: NUMBER.index("answer = 18")].replace("numeric", "short_text") + 'answers = ["a\\u0007"]\n'
RULE = '[{ completed = ["lekcja"] }, { any_of = [{ passed = "egzamin" }, { completed = ["syreny", "final"] }] }]'
POOL = "[[pool]]  # pula-rozgrzewka"
EXTRA_POOL = "[[pool]]\nid = 'temat'\n\n[[pool.item]]\nid = 'nowe'\nkind = 'true_false'\nprompt = 'P'\nsource = 'S'\n"
EXTRA_POOL += "certainty = 'A'\nlaw_as_of = 2026-11-21\nfeedback = 'F'\nanswer = true\n\n"
DRAW = '[{ pool = "temat", count = 3 }]'


def more(name: str, before: str, added: str, *, says: str) -> Mistake:
    """Tables added before another: the line that is wrong ends in "# znów"."""
    return Mistake(name, MAIN, before, f"{added}\n\n{before}", "# znów", says)


EXAM_UNIT = 'kind = "assessment"\ntitle = "Egzamin końcowy"\nminutes = 12\nassessment = "egzamin"  # miejsce-egzaminu'
LESSON = 'kind = "lesson"\ntitle = "L"\nminutes = 5\nbody = "lessons/syreny.md"'
EXTRA_COURSE = f'[[course]]\nid = "woda"  # znów\ntitle = "W"\n[[course.unit]]\nid = "ulotka"\n{LESSON}'
EXTRA_UNIT = f'[[course.unit]]\nid = "lekcja"  # znów\n{LESSON}'
EXTRA_EXAM = '[[assessment]]\nid = "egzamin"  # znów\nmode = "exam"\npass_percent = 70\ndraw = ' + DRAW.replace(
    "3", "1"
)
REPEATED = [
    more("course", "[[pool]]  # pula-temat", EXTRA_COURSE, says="kursu „woda” powtarza się"),
    more("unit", "[[course.unit]]  # jednostka-cwiczenie", EXTRA_UNIT, says="jednostki „lekcja” powtarza się"),
    more("unit elsewhere", "[[course.unit]]  # jednostka-egzamin", EXTRA_UNIT, says="jednostki „lekcja” powtarza"),
    Mistake("pool", MAIN, POOL, EXTRA_POOL + POOL, "id = 'temat'", "puli „temat” powtarza się"),
    more("assessment", "[completion]", EXTRA_EXAM, says="sprawdzianu „egzamin” powtarza się"),
    Mistake("item", ITEMS, 'id = "syrena"', 'id = "plecak"  # znów', "# znów", "pytania „plecak” powtarza się"),
    Mistake("item of another pool", PRACTICE, '"latarka"', '"plecak"  # znów', "# znów", "pytania „plecak” powtarza"),
    Mistake("choice", ITEMS, '"b", text = { pl', '"a", text = { pl', "choices = [", "odpowiedzi powtarzają się"),
]

NOWHERE = [
    Mistake("draw", MAIN, 'pool = "tylko-cwiczenie"', 'pool = "nie-ma"', "nie-ma", "nie ma puli „nie-ma”"),
    Mistake("unit", MAIN, 'assessment = "cwiczenie"', 'assessment = "nie-ma"', "nie-ma", "sprawdzianu „nie-ma”"),
    Mistake("passed", MAIN, 'passed = "egzamin"', 'passed = "nie-ma"', "[completion]", "wymaga sprawdzianu „nie-ma”"),
    Mistake("completed", MAIN, '"syreny", "final"', '"syreny", "nie-ma"', "[completion]", "wymaga jednostki „nie-ma”"),
    Mistake("unit for exam", MAIN, 'passed = "egzamin"', 'passed = "final"', "[completion]", "sprawdzianu „final”"),
    Mistake("exam nobody opens", MAIN, EXAM_UNIT, LESSON, "[completion]", "nikt go nie zaliczy"),
    Mistake("refresher", MAIN, "attempts = 3", 'attempts = 3\nrefresher = "nie-ma"', "refresher", "jednostki „nie-ma”"),
]

DRAWS = [
    Mistake("too few", MAIN, "count = 3", "count = 4", "count = 4", "ma za mało pytań (3): losowanych ma być 4"),
    Mistake("pool twice", MAIN, "3 }]", '1 }, { pool = "temat", count = 2 }]', "count = 2", "losowana więcej niż raz"),
    Mistake("B in an exam", ITEMS, 'certainty = "D"', 'certainty = "B"', DRAW, "„plecak” ma pewność B", MAIN),
    Mistake("C nowhere", PRACTICE, '"B"', '"C"', "count = 1 }, {", "pewność C; tu wolno tylko: A, B, D", MAIN),
    Mistake("N nowhere", PRACTICE, '"B"', '"N"', "count = 1 }, {", "pewność N; tu wolno tylko: A, B, D", MAIN),
]

PLACES = [
    Mistake("twice", MAIN, '= "cwiczenie"\n\n', '= "egzamin"\n\n', "# miejsce-egzaminu", "w jednostce „proba-sil”"),
    Mistake(
        "refresher", MAIN, "attempts = 3", 'attempts = 3\nrefresher = "final"', "refresher", "może być tylko lekcja"
    ),
]

TWO_CHOICES = 'choices = [{ id = "%s", text = "T", correct = true }, { id = "%s", text = "N" }]'
KEYS = [
    Mistake("two correct", ITEMS, '"1 litr"', '"1 litr", correct = true', "choices = [", "tylko 1 odpowiedź"),
    Mistake("none correct", ITEMS, ", correct = true },\n]", " },\n]", "choices = [", "żadna odpowiedź"),
    Mistake("one choice", ITEMS, ', { id = "b", text = "Radio", correct = true }', "", '"Woda"', "co najmniej dwie"),
    Mistake("own choices", ITEMS, "answer = true", TWO_CHOICES % ("tak", "nie"), '"tak"', "answer = true albo answer"),
    Mistake("false first", ITEMS, "answer = true", TWO_CHOICES % ("false", "true"), '"false"', "answer = true albo"),
    Mistake("id of a choice", ITEMS, '"b", text = { pl', '"B", text = { pl', "choices = [", "(1–32 znaki)"),
    Mistake("unit eats the answer", WARM_UP, '"litrów"', '"8"', "# pytanie-litry", "„18” nie daje punktów"),
    Mistake("nobody types it", WARM_UP, NUMBER, TYPED, "# pytanie-litry", "nie da się podać"),
    Mistake("no choices", ITEMS, "answer = true", "answer = true\nchoices = []", "answer", "nieznany klucz w tym"),
]

RULES = [
    Mistake("empty all_of", MAIN, RULE, "[]", "[completion]", "nieznana albo źle zapisana reguła „all_of”"),
    Mistake("empty any_of inside", MAIN, RULE, "[{ any_of = [] }]", "[completion]", "źle zapisana reguła „any_of”"),
    Mistake("empty completed", MAIN, RULE, "[{ completed = [] }]", "[completion]", "źle zapisana reguła „completed”"),
    Mistake("two keys", MAIN, RULE, '[{ passed = "egzamin", completed = ["final"] }]', "[completion]", "jeden klucz"),
    Mistake("no key inside", MAIN, RULE, "[{}]", "[completion]", "dokładnie jeden klucz"),
    Mistake("a list for one", MAIN, f"all_of = {RULE}", 'passed = ["egzamin"]', "[completion]", "reguła „passed”"),
    Mistake("one for a list", MAIN, f"all_of = {RULE}", 'completed = "final"', "[completion]", "reguła „completed”"),
    Mistake("text for a rule", MAIN, RULE, '["egzamin"]', "[completion]", "dokładnie jeden klucz"),
]

COURSES = PROGRAM[PROGRAM.index("[[course]]") : PROGRAM.index("[[pool]]")]
REST = [
    *(
        Mistake(limit, MAIN, "percent = 60", f"percent = 60\n{limit} = 2", '"practice"', "nie ma limitu podejść")
        for limit in ("attempts", "pause_hours", "time_limit_minutes")
    ),
    Mistake("review before law", MAIN, "2027-05-21", "2026-01-01", "review_by", "wcześniejszy niż stan prawny"),
    Mistake("no courses", MAIN, COURSES, "", None, "course: brakuje tego klucza"),
    more(
        "no units",
        "[[course]]  # kurs-alarm",
        '[[course]]\nid = "kurs"\ntitle = "K"\nunit = []  # znów',
        says="jednostka",
    ),
    Mistake(
        "empty lesson", "lessons/syreny.md", FILES["lessons/syreny.md"], " \n", '"lessons/syreny.md"', "pusty", MAIN
    ),
]


@pytest.mark.parametrize("mistake", REPEATED, ids=lambda mistake: mistake.name)
def test_an_identifier_that_repeats(tmp_path, mistake: Mistake) -> None:
    expect(mistake, tmp_path)


@pytest.mark.parametrize("mistake", NOWHERE, ids=lambda mistake: mistake.name)
def test_a_reference_to_nowhere(tmp_path, mistake: Mistake) -> None:
    expect(mistake, tmp_path)


@pytest.mark.parametrize("mistake", DRAWS, ids=lambda mistake: mistake.name)
def test_a_draw_that_cannot_or_must_not_be_drawn(tmp_path, mistake: Mistake) -> None:
    expect(mistake, tmp_path)


@pytest.mark.parametrize("mistake", PLACES, ids=lambda mistake: mistake.name)
def test_a_unit_nobody_could_complete(tmp_path, mistake: Mistake) -> None:
    expect(mistake, tmp_path)


@pytest.mark.parametrize("mistake", KEYS, ids=lambda mistake: mistake.name)
def test_an_item_without_a_sound_key(tmp_path, mistake: Mistake) -> None:
    expect(mistake, tmp_path)


@pytest.mark.parametrize("mistake", RULES, ids=lambda mistake: mistake.name)
def test_a_rule_that_decides_nothing(tmp_path, mistake: Mistake) -> None:
    expect(mistake, tmp_path)


@pytest.mark.parametrize("mistake", REST, ids=lambda mistake: mistake.name)
def test_limits_dates_and_things_that_are_empty(tmp_path, mistake: Mistake) -> None:
    expect(mistake, tmp_path)


def test_more_critical_items_than_the_draw_are_told(tmp_path) -> None:
    all_critical = FILES[ITEMS].replace("critical = true\n", "").replace("certainty =", "critical = true\ncertainty =")
    drawn_two = spoilt(MAIN, "count = 3", "count = 2")
    *_, exam = problems(write(tmp_path, {ITEMS: all_critical, MAIN: drawn_two}))
    assert exam.line == line_with(drawn_two, "count = 2")
    assert "ma za dużo obowiązkowych pytań (3): losowanych ma być 2" in exam.message


def test_a_minimum_that_no_sum_of_points_reaches_is_told(tmp_path) -> None:
    tenths = FILES[ITEMS].replace("certainty =", "points = 0.1\ncertainty =")
    for minimum, known in (("0.3", 0), ("0.30000000000000004", 1), ("0.4", 1)):
        drawn = spoilt(MAIN, "count = 3", f"count = 3, minimum = {minimum}")
        found = problems(write(tmp_path, {ITEMS: tenths, MAIN: drawn}))
        assert len(found) == known, minimum
        assert all(problem.line == line_with(drawn, "minimum") for problem in found)
        assert all("jest nieosiągalne: z puli „temat” można zdobyć 0.3 pkt" in problem.message for problem in found)


IDENTIFIERS = {
    "program": 'id = "proba"\n',
    "certificate": 'id = "ukonczenie"\n',
    "course": 'id = "alarm"\n',
    "unit": 'id = "proba-sil"\n',
}
BAD = ["Proba", "a", "2kurs", "-kurs", "kurs woda", "kurs_woda", "próba", "k" * 65, "kurs\\n", "", "kurs/woda", "kurs."]


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("noun", IDENTIFIERS)
def test_a_bad_identifier(tmp_path, noun: str, bad: str) -> None:
    says = "ma się składać z małych liter a–z, cyfr i myślników (2–64 znaki)"
    expect(Mistake(noun, MAIN, IDENTIFIERS[noun], f'id = "{bad}"\n', f'id = "{bad}"', says), tmp_path)


@pytest.mark.parametrize("good", ["ab", "a-", "k" * 64, "osp-2026"])
def test_a_good_identifier(tmp_path, good: str) -> None:
    text = spoilt(MAIN, 'id = "proba"\n', f'id = "{good}"\n')
    assert problems(write(tmp_path, {MAIN: text})) == ()
