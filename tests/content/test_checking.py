"""Checking a directory again and again: remembered while nothing changes, and never after."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lms_core.content import checking
from lms_core.content.checking import checked, checked_again, roots_in
from lms_core.content.lint import lint, lint_values
from lms_core.content.loader import read_program
from lms_core.content.problems import Severity
from lms_core.content.snapshot import canonical_json, digest_of
from lms_core.domain.text import Text
from tests.content.sample import FILES, line_with, spoilt, write

DAY = date(2026, 11, 21)


def test_a_change_of_any_file_or_of_the_day_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []
    monkeypatch.setattr(checking, "checked", lambda root, today: asked.append(root) or checked(root, today=today))
    write(tmp_path)
    first = checked_again(tmp_path, today=DAY)
    assert checked_again(tmp_path, today=DAY) is first
    assert (first.problems, len(asked)) == ((), 1)
    (tmp_path / "lessons/syreny.md").write_text("## Krótka\n\n[dalej](dalej.md) do strony\n")
    assert "prowadzi donikąd" in checked_again(tmp_path, today=DAY).problems[0].message
    (tmp_path / "lessons/syreny.md").unlink()
    assert "nie można odczytać pliku" in checked_again(tmp_path, today=DAY).problems[0].message
    assert any("review_by" in one.message for one in checked_again(write(tmp_path), today=date(2027, 5, 22)).problems)


def test_the_digest_is_that_of_the_offer(tmp_path: Path) -> None:
    found = checked(write(tmp_path), today=DAY)
    assert found.digest == digest_of(canonical_json(found.loaded.offered))
    broken = write(tmp_path / "b", {"program.toml": spoilt("program.toml", "count = 3", "count = 9")})
    assert checked(broken, today=DAY).digest is None, "what does not fit together is never offered"


def test_a_rule_in_python_leaves_a_hint_and_no_digest(tmp_path: Path) -> None:
    program = FILES["program.toml"][: FILES["program.toml"].index("[completion]")]
    root = write(tmp_path / "paczka/content", {"program.toml": program})
    assert checked(root, today=DAY).problems[0].severity is Severity.ERROR, "a directory needs its rule in the file"
    (tmp_path / "paczka/__init__.py").touch()
    found = checked(root, today=DAY)
    assert (found.rule_in_python, found.digest) == (True, None)
    assert "pytest" in found.problems[0].message


def test_an_item_has_its_place(tmp_path: Path) -> None:
    found = checked(write(tmp_path), today=DAY).item_places
    assert found["plecak"].line == line_with(FILES["items/temat.toml"], "pytanie-plecak")
    assert found["litry"].file == "items/rozgrzewka.toml"
    assert checked(write(tmp_path / "b", {"program.toml": ""}), today=DAY).item_places == {}


def test_the_id_is_read_also_where_the_rest_is_not(tmp_path: Path) -> None:
    unknown_key = write(tmp_path, {"program.toml": FILES["program.toml"].replace("summary =", "sumary =")})
    assert (checked(unknown_key, today=DAY).program_id, checked(unknown_key, today=DAY).loaded) == ("proba", None)
    assert checked(write(tmp_path, {"program.toml": "id = ["}), today=DAY).program_id is None
    assert checked(write(tmp_path, {"program.toml": "id = 5"}), today=DAY).program_id is None


def test_roots_are_found_in_a_package_and_in_its_project(tmp_path: Path) -> None:
    root = write(tmp_path / "src/paczka/content")
    assert roots_in(tmp_path) == roots_in(tmp_path / "src/paczka") == roots_in(root) == [root]
    assert roots_in(tmp_path / "nie-ma") == []


def test_values_are_linted_like_files(tmp_path: Path) -> None:
    """Every remark about the files is there about the values, with the place in them."""
    loaded = read_program(write(tmp_path, {"lessons/syreny.md": "## Syreny\n\n#### Za głęboko\n"}))
    course = loaded.program.courses[0]
    unit = replace(course.units[0], body=Text("## Krótka\n"), sources=())
    loaded = replace(
        loaded,
        program=replace(
            loaded.program, courses=(replace(course, units=(unit, *course.units[1:])), *loaded.program.courses[1:])
        ),
    )
    files, values = lint(loaded, today=DAY), lint_values(loaded.program, today=DAY)
    assert {one.message for one in files} == {one.message for one in values}
    assert {(one.file, one.line) for one in values if "przeskakuje" in one.message} == {("course.1.unit.0.body", 3)}
    assert {one.file for one in values if "nie podaje źródeł" in one.message} == {"course.0.unit.0"}
