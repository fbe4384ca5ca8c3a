"""Workbooks put together by hand, part by part, so that each part can be wrong."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from html import escape

NAMESPACES = (
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = (
    f'<Relationships><Relationship Id="rId1" Type="{TYPES}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{TYPES}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)
BOOK = f'<workbook {NAMESPACES}><sheets><sheet name="Arkusz1" sheetId="1" r:id="rId1"/></sheets></workbook>'


def workbook(rows: Sequence[Sequence[str]], **changes: str | bytes | None) -> bytes:
    """Excel's own way: every text stands once in a table, and cells point into it. `changes` replace whole parts."""
    table = list(dict.fromkeys(cell for row in rows for cell in row if cell))
    strings = "".join(f"<si><t>{escape(one)}</t></si>" for one in table)
    lines = "".join(
        f'<row r="{number}">'
        + "".join(
            f'<c r="{chr(65 + column)}{number}" t="s"><v>{table.index(cell)}</v></c>'
            for column, cell in enumerate(row)
            if cell
        )
        + "</row>"
        for number, row in enumerate(rows, start=1)
    )
    return packed(
        {
            "xl/workbook.xml": BOOK,
            "xl/_rels/workbook.xml.rels": LINKS,
            "xl/sharedStrings.xml": f"<sst {NAMESPACES}>{strings}</sst>",
            "xl/worksheets/sheet1.xml": sheet(lines),
        }
        | {PARTS[name]: part for name, part in changes.items()}
    )


PARTS = {
    "book": "xl/workbook.xml",
    "links": "xl/_rels/workbook.xml.rels",
    "strings": "xl/sharedStrings.xml",
    "cells": "xl/worksheets/sheet1.xml",
    "second": "xl/worksheets/sheet2.xml",
}


def sheet(lines: str) -> str:
    return f"<worksheet {NAMESPACES}><sheetData>{lines}</sheetData></worksheet>"


def packed(parts: dict[str, str | bytes | None], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, part in parts.items():
            if part is not None:
                archive.writestr(name, part)
    return content.getvalue()
