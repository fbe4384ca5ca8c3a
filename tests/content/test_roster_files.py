"""Lists of people as offices send them: what Excel makes works, what is wrong is said, what is hostile does nothing."""

from __future__ import annotations

import time
import tracemalloc
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms_core.content import delimited, workbooks
from lms_core.content.roster_files import LARGEST_FILE, MOST_ROWS, Roster, RosterRow, read_roster
from lms_core.domain.errors import Invalid
from tests.content.workbook import BOOK, LINKS, NAMESPACES, packed, sheet, workbook

ZANETA = RosterRow(2, "Żaneta Gęślą-Jaźńska", "zaneta@gmina.pl")
JAN = RosterRow(3, "Jan Kowalski", "jan@gmina.pl")
LIST = "imię i nazwisko;e-mail\r\nŻaneta Gęślą-Jaźńska;zaneta@gmina.pl\r\nJan Kowalski;jan@gmina.pl\r\n"
HEADING = ["imię i nazwisko", "e-mail"]


def read(text: str, encoding: str = "utf-8") -> Roster:
    return read_roster(text.encode(encoding))


def refusal(content: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        read_roster(content)
    assert caught.value.code == "file"
    return caught.value.message


def problems(text: str) -> list[tuple[int, str]]:
    return [(row.row, problem) for row in read(text).rows for problem in row.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_what_excel_saves_is_read(encoding: str, separator: str, newline: str) -> None:
    text = LIST.replace(";", separator).replace("\r\n", newline)
    assert read(text, encoding).rows == (ZANETA, JAN)


def test_a_workbook_is_read_like_a_text() -> None:
    rows = [HEADING, *([one.name, one.email] for one in (ZANETA, JAN))]
    assert read_roster(workbook(rows)).rows == (ZANETA, JAN)


@pytest.mark.parametrize(
    "heading",
    [
        "Imię i nazwisko;Adres e-mail",
        "IMIE I NAZWISKO;EMAIL",
        "\u00a0imię i  nazwisko ;E-mail służbowy:",
        "Lp.;imię i nazwisko;mail",
        "Imię;Nazwisko;e-mail",
        "Nazwisko;Imiona;e-mail",
    ],
)
def test_columns_are_known_by_their_usual_names_in_any_order(heading: str) -> None:
    titles = [title.strip() for title in heading.split(";")]
    cells = {"Lp.": "1", "Imię": "Jan", "Imiona": "Jan", "Nazwisko": "Kowalski"}
    last = [cells.get(title, "jan@gmina.pl" if "mail" in title.lower() else "Jan Kowalski") for title in titles]
    (row,) = read(f"{heading}\n{';'.join(last)}\n").rows
    assert (row.name, row.email, row.problems) == ("Jan Kowalski", "jan@gmina.pl", ())


def test_what_stands_above_the_heading_and_empty_rows_are_passed_over_and_rows_keep_their_numbers() -> None:
    text = "Urząd Gminy;;\n;;\nimię i nazwisko;e-mail;uwagi\n;;\nJan Kowalski;jan@gmina.pl;\n;;razem: 1\n"
    found = read(text)
    assert [(row.row, row.name) for row in found.rows] == [(5, "Jan Kowalski")]
    assert found.ignored == ("uwagi",)


def test_a_directive_of_the_separator_is_obeyed_and_counted() -> None:
    (row,) = read("sep=|\r\nimię i nazwisko|e-mail\r\nJan Kowalski|jan@gmina.pl\r\n").rows
    assert row.row == 3


@pytest.mark.parametrize("directive", ['sep="\n', "sep=\r\n", "sep=\n\n", "sep=a\n", "sep=\u00e9\n", "sep= \n"])
def test_a_directive_of_no_separator_is_passed_over(directive: str) -> None:
    (row,) = read(f"{directive}imię i nazwisko;e-mail\r\nJan Kowalski;jan@gmina.pl\r\n").rows
    assert row.name == "Jan Kowalski"


def test_quoted_separators_newlines_and_quotes() -> None:
    text = 'imię i nazwisko;e-mail;uwagi\n"Jan\nKowalski";jan@gmina.pl;"a;""b""\n;c"\nEwa Nowak;ewa@gmina.pl;\n'
    assert [(row.row, row.name) for row in read(text).rows] == [(2, "Jan Kowalski"), (3, "Ewa Nowak")]


def test_a_quote_without_its_pair_is_told_with_its_row() -> None:
    assert "W wierszu 3" in refusal(b'name;e-mail\nJan Kowalski;a@b.pl\n"Ewa;e@b.pl\nX Y;x@b.pl\n')


def test_role_and_day_are_read_where_there_are_such_columns() -> None:
    text = "imię i nazwisko;e-mail;rola;od kiedy\nA B;a@b.pl;Wójt;2026-10-01\nC D;c@d.pl;;1.2.2026 r.\n"
    assert [(row.role, row.since) for row in read(text).rows] == [
        ("Wójt", date(2026, 10, 1)),
        ("", date(2026, 2, 1)),
    ]


@pytest.mark.parametrize(("flag", "serial"), [("", "46296"), ('<workbookPr date1904="1"/>', "44834")])
def test_a_day_in_a_workbook_is_a_number_counted_from_its_epoch(flag: str, serial: str) -> None:
    book = BOOK.replace("<sheets>", f"{flag}<sheets>")
    cells = sheet(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>imię i nazwisko</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>e-mail</t></is></c><c r="C1" t="inlineStr"><is><t>od kiedy</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>Jan Kowalski</t></is></c>'
        f'<c r="B2" t="str"><v>jan@gmina.pl</v></c><c r="C2" s="1"><v>{serial}</v></c></row>'
    )
    (row,) = read_roster(workbook([HEADING], book=book, cells=cells)).rows
    assert (row.since, row.problems) == (date(2026, 10, 1), ())


@pytest.mark.parametrize("day", ["wczoraj", "2026-02-31", "31/11/2026", "99999999", "00000000.0"])
def test_what_is_no_day_is_told(day: str) -> None:
    ((row, sentence),) = problems(f"imię i nazwisko;e-mail;od kiedy\nA B;a@b.pl;{day}\n")
    assert row == 2
    assert f"„{day}” to nie jest dzień" in sentence


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (";a@b.pl", "Brakuje imienia albo nazwiska"),
        ("Jan Kowalski;", "Brakuje adresu e-mail"),
        ("=1+1;a@b.pl", "wygląda na formułę"),
        ('=HYPERLINK("x");a@b.pl', "wygląda na formułę"),
        ("@SUM(A1);a@b.pl", "wygląda na formułę"),
        ("+48 600 100 200;a@b.pl", "wygląda na formułę"),
        ("-1;a@b.pl", "wygląda na formułę"),
        ("Jan Kowalski 2;a@b.pl", "znaku „2”"),
        ("Jan <b>;a@b.pl", "znaku „<”"),
        ("Ko¶cielna Anna;a@b.pl", "CSV UTF-8"),
    ],
)
def test_a_bad_row_is_told_with_its_number_and_what_to_do(line: str, sentence: str) -> None:
    ((row, found),) = problems(f"imię i nazwisko;e-mail\nEwa Nowak;ewa@b.pl\n{line.replace(chr(34), '')}\n")
    assert row == 3
    assert sentence in found
    assert found.endswith(".")


