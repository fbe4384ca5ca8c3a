"""The loader on a directory that is right, and on files that cannot be read."""

import os
from datetime import date

import pytest

from lms_core.content.directory import LARGEST_FILE
from lms_core.content.loader import load_program, read_program
from lms_core.content.problems import ContentInvalid, Problem, Severity
from lms_core.domain.item_kinds import key_of
from lms_core.domain.lessons import Lesson
from lms_core.domain.program import AssessmentUnit, Draw, Mode, Review
from lms_core.domain.rules import AllOf, AnyOf, Completed, Passed
from lms_core.domain.text import Text
from tests.content.sample import FILES, ITEMS, PROGRAM, line_with, problems, spoilt, write


def test_a_complete_directory_loads(tmp_path) -> None:
    program = load_program(write(tmp_path))
    assert (program.id, program.version, program.law_as_of) == ("proba", "1.0.0", date(2026, 11, 21))
    assert program.title == Text("Próba programu", "A trial program")
    assert [(type(unit), unit.id) for unit in program.units] == [
        (Lesson, "lekcja"),
        (AssessmentUnit, "proba-sil"),
        (Lesson, "syreny"),
        (AssessmentUnit, "final"),
    ]
    assert program.units[0].body == Text(FILES["lessons/woda.md"], FILES["lessons/woda.en.md"])
    assert set(program.items) == {"zapas-wody", "plecak", "syrena", "litry", "latarka"}
    assert program.certificate.legal_basis == ("art. 49 ustawy",)
    assert program.completion == AllOf(
        (Completed(("lekcja",)), AnyOf((Passed("egzamin"), Completed(("syreny", "final")))))
    )


def test_an_exam_and_a_practice_load_with_their_defaults(tmp_path) -> None:
    practice, exam = load_program(write(tmp_path)).assessments
    assert (exam.mode, exam.draw, exam.attempts, exam.pause_hours) == (Mode.EXAM, (Draw("temat", 3),), 3, 24)
    assert (exam.time_limit_minutes, exam.grace_seconds, exam.review) == (15, 20, Review.WRONG)
    assert (practice.attempts, practice.pause_hours, practice.time_limit_minutes) == (None, 0, None)


def test_items_load_with_their_keys(tmp_path) -> None:
    items = read_program(write(tmp_path)).program.items
    keys = {
        "zapas-wody": ("b",),
        "plecak": ("a", "b"),
        "syrena": ("true",),
        "litry": ("18",),
        "latarka": ("false",),
    }
    assert {name: key_of(item) for name, item in items.items()} == keys
    assert [str(choice.text) for choice in items["syrena"].choices] == ["Prawda", "Fałsz"]
    assert (items["zapas-wody"].facts, items["zapas-wody"].critical) == ((7, 3), True)
    assert items["zapas-wody"].choices[1].text == Text("3 litry", "3 litres")


def test_the_api_range_of_a_plain_directory_speaks_to_the_host(tmp_path) -> None:
    plain = write(tmp_path / "plain")
    assert load_program(write(tmp_path / "ranged", {"program.toml": 'api = ">=1,<2"\n' + PROGRAM})) == load_program(
        plain
    )


def test_line_endings_and_a_byte_order_mark_of_windows_change_nothing(tmp_path) -> None:
    windows = {name: b"\xef\xbb\xbf" + FILES[name].replace("\n", "\r\n").encode() for name in FILES if ".toml" in name}
    windows["lessons/syreny.md"] = b"\xef\xbb\xbf" + FILES["lessons/syreny.md"].encode()
    assert load_program(write(tmp_path / "windows", windows)) == load_program(write(tmp_path / "plain"))


MISSING = [
    ("lessons/syreny.md", 'body = "lessons/syreny.md"', "nie można odczytać pliku „lessons/syreny.md”"),
    ("lessons/woda.en.md", "body = { pl", "nie można odczytać pliku „lessons/woda.en.md”"),
    ("items/temat.toml", 'file = "items/temat.toml"', "nie można odczytać pliku „items/temat.toml”"),
]


