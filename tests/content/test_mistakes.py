"""One mistake at a time: each is named with its file, its line and a Polish sentence."""

import pytest

from tests.content.mistake import Mistake, expect
from tests.content.sample import line_with, problems, spoilt, write

PROGRAM, ITEMS = "program.toml", "items/temat.toml"
ITEM = '[[item]]  # pytanie-plecak\nid = "plecak"'


def unknown_key(name: str, file: str, header: str, *, key: str, says: str) -> Mistake:
    return Mistake(name, file, header, f"{header}\n{key} = 1", f"{key} = 1", says)


UNKNOWN = [
    unknown_key("program", PROGRAM, 'language = "pl"', key="audeince", says="czy chodziło o „audience”?"),
    unknown_key("certificate", PROGRAM, "[certificate]", key="statment", says="czy chodziło o „statement”?"),
    unknown_key("course", PROGRAM, "[[course]]  # kurs-alarm", key="tittle", says="czy chodziło o „title”?"),
    unknown_key("unit", PROGRAM, "[[course.unit]]  # jednostka-lekcja", key="minuts", says="czy chodziło o „minutes”?"),
    unknown_key("assessment", PROGRAM, "[[assessment]]  # ocena-egzamin", key="atempts", says="o „attempts”?"),
    unknown_key("pool", PROGRAM, "[[pool]]  # pula-temat", key="flie", says="czy chodziło o „file”?"),
    unknown_key("item", ITEMS, "[[item]]  # pytanie-syrena", key="sorce", says="czy chodziło o „source”?"),
    unknown_key("nothing like it", PROGRAM, "[certificate]", key="zzz", says="certificate.zzz: nieznany klucz"),
    unknown_key("of elsewhere", PROGRAM, "[certificate]", key="minutes", says="nieznany klucz w tym miejscu"),
    unknown_key("answer elsewhere", ITEMS, "[[item]]  # pytanie-plecak", key="answer", says="klucz w tym miejscu"),
    unknown_key("marshmallow's own", PROGRAM, 'language = "pl"', key="_schema", says="nieznany klucz"),
    Mistake("draw", PROGRAM, "count = 3", "count = 3, cuont = 3", "cuont", "czy chodziło o „count”?"),
    Mistake("choice", ITEMS, '"1 litr"', '"1 litr", corect = true', "choices = [", "o „correct”?"),
    Mistake(
        "table", PROGRAM, "[certificate]", "[certifcate]\nid = 1\n[certificate]", "[certifcate]", "o „certificate”?"
    ),
    Mistake("array", PROGRAM, "[certificate]", "[[kurs]]\nid = 1\n[certificate]", "[[kurs]]", "nieznany klucz"),
    Mistake("rule", PROGRAM, '{ passed = "egzamin" }', '{ pased = "egzamin" }', "[completion]", "reguła „pased”"),
    Mistake(
        "head of an item file", ITEMS, ITEM.split("\n", 1)[0], "[pula]\n" + ITEM.split("\n", 1)[0], "[pula]", "pula: "
    ),
]

MISSING = [
    Mistake("version", PROGRAM, 'version = "1.0.0"\n', "", None, "version: brakuje tego klucza"),
    Mistake("statement", PROGRAM, 'statement = "Potwierdza się ukończenie próby."\n', "", "[certificate]", "brakuje"),
    Mistake("body", PROGRAM, 'body = "lessons/syreny.md"\n', "", "jednostka-druga-lekcja", "unit.0.body: brakuje"),
    Mistake("kind of unit", PROGRAM, 'kind = "lesson"\ntitle = "Syreny"', "", "druga-lekcja", "jednym z: lesson"),
    Mistake(
        "assessment",
        PROGRAM,
        'assessment = "egzamin"  # miejsce-egzaminu\n',
        "",
        "# jednostka-egzamin",
        "assessment: brakuje",
    ),
    Mistake("mode", PROGRAM, 'mode = "practice"\n', "", "# ocena-cwiczenie", "mode: brakuje tego klucza"),
    Mistake("count", PROGRAM, ", count = 3", "", 'draw = [{ pool = "temat" }', "count"),
    Mistake("file", PROGRAM, 'file = "items/temat.toml"\n', "", "# pula-temat", "pula wymaga klucza file"),
    Mistake("source", ITEMS, 'source = "Poradnik, s. 9"\n', "", "# pytanie-plecak", "source: brakuje tego klucza"),
    Mistake("feedback", ITEMS, 'feedback = "Tak."\n', "", "# pytanie-syrena", "feedback: brakuje tego klucza"),
    Mistake("answer", ITEMS, "answer = true\n", "", "# pytanie-syrena", "pytanie prawda/fałsz wymaga answer"),
    Mistake("completion", PROGRAM, "[completion]\nall_of", "[completion]\n# all_of", "[completion]", "dokładnie jeden"),
    Mistake("translation", PROGRAM, '{ pl = "Mieszkańcy gminy" }', '{ en = "All" }', "audience", "ma być tekstem albo"),
]