def test_a_name_in_two_columns_needs_both() -> None:
    assert [row for row, _ in problems("imię;nazwisko;e-mail\nJan;;a@b.pl\n;Nowak;c@d.pl\nEwa;Nowak;e@f.pl\n")] == [
        2,
        3,
    ]


def test_an_address_that_comes_twice_is_told_at_the_second() -> None:
    text = "imię i nazwisko;e-mail\nA B;a@b.pl\nC D;c@d.pl\nE F; A@B.pl\nG H;a@b.pl\n"
    told = problems(text)
    assert [row for row, _ in told] == [4, 5]
    assert all("wierszu 2" in sentence for _, sentence in told)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Jan Kowalski;jan@gmina.pl\n", "„imię i nazwisko” ani „e-mail”"),
        ("imię i nazwisko;telefon\nA B;1\n", "„e-mail”"),
        ("e-mail;imię\na@b.pl;A\n", "„imię i nazwisko”"),
        ("nazwisko i imię;e-mail\nB A;a@b.pl\n", "„imię i nazwisko”"),
    ],
)
def test_a_missing_heading_is_told(text: str, missing: str) -> None:
    assert f"Nie widać kolumny {missing}." in refusal(text.encode())


def test_a_column_that_comes_twice_is_told() -> None:
    assert "Kolumna „e-mail”" in refusal("e-mail;imię i nazwisko;e-mail\na@b.pl;A B;x\n".encode())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "pusty"),
        (b" \r\n\t ", "pusty"),
        (b"\xef\xbb\xbf", "Nie widać"),
        ("imię i nazwisko;e-mail\n".encode(), "nie ma żadnej osoby"),
        (b"\x00\x01\x02", "nie da się odczytać"),
        (b"%PDF-1.7\x00", "nie da się odczytać"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "starym formacie .xls albo"),
        (b"PK\x03\x04", "nie da się odczytać"),
        (b"PK\x03\x04" + bytes(3000), "nie da się odczytać"),
        (b"a" * (LARGEST_FILE + 1), "ponad 1 MB"),
        (b"\xff\xfea", "nie da się odczytać"),
    ],
)
def test_a_file_of_no_use_is_refused_with_what_to_do(content: bytes, sentence: str) -> None:
    assert sentence in refusal(content)