@pytest.mark.parametrize(("name", "at", "says"), MISSING)
def test_a_missing_file_is_named_where_it_is_asked_for(tmp_path, name: str, at: str, says: str) -> None:
    (write(tmp_path) / name).unlink()
    [problem] = problems(tmp_path)
    assert (problem.file, problem.line) == ("program.toml", line_with(PROGRAM, at))
    assert says in problem.message


@pytest.mark.parametrize(("name", "at", "_says"), MISSING)
def test_a_file_that_is_not_utf8_is_named_where_it_is_asked_for(tmp_path, name: str, at: str, _says: str) -> None:
    [problem] = problems(write(tmp_path, {name: "zażółć".encode("cp1250")}))
    assert (problem.file, problem.line) == ("program.toml", line_with(PROGRAM, at))
    assert problem.message == f"plik „{name}” nie jest zapisany w UTF-8"


def test_a_directory_without_a_program_is_said_so(tmp_path) -> None:
    [problem] = problems(tmp_path)
    assert (problem.file, problem.line) == ("program.toml", None)
    assert "nie można odczytać pliku „program.toml”" in problem.message
    assert problems(tmp_path / "nie-ma")[0].file == "program.toml"


def test_a_program_that_is_not_utf8_is_said_so(tmp_path) -> None:
    [problem] = problems(write(tmp_path, {"program.toml": "title = 'żółw'".encode("utf-16")}))
    assert str(problem) == "program.toml: błąd: plik „program.toml” nie jest zapisany w UTF-8"


@pytest.mark.parametrize(
    "name", ["../outside.md", "lessons/../../outside.md", "/etc/hostname", "lessons/../lessons/syreny.md"]
)
@pytest.mark.parametrize("old", ['"lessons/syreny.md"', '"lessons/woda.en.md"', '"items/temat.toml"'])
def test_a_file_outside_the_directory_is_refused_unread(tmp_path, name: str, old: str) -> None:
    (tmp_path / "outside.md").write_text("## Poza katalogiem")
    text = spoilt("program.toml", old, f'"{name}"')
    [problem] = problems(write(tmp_path / "program", {"program.toml": text}))
    assert (problem.file, problem.line) == ("program.toml", line_with(text, name))
    assert problem.message == f"plik „{name}” leży poza katalogiem programu"


@pytest.mark.parametrize("name", ["lessons/syreny.md", "items/temat.toml"])
def test_a_symbolic_link_that_leads_out_is_refused_unread(tmp_path, name: str) -> None:
    outside = tmp_path / "poza"
    outside.write_text(FILES[name], encoding="utf-8")
    file = write(tmp_path / "program") / name
    file.unlink()
    file.symlink_to(outside)
    [problem] = problems(tmp_path / "program")
    assert (problem.file, problem.line) == ("program.toml", line_with(PROGRAM, name))
    assert problem.message == f"plik „{name}” leży poza katalogiem programu"


def test_a_symbolic_link_of_a_folder_that_leads_out_is_refused(tmp_path) -> None:
    root = write(tmp_path / "program")
    (root / "lessons").rename(tmp_path / "poza")
    (root / "lessons").symlink_to(tmp_path / "poza")
    assert len(problems(root)) == 3
    assert all("leży poza katalogiem programu" in problem.message for problem in problems(root))


def test_links_within_the_directory_and_to_it_are_fine(tmp_path) -> None:
    root = write(tmp_path / "program")
    (root / "lessons/syreny.md").unlink()
    (root / "lessons/syreny.md").symlink_to("woda.md")
    (tmp_path / "skrot").symlink_to(root)
    assert problems(tmp_path / "skrot") == ()


