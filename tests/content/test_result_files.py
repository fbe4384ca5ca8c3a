"""Tables for spreadsheets: what goes in comes out, and nothing of it is ever a formula."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_core.content import workbooks
from lms_core.content.result_files import Cell, as_csv, as_workbook

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", '=HYPERLINK("http://x";"y")']
cells = st.none() | st.integers(0, 10**9) | st.dates(date(1990, 1, 1), date(2100, 1, 1)) | st.text(max_size=20)


def rows_of_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("text", FORMULAS)
def test_what_begins_like_a_formula_is_text_in_csv(text: str) -> None:
    ((heading,), (cell,)) = rows_of_csv(as_csv([text], [[text]]))
    assert heading == cell == f"'{text}"


@pytest.mark.parametrize("text", FORMULAS)
def test_what_begins_like_a_formula_is_typed_as_text_in_a_workbook(text: str) -> None:
    with zipfile.ZipFile(io.BytesIO(as_workbook(["a"], [[text]], title="x"))) as archive:
        sheet = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own
    place = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    assert not list(sheet.iter(f"{place}f"))
    cell = next(one for one in sheet.iter(f"{place}c") if one.get("r") == "A2")
    assert cell.get("t") == "inlineStr"
    assert "".join(cell.itertext()).replace("\n", "\r") == text


def test_polish_letters_quotes_and_newlines_survive_in_csv() -> None:
    table = [["Żółć; „x”", 'a"b', "w\ndwóch"], ["", "0", "1"]]
    assert rows_of_csv(as_csv(["a", "b", "c"], table)) == [["a", "b", "c"], *table]


def test_days_are_days_numbers_are_numbers_and_nothing_is_nothing() -> None:
    content = as_workbook(["dzień", "ile", "nic", "tekst"], [[date(2026, 11, 21), 7, None, "ż<&>"]], title="Wyniki")
    sheet = workbooks.first_sheet(content)
    assert sheet.lines == [(1, ["dzień", "ile", "nic", "tekst"]), (2, ["46347", "7", "", "ż<&>"])]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert 's="1"><v>46347' in archive.read("xl/worksheets/sheet1.xml").decode()
        for name in archive.namelist():
            ET.fromstring(archive.read(name))  # noqa: S314 - our own
    assert rows_of_csv(as_csv(["a", "b"], [[date(2026, 11, 21), None]]))[1] == ["2026-11-21", ""]


def test_many_columns_have_their_letters() -> None:
    titles = [f"t{n}" for n in range(60)]
    assert workbooks.first_sheet(as_workbook(titles, [], title="x")).lines == [(1, titles)]


def test_the_same_table_makes_the_same_bytes() -> None:
    assert as_workbook(["a"], [["b"]], title="x") == as_workbook(["a"], [["b"]], title="x")


@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=6))
def test_any_table_is_a_sound_workbook_and_a_harmless_text(table: list[list[Cell]]) -> None:
    lines = dict(workbooks.first_sheet(as_workbook(["x", "y", "z"], table, title="x")).lines)
    assert lines[1] == ["x", "y", "z"]
    assert max(lines) <= len(table) + 1
    for row in rows_of_csv(as_csv(["x", "y", "z"], table))[1:]:
        assert not any(cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