def test_two_thousand_people_are_taken_and_one_more_is_not() -> None:
    lines = [f"Osoba {'abcdefghij'[n % 10]};o{n}@gmina.pl" for n in range(MOST_ROWS + 1)]
    full = "\n".join(["imię i nazwisko;e-mail", *lines[:MOST_ROWS]])
    assert len(read(full).rows) == MOST_ROWS
    assert str(MOST_ROWS) in refusal("\n".join([full, lines[-1]]).encode())


def test_a_hundred_columns_are_passed_over() -> None:
    heading = ";".join(["imię i nazwisko", *(f"kolumna {n}" for n in range(98)), "e-mail"])
    found = read(f"{heading}\nJan Kowalski{';x' * 98};jan@gmina.pl\n")
    assert [row.email for row in found.rows] == ["jan@gmina.pl"]
    assert len(found.ignored) == 98


def test_the_value_of_a_formula_is_what_was_saved_and_without_one_there_is_nothing() -> None:
    heading = "".join(f'<c t="inlineStr"><is><t>{title}</t></is></c>' for title in HEADING)
    cells = sheet(
        f"<row>{heading}</row>"
        '<row><c t="str"><f>CONCAT(X1," ",X2)</f><v>Jan Kowalski</v></c><c t="str"><v>jan@gmina.pl</v></c></row>'
        '<row><c><f>WEBSERVICE("http://x")</f></c><c t="str"><v>ewa@gmina.pl</v></c></row>'
    )
    first, second = read_roster(workbook([], cells=cells)).rows
    assert (first.name, first.row, first.problems) == ("Jan Kowalski", 2, ())
    assert (second.name, second.row) == ("", 3)


def test_runs_of_a_cell_are_joined_and_how_it_is_pronounced_is_left_out() -> None:
    strings = (
        f"<sst {NAMESPACES}><si><t>imię i nazwisko</t></si><si><t>e-mail</t></si>"
        "<si><r><rPr><b/></rPr><t>Jan </t></r><r><t>Kowalski</t></r><rPh sb='0' eb='1'><t>JAN</t></rPh></si>"
        "<si><t>jan@gmina.pl</t></si></sst>"
    )
    (row,) = read_roster(workbook([HEADING, ["x", "y"]], strings=strings)).rows
    assert (row.name, row.email) == ("Jan Kowalski", "jan@gmina.pl")


def test_prefixes_of_namespaces_make_no_difference_and_hidden_sheets_are_passed_over() -> None:
    first = workbook([["coś", "innego"]])
    book = (
        f'<x:workbook xmlns:x="urn:a" {NAMESPACES}><x:sheets>'
        '<x:sheet name="a" sheetId="1" state="veryHidden" r:id="rId1"/>'
        '<x:sheet name="b" sheetId="2" r:id="rId9"/></x:sheets></x:workbook>'
    )
    added = '<Relationship Id="rId9" Type="w" Target="/xl/worksheets/sheet2.xml"/>'
    links = LINKS.replace("</Relationships>", f"{added}</Relationships>")
    second = (
        "<x:worksheet xmlns:x='urn:a'><x:sheetData><x:row><x:c t='str'><x:v>imię i nazwisko</x:v></x:c><x:c t='str'>"
        "<x:v>e-mail</x:v></x:c></x:row><x:row><x:c t='str'><x:v>Jan Kowalski</x:v></x:c><x:c t='str'><x:v>j@g.pl</x:v>"
        "</x:c></x:row></x:sheetData></x:worksheet>"
    )
    assert "Nie widać" in refusal(first)
    (row,) = read_roster(workbook([["coś", "innego"]], book=book, links=links, second=second)).rows
    assert row.email == "j@g.pl"