def test_a_pipe_or_a_link_to_itself_is_no_file(tmp_path) -> None:
    root = write(tmp_path)
    for name in ("lessons/syreny.md", "lessons/woda.en.md"):
        (root / name).unlink()
    os.mkfifo(root / "lessons/syreny.md")
    (root / "lessons/woda.en.md").symlink_to("woda.en.md")
    assert [problem.message for problem in problems(root)] == [
        "nie można odczytać pliku „lessons/woda.en.md” (czy istnieje?)",
        "nie można odczytać pliku „lessons/syreny.md” (czy istnieje?)",
    ]


@pytest.mark.parametrize("name", ["", ".", "lessons", "a\\u0000b", "x" * 5000, "lessons/syreny.md/x"])
def test_a_name_that_is_no_file_is_refused(tmp_path, name: str) -> None:
    text = spoilt("program.toml", '"lessons/syreny.md"', f'"{name}"')
    [problem] = problems(write(tmp_path, {"program.toml": text}))
    assert problem.line == line_with(text, f'body = "{name}"')
    assert "nie można odczytać pliku" in problem.message


def test_a_file_of_unreasonable_size_is_refused(tmp_path) -> None:
    [problem] = problems(write(tmp_path, {"lessons/syreny.md": "a" * (LARGEST_FILE + 1)}))
    assert (problem.line, problem.message) == (
        line_with(PROGRAM, 'body = "lessons/syreny.md"'),
        "plik „lessons/syreny.md” jest większy niż 2 MB",
    )


@pytest.mark.parametrize("name", ["program.toml", "items/temat.toml"])
@pytest.mark.parametrize(
    ("old", "new"),
    [('id = "', 'id = = "'), ("law_as_of = 2026-11-21", "law_as_of = 2026-02-30"), ('kind = "', "kind = ")],
)
def test_bad_toml_names_its_own_file_and_line(tmp_path, name: str, old: str, new: str) -> None:
    text = FILES[name].replace(old, new, 1)
    [problem] = problems(write(tmp_path, {name: text}))
    assert (problem.file, problem.line) == (name, line_with(text, new))
    assert "to nie jest poprawny TOML" in problem.message


def test_bad_toml_at_the_end_names_the_last_line(tmp_path) -> None:
    text = ITEMS + '\nnapis = """'
    [problem] = problems(write(tmp_path, {"items/temat.toml": text}))
    assert (problem.file, problem.line) == ("items/temat.toml", text.count("\n") + 1)


BOMBS = {
    "brackets": "x = " + "[" * 5000 + "]" * 5000,
    "tables": "x = " + "{a=" * 5000 + "1" + "}" * 5000,
    "dotted": ".".join(["x"] * 1500) + " = 1",
    "header": "[" + ".".join(["completion"] + ["all_of"] * 1500) + "]",
    "nested": "x = " + "[" * 60 + "]" * 60,
    "digits": "x = " + "1" * 5000,
}


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("name", ["program.toml", "items/temat.toml"])
def test_toml_made_to_exhaust_the_parser_is_refused(tmp_path, bomb: str, name: str) -> None:
    text = BOMBS[bomb] + "\n" + (FILES[name] if bomb != "header" else "")
    assert "zbyt" in problems(write(tmp_path, {name: text}))[0].message


def test_every_problem_is_told_not_only_the_first(tmp_path) -> None:
    text = PROGRAM.replace("\nminutes = ", "\nminuts = ").replace('id = "ukonczenie"', 'id = "Ukończenie"')
    found = problems(write(tmp_path, {"program.toml": text}))
    assert len(found) == 4 * 2 + 1
    with pytest.raises(ContentInvalid) as caught:
        load_program(tmp_path)
    assert str(caught.value).split("\n") == [str(problem) for problem in found]


def test_a_problem_is_one_line_that_an_editor_can_open() -> None:
    assert str(Problem("items/x.toml", 7, "coś")) == "items/x.toml:7: błąd: coś"
    assert str(Problem("program.toml", None, "coś")) == "program.toml: błąd: coś"
    assert str(Problem("a.md", 1, "coś", Severity.WARNING)) == "a.md:1: ostrzeżenie: coś"
    assert str(Problem("a.md", 1, "coś", Severity.HINT)) == "a.md:1: wskazówka: coś"
