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
from lms_core.content.result_files import Cell, Sheet, as_csv, as_workbook

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", '=HYPERLINK("http://x";"y")']
INNER = [f"Jan{mark}{more}=1+1,x" for mark in (",", ";", "|", "\t", "\r", "\n") for more in ("", " ", '"', "'", ' ""')]
OTHERS = [",", ";", "|", "\t"]
cells = st.none() | st.integers(0, 10**9) | st.dates(date(1990, 1, 1), date(2100, 1, 1)) | st.text(max_size=20)


def rows_of_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def is_formula(cell: str) -> bool:
    return cell.lstrip(" ").startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("text", FORMULAS)
def test_what_begins_like_a_formula_is_text_in_csv(text: str) -> None:
    ((heading,), (cell,)) = rows_of_csv(as_csv([text], [[text]]))
    assert heading == cell
    assert cell.startswith("'")
    assert cell.replace("'", "") == text


@pytest.mark.parametrize("separator", OTHERS)
@pytest.mark.parametrize("text", [*FORMULAS, *INNER])
def test_there_is_no_formula_wherever_a_reader_splits(text: str, separator: str) -> None:
    content = as_csv(["a", "b", "c"], [[text, 1, text], ["", text, text]]).decode("utf-8-sig")
    for quoted in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        table = csv.reader(io.StringIO(content, newline=""), delimiter=separator, quoting=quoted)
        assert not [cell for row in table for cell in row if is_formula(cell)]


def test_every_text_stands_in_quotes_and_no_number_does() -> None:
    table = [["Jan,Ewa", 7, None, date(2026, 11, 21), 0.5, -0.5]]
    line = as_csv(list("abcdef"), table).decode("utf-8-sig").splitlines()[1]
    assert line == '"Jan,Ewa";7;"";"2026-11-21";"0,5";"-0,5"'


def test_what_is_no_formula_stays_as_it_is() -> None:
    for text in ("Kowalska-Nowak", "a - b", "2+2=4; może", "50% / 20% | 3 – 4", "e-mail: jan@gmina.pl, tel. 1"):
        assert rows_of_csv(as_csv(["a"], [[text]]))[1] == [text]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_begins_like_a_formula_is_typed_as_text_in_a_workbook(text: str) -> None:
    with zipfile.ZipFile(io.BytesIO(as_workbook(Sheet("x", ["a"], [[text]])))) as archive:
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
    content = as_workbook(Sheet("Wyniki", ["dzień", "ile", "nic", "tekst"], [[date(2026, 11, 21), 7, None, "ż<&>"]]))
    sheet = workbooks.first_sheet(content)
    assert sheet.lines == [(1, ["dzień", "ile", "nic", "tekst"]), (2, ["46347", "7", "", "ż<&>"])]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert 's="1"><v>46347' in archive.read("xl/worksheets/sheet1.xml").decode()
        for name in archive.namelist():
            ET.fromstring(archive.read(name))  # noqa: S314 - our own
    assert rows_of_csv(as_csv(["a", "b"], [[date(2026, 11, 21), None]]))[1] == ["2026-11-21", ""]


def test_many_columns_have_their_letters() -> None:
    titles = [f"t{n}" for n in range(60)]
    assert workbooks.first_sheet(as_workbook(Sheet("x", titles, []))).lines == [(1, titles)]


def test_a_second_sheet_stands_beside_the_first() -> None:
    content = as_workbook(Sheet("Osoby", ["a"], []), Sheet("Role", ["b"], [["c"]]))
    assert workbooks.first_sheet(content).lines == [(1, ["a"])]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert 'name="Osoby" sheetId="1" r:id="rId1"/><sheet name="Role"' in archive.read("xl/workbook.xml").decode()
        assert ">c</t>" in archive.read("xl/worksheets/sheet2.xml").decode()
        for named in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
            assert archive.read(named).decode().count("worksheets/sheet2.xml") == 1, named


def test_the_same_table_makes_the_same_bytes() -> None:
    assert as_workbook(Sheet("x", ["a"], [["b"]])) == as_workbook(Sheet("x", ["a"], [["b"]]))


@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=6))
def test_any_table_is_a_sound_workbook_and_a_harmless_text(table: list[list[Cell]]) -> None:
    lines = dict(workbooks.first_sheet(as_workbook(Sheet("x", ["x", "y", "z"], table))).lines)
    assert lines[1] == ["x", "y", "z"]
    assert max(lines) <= len(table) + 1
    for row in rows_of_csv(as_csv(["x", "y", "z"], table))[1:]:
        assert not any(cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


@given(st.lists(st.text(alphabet="a=+-@,;|\t\r\n\"' ", max_size=12), min_size=1, max_size=4), st.sampled_from(OTHERS))
def test_no_text_becomes_a_formula_for_another_reader(texts: list[str], separator: str) -> None:
    content = as_csv(["x"] * len(texts), [texts]).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(content, newline=""), delimiter=separator):
        assert not [cell for cell in row if is_formula(cell)]