def test_a_zip_bomb_is_refused_at_once() -> None:
    bomb = workbook([], cells=sheet(" " * 60_000_000))
    assert len(bomb) < LARGEST_FILE
    started = time.perf_counter()
    assert "za duży" in refusal(bomb)
    assert time.perf_counter() - started < 2


def test_entities_are_refused_and_never_expanded() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE sst [<!ENTITY l0 "ha">{laughs}]>'
    strings = f"{doctype}<sst {NAMESPACES}><si><t>&l9;</t></si></sst>"
    assert "nie da się odczytać" in refusal(workbook([HEADING], strings=strings))
    table = f"<sst {NAMESPACES}><si><t>&x;</t></si><si><t>e-mail</t></si></sst>"
    kind = f'<!DOCTYPE sst [<!ENTITY x "imię i nazwisko">]>{table}'
    assert "nie da się odczytać" in refusal(workbook([HEADING], strings=kind))
    outside = f'<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst {NAMESPACES}><si><t>&x;</t></si></sst>'
    assert "nie da się odczytać" in refusal(workbook([HEADING], strings=outside))


@pytest.mark.parametrize(
    "changes",
    [
        {"book": None},
        {"links": None},
        {"strings": None},
        {"cells": None},
        {"book": "<workbook/>"},
        {"book": "<workbook><sheets><sheet name='a'/></sheets></workbook>"},
        {"links": "<Relationships/>"},
        {"links": "<Relationships><Relationship/></Relationships>"},
        {"links": LINKS.replace("worksheets/sheet1.xml", "../../../../etc/passwd")},
        {"cells": "<worksheet><sheetData><row"},
        {"cells": sheet('<row r="x"><c/></row>')},
        {"cells": sheet('<row r="1"><c r="1A"/></row>')},
        {"cells": sheet('<row r="1"><c r="A1" t="s"><v>99</v></c></row>')},
        {"cells": sheet('<row r="1"><c r="A1" t="s"><v>słowo</v></c></row>')},
        {"cells": sheet(f'<row r="{"9" * 5000}"><c r="A1" t="str"><v>a</v></c></row>')},
        {"cells": sheet('<row r="9999999"><c r="A1" t="str"><v>a</v></c></row>')},
        {"cells": b"\xff\xfe\x00\xd8"},
        {"cells": b'<?xml version="1.0" encoding="x-nothing"?><a/>'},
    ],
)
def test_a_damaged_workbook_is_refused(changes: dict) -> None:
    assert "kor" in refusal(workbook([HEADING, ["A B", "a@b.pl"]], **changes))


def test_a_password_and_odd_compressions_are_refused() -> None:
    parts = {"xl/workbook.xml": BOOK, "xl/_rels/workbook.xml.rels": LINKS, "xl/worksheets/sheet1.xml": sheet("")}
    for compression in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        assert "nie da się odczytać" in refusal(packed(parts, compression))
    locked = bytearray(packed(parts))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := locked.find(signature, at + 1)) >= 0:
            locked[at + offset] |= 1
    assert "nie da się odczytać" in refusal(bytes(locked))


def test_cells_far_to_the_right_and_many_rows_cost_nothing() -> None:
    wide = workbook([], cells=sheet('<row r="1"><c r="XFD1" t="str"><v>a</v></c></row>'))
    assert "Nie widać" in refusal(wide)
    long = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, workbooks.MOST_LINES + 2))
    assert "za duży" in refusal(workbook([], cells=sheet(long)))


def nested(depth: int) -> str:
    """A sheet in which the text of a cell stands so deep."""
    runs = depth - 5
    text = f"<c t='str'>{'<r>' * runs}<v>imię i nazwisko</v>{'</r>' * runs}</c><c t='str'><v>e-mail</v></c>"
    row = "<row><c t='str'><v>Jan Kowalski</v></c><c t='str'><v>jan@gmina.pl</v></c></row>"
    return sheet(f"<row>{text}</row>{row}")


def test_what_no_spreadsheet_nests_is_refused_before_it_costs_memory() -> None:
    assert read_roster(workbook([], cells=nested(workbooks.DEEPEST))).rows
    assert "nie da się odczytać" in refusal(workbook([], cells=nested(workbooks.DEEPEST + 1)))
    bomb = workbook([], cells=sheet("<a>" * 2_700_000))
    tracemalloc.start()
    try:
        assert "nie da się odczytać" in refusal(bomb)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