WRONG_TYPE = [
    Mistake("text", PROGRAM, '"Streszczenie próby"', "5", "summary = 5", "ma być tekstem albo tabelą"),
    Mistake("empty text", PROGRAM, '"Streszczenie próby"', '" "', "summary", "tekst nie może być pusty"),
    Mistake("language of text", PROGRAM, '"Streszczenie próby"', '{ pl = "a", de = "b" }', "summary", "ma być tekstem"),
    Mistake("number as text", PROGRAM, "minutes = 3", 'minutes = "25"', "minutes =", "ma być liczbą całkowitą"),
    Mistake("number as truth", PROGRAM, "minutes = 3", "minutes = true", "minutes =", "ma być liczbą całkowitą"),
    Mistake("fraction", PROGRAM, "minutes = 3", "minutes = 2.5", "minutes = 2.5", "ma być liczbą całkowitą"),
    Mistake("not a number", PROGRAM, "minutes = 3", "minutes = nan", "minutes = nan", "ma być liczbą całkowitą"),
    Mistake("too small", PROGRAM, "minutes = 3", "minutes = 0", "minutes = 0", "ma być liczbą od 1 do 600"),
    Mistake("too large", PROGRAM, "pass_percent = 70", "pass_percent = 101", "= 101", "ma być liczbą od 1 do 100"),
    Mistake("date", PROGRAM, "law_as_of = 2026-11-21", 'law_as_of = "wczoraj"', "law_as_of", "ma być datą w postaci"),
    Mistake("instant", PROGRAM, "law_as_of = 2026-11-21", "law_as_of = 2026-11-21T08:00:00Z", "law_as_of", "datą"),
    Mistake("mode", PROGRAM, '"practice"', '"trening"', '"trening"', "ma być jednym z: practice, exam"),
    Mistake("review", PROGRAM, '"wrong"', "[]", "review = []", "ma być jednym z: score, wrong, items"),
    Mistake("language", PROGRAM, 'language = "pl"', 'language = "uk"', '"uk"', "ma być pl albo en"),
    Mistake("version", PROGRAM, '"1.0.0"', '"1.0"', "version", "ma mieć postać 1.0.0"),
    Mistake("digits of version", PROGRAM, '"1.0.0"', '"١.٠.٠"', "version", "ma mieć postać 1.0.0"),
    Mistake("certificate", PROGRAM, "[certificate]", "[[certificate]]", "[[certificate]]", "ma być tabelą"),
    Mistake("list", PROGRAM, 'sources = ["art. 49"]', 'sources = "art. 49"', "sources", "ma być listą"),
    Mistake("list's element", PROGRAM, 'sources = ["art. 49"]', "sources = [49]", "sources", "tekstem w cudzysłowie"),
    Mistake("empty source", PROGRAM, 'sources = ["art. 49"]', 'sources = [""]', "sources", "od 1 do 1000 znaków"),
    Mistake("element of many lines", PROGRAM, '  "art. 49 ustawy",', "  49,", "legal_basis", "tekstem w cudzysłowie"),
    Mistake("draw of nothing", PROGRAM, '[{ pool = "temat", count = 3 }]', "[]", "draw = []", "od 1 do 50 losowań"),
    Mistake(
        "kind of unit", PROGRAM, 'kind = "lesson"\ntitle = "Syreny"', 'kind = 5\ntitle = "S"', "kind = 5", "jednym z"
    ),
    Mistake("kind of item", ITEMS, '"multiple_choice"', '"essay"', '"essay"', "nieznany rodzaj pytania: essay"),
    Mistake("certainty", ITEMS, 'certainty = "D"', 'certainty = "AB"', '"AB"', "ma być A, B, C, D albo N"),
    Mistake("certainty of nothing", ITEMS, 'certainty = "D"', 'certainty = ""', 'certainty = ""', "ma być A, B, C, D"),
    Mistake(
        "answer", ITEMS, "answer = true", 'answer = "true"', "answer =", "wymaga answer = true albo answer = false"
    ),
    Mistake("critical", ITEMS, "critical = true", 'critical = "tak"', "critical", "ma być true albo false"),
    Mistake("facts", ITEMS, "facts = [7, 3]", 'facts = ["7"]', "facts", "ma być numerem faktu"),
    Mistake("file", PROGRAM, 'file = "items/temat.toml"', "file = 5", "# pula-temat", "pula wymaga klucza file"),
    Mistake(
        "both", PROGRAM, 'file = "items/temat.toml"', 'file = "items/temat.toml"\nitem = []', "# pula-temat", "obok"
    ),
]


@pytest.mark.parametrize("mistake", UNKNOWN, ids=lambda mistake: mistake.name)
def test_an_unknown_key(tmp_path, mistake: Mistake) -> None:
    expect(mistake, tmp_path)


@pytest.mark.parametrize("mistake", MISSING, ids=lambda mistake: mistake.name)
def test_a_missing_key(tmp_path, mistake: Mistake) -> None:
    expect(mistake, tmp_path)


@pytest.mark.parametrize("mistake", WRONG_TYPE, ids=lambda mistake: mistake.name)
def test_a_wrong_value(tmp_path, mistake: Mistake) -> None:
    expect(mistake, tmp_path)


def test_a_misspelt_key_is_told_twice_as_missing_and_as_unknown(tmp_path) -> None:
    text = spoilt(PROGRAM, "audience", "audeince")
    missing, unknown = problems(write(tmp_path, {PROGRAM: text}))
    assert str(missing) == "program.toml: błąd: audience: brakuje tego klucza"
    place = f"program.toml:{line_with(text, 'audeince')}"
    assert str(unknown) == f"{place}: błąd: audeince: nieznany klucz; czy chodziło o „audience”?"
