"""Finding lines: arrays of tables inside arrays, dotted and quoted keys, strings and arrays of many lines."""

import tomllib

import pytest

from lms_core.content.toml_lines import line_of

TEXT = '''\
id = "x"
title.pl = "T"
title.en = "E"
"klucz cytowany" = 1
list = [
  "[[item]]",
  [1, 2],
  ["kurs"]
]

[[course]]  # uwaga z """ w środku
id = "a"
body = """
[[course]]
id = "to tylko tekst"
minutes = 1
"""

  [[course.unit]]
  id = "a-1"

[[course.unit]]
id = 'a-2'
text = \'\'\'
[koniec]
"""
\'\'\'
after = 1

[[course]]
[[ course . unit ]]
id = "b-1"
table = { pl = "x",
  en = "y" }
[course.unit.deep]
key = 1
[certificate]
statement = "jedna linia z # i [nawiasem]"
"a.b".c = 2
'''.replace('table = { pl = "x",\n  en = "y" }', 'table = [{ pl = "x" },\n  { en = "y" }]')


def at(fragment: str, nth: int = 1) -> int:
    return [number for number, line in enumerate(TEXT.split("\n"), 1) if fragment in line][nth - 1]


PLACES = [
    (("id",), at('id = "x"')),
    (("title",), at("title.pl")),
    (("title", "en"), at("title.en")),
    (("klucz cytowany",), at("klucz cytowany")),
    (("list", 2, 0), at("list = [")),
    (("course",), at("[[course]]", 1)),
    (("course", 0, "id"), at('id = "a"')),
    (("course", 0, "body"), at('body = """')),
    (("course", 0, "minutes"), at("uwaga z")),
    (("course", 0, "unit", 0, "id"), at('"a-1"')),
    (("course", 0, "unit", 1, "id"), at("'a-2'")),
    (("course", 0, "unit", 1, "text"), at("text = ")),
    (("course", 0, "unit", 1, "after"), at("after = 1")),
    (("course", 1), at("[[course]]", 3)),
    (("course", 1, "unit", 0), at("[[ course . unit ]]")),
    (("course", 1, "unit", 0, "id"), at("b-1")),
    (("course", 1, "unit", 0, "table", 1, "en"), at("table = [")),
    (("course", 1, "unit", 0, "deep", "key"), at("key = 1")),
    (("certificate",), at("[certificate]")),
    (("certificate", "statement", "pl"), at("statement")),
    (("certificate", "missing"), at("[certificate]")),
    (("certificate", "a.b", "c"), at('"a.b".c')),
]


@pytest.mark.parametrize(("path", "line"), PLACES)
def test_a_path_has_its_line_or_that_of_its_nearest_ancestor(path: tuple, line: int) -> None:
    assert line_of(TEXT, path) == line


@pytest.mark.parametrize("path", [(), ("nothing",), ("item", 0), ("koniec",), (0,), ("kurs",)])
def test_what_is_nowhere_has_no_line(path: tuple) -> None:
    assert line_of(TEXT, path) is None


def test_the_text_of_these_tests_is_toml() -> None:
    document = tomllib.loads(TEXT)
    assert [len(course["unit"]) for course in document["course"]] == [2, 1]


def test_windows_line_ends_count_once() -> None:
    assert line_of(TEXT.replace("\n", "\r\n"), ("certificate", "statement")) == at("statement")


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x85", "\x0c", "\x0b", "\x1c"])
def test_only_a_line_feed_ends_a_line(odd: str) -> None:
    assert line_of(f'a = "wklejone{odd}z edytora"\nb = 1\n', ("b",)) == 2


@pytest.mark.parametrize("broken", ['a = "', 'a = """', "[[", "]", "a = [", "= 1", '"""' * 3, "\x00", ""])
def test_text_that_is_no_toml_harms_nobody(broken: str) -> None:
    assert line_of(broken + "\nb = 1", ("c",)) is None