def test_more_cells_than_a_list_has_are_refused() -> None:
    row = f"<row>{'<c/>' * 100}</row>"
    heading = "<row><c t='str'><v>imię i nazwisko</v></c><c t='str'><v>e-mail</v></c></row>"
    person = "<row><c t='str'><v>Jan Kowalski</v></c><c t='str'><v>jan@gmina.pl</v></c></row>"
    full = f"{heading}{person}{row * 999}"
    assert read_roster(workbook([], cells=sheet(full))).rows
    assert "sto tysięcy komórek" in refusal(workbook([], cells=sheet(full + row)))


def test_more_elements_than_a_list_has_are_refused() -> None:
    for changes in ({"cells": sheet("<a/>" * 500_000)}, {"strings": f"<sst>{'<si/>' * 500_000}</sst>"}):
        assert "za duży" in refusal(workbook([HEADING], **changes))


def test_a_long_text_is_cut_once_and_not_for_each_cell() -> None:
    pointed = "<row><c t='s'><v>0</v></c><c t='s'><v>1</v></c></row>"
    cells = "<c t='s'><v>2</v></c>" * 2
    strings = f"<sst><si><t>imię i nazwisko</t></si><si><t>e-mail</t></si><si><t>{'Ł' * 500_000}</t></si></sst>"
    content = workbook([], strings=strings, cells=sheet(f"{pointed}<row>{cells}</row>"))
    (_, (first, second)) = workbooks.first_sheet(content).lines[1]
    assert len(first) == workbooks.LONGEST_CELL
    assert first is second


def test_the_search_for_a_heading_ends_and_rows_are_no_wider_than_a_sheet() -> None:
    asked = []
    found = delimited.lines(b"a;b\n" * 1000 + b";" * 1000, lambda cells: bool(asked.append(cells)))
    assert len(asked) == len(delimited.SEPARATORS) * delimited.HEADING_WITHIN
    assert (len(found), len(found[-1][1])) == (1001, delimited.MOST_COLUMNS)


@pytest.mark.parametrize("rows", [49, 50])
def test_a_heading_is_looked_for_in_the_first_rows_only(rows: int) -> None:
    above = [["Urząd Gminy", "x"]] * rows
    table = [*above, HEADING, ["Jan Kowalski", "jan@gmina.pl"]]
    for content in (workbook(table), "\n".join(";".join(one) for one in table).encode()):
        if rows < 50:
            assert read_roster(content).rows
        else:
            assert "Nie widać" in refusal(content)


def judge(content: bytes) -> None:
    """Whatever comes in: rows that can be shown, or one Polish sentence."""
    roster, refused = None, None
    try:
        roster = read_roster(content)
    except Invalid as invalid:
        refused = invalid
    if roster is None:
        assert refused.code == "file"
        assert refused.message.endswith(".")
        return
    assert 0 < len(roster.rows) <= MOST_ROWS
    numbers = [row.row for row in roster.rows]
    assert numbers == sorted(numbers)
    for row in roster.rows:
        assert row.problems or (row.name and row.email and row.name.isprintable())
        assert not row.name.startswith(("=", "+", "-", "@")) or row.problems


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=300))
def test_any_bytes_at_all(content: bytes) -> None:
    judge(content)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.lists(st.text(max_size=20), max_size=5), max_size=8), st.sampled_from([";", ",", "\t"]))
def test_any_table_below_a_heading(rows: list[list[str]], separator: str) -> None:
    lines = [separator.join(HEADING), *(separator.join(row) for row in rows)]
    judge("\r\n".join(lines).encode(errors="replace"))


SOUND = workbook([HEADING, ["Jan Kowalski", "jan@gmina.pl"], ["Ewa Nowak", "ewa@gmina.pl"]])


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_workbook_with_spoilt_bytes(changes: list[tuple[int, int]]) -> None:
    spoilt = bytearray(SOUND)
    for place, value in changes:
        spoilt[place] = value
    judge(bytes(spoilt))


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="<>/&;[]!ENTITYrowctvsi\"= A1'", max_size=80))
def test_a_sheet_of_any_text(text: str) -> None:
    judge(workbook([HEADING, ["A B", "a@b.pl"]], cells=sheet(text)))
