"""Tables as files that Excel opens: CSV as a Polish Excel reads it, and XLSX. No cell is ever taken for a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

Cell = str | float | date | None
SEPARATOR = ";"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What begins a formula in one spreadsheet or another (OWASP, CSV injection)."""
INNER_START = re.compile(r"""([,;|\t\r\n][\s"']*+)([=+@-]?)""")
"""Where a reader that splits at another sign than ours, and so loses the quotes, would see a cell begin."""
LONGEST_CELL = 32_767
WIDEST_COLUMN, NARROWEST_COLUMN = 60, 10
SERIAL_ZERO = date(1899, 12, 30)
NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
EPOCH = (1980, 1, 1, 0, 0, 0)
"""Of the files in the zip: the same table makes the same bytes."""
DAY, HEADING = 1, 2
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
FIXED_PARTS = {
    "_rels/.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{MAIN}">'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a workbook; `title` stands on its tab."""

    title: str
    heading: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def as_csv(heading: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return the table with a mark of UTF-8 and semicolons, days as 2026-11-21, every text in quotes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=SEPARATOR, lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([_harmless(cell) for cell in row] for row in (heading, *rows))
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: Cell) -> Cell:
    """A spreadsheet takes text with an apostrophe before it as text; a Polish one reads a comma in a number."""
    if isinstance(cell, float):
        return f"{cell:g}".replace(".", ",")
    if not isinstance(cell, str):
        return cell
    inside = INNER_START.sub(lambda met: f"{met[1]}'{met[2]}" if met[2] else met[0], cell)
    return f"'{inside}" if cell.lstrip(" ").startswith(FORMULA) else inside


def as_workbook(*sheets: Sheet) -> bytes:
    """Return an XLSX; text is typed as text, so that nothing in it can be a formula."""
    tables = [[tuple(one.heading), *map(tuple, one.rows)] for one in sheets]
    written = {f"xl/worksheets/sheet{number}.xml": _sheet(table) for number, table in enumerate(tables, 1)}
    parts = {**_about([one.title for one in sheets]), **FIXED_PARTS, **written}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), DECLARATION + content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _about(titles: Sequence[str]) -> dict[str, str]:
    """Return the parts that say which sheets there are, the one that readers look for first before the others."""
    numbers = range(1, len(titles) + 1)
    types = (
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{TYPES}.worksheet+xml"/>'
        for number in numbers
    )
    links = (
        f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    named = (
        f'<sheet name="{_text(title)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, title in enumerate(titles, 1)
    )
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>{"".join(types)}'
            f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/></Types>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(links)}'
            f'<Relationship Id="rIdStyles" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{"".join(named)}</sheets></workbook>'
        ),
    }


def _sheet(table: Sequence[Sequence[Cell]]) -> str:
    """The first row stays in view and can be filtered by."""
    last = f"{_letters(len(table[0]))}{len(table)}"
    widths = (_width([row[index] for row in table]) for index in range(len(table[0])))
    columns = (f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(widths, 1))
    rows = (_row(number, row) for number, row in enumerate(table, start=1))
    return (
        f'<worksheet xmlns="{MAIN}"><dimension ref="A1:{last}"/><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{''.join(columns)}</cols><sheetData>{''.join(rows)}</sheetData>"
        f'<autoFilter ref="A1:{last}"/></worksheet>'
    )


def _row(number: int, row: Sequence[Cell]) -> str:
    cells = (_cell(f"{_letters(column)}{number}", cell, number) for column, cell in enumerate(row, start=1))
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(place: str, cell: Cell, row: int) -> str:
    match cell:
        case None | "":
            return ""
        case date():
            return f'<c r="{place}" s="{DAY}"><v>{(cell - SERIAL_ZERO).days}</v></c>'
        case int() | float():
            return f'<c r="{place}"><v>{cell}</v></c>'
    style = f' s="{HEADING}"' if row == 1 else ""
    return f'<c r="{place}"{style} t="inlineStr"><is><t xml:space="preserve">{_text(cell)}</t></is></c>'


def _text(text: str) -> str:
    return escape(NOT_XML.sub("", text[:LONGEST_CELL]), {'"': "&quot;"})


def _width(column: Sequence[Cell]) -> int:
    """In letters, about as wide as the longest of them."""
    longest = max(len(str(cell)) for cell in column if cell is not None) if any(column) else 0
    return min(max(longest + 2, NARROWEST_COLUMN), WIDEST_COLUMN)


def _letters(column: int) -> str:
    """1 -> A, 27 -> AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
