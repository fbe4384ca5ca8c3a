"""The first visible sheet of an Excel workbook (ECMA-376) as rows of text: nothing is run, nothing outside is read.

A workbook is a zip of XML. Entities are what makes XML dangerous; they need a DOCTYPE, and a workbook has none.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from xml.parsers import expat

from lms_core.content.delimited import MOST_COLUMNS, Line
from lms_core.domain.errors import Invalid
from lms_core.domain.sentences import say

MAGIC = b"PK\x03\x04"
OLD_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""A compound file: the format of before 2007, and what Excel wraps a workbook with a password in."""
LARGEST_PART = 8 * 1024 * 1024
"""Unpacked. Two thousand people take a tenth of it; a sheet that is larger holds something else."""
PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
MOST_LINES, LAST_ROW = 5000, 1_048_576
MOST_CELLS, LONGEST_CELL = 100_000, 2000
"""Fifty columns for each of two thousand people, and more than any name, address or role has letters."""
DEEPEST, MOST_ELEMENTS = 16, 500_000
"""Of one part. Excel nests about ten; a few packed bytes may unpack to millions, which cost memory and time."""
ENCRYPTED = 0x1
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
EPOCHS = {"0": date(1899, 12, 30), "1": date(1904, 1, 1)}
"""Which day is 0, by the workbook's `date1904`: Excel believes in 29 February 1900, so counting starts early."""
OLD = say("To plik w starym formacie .xls albo zabezpieczony hasłem. Zapisz go w Excelu jako .xlsx, bez hasła.")
BROKEN = say(
    "Tego skoroszytu nie da się odczytać. Otwórz go w Excelu i zapisz jeszcze raz jako „Skoroszyt programu Excel”."
)
TOO_MANY_CELLS = say(
    "Arkusz ma ponad sto tysięcy komórek. Skopiuj samą listę do nowego, pustego skoroszytu i wyślij tamten."
)
TOO_LARGE = say("Skoroszyt jest za duży. Skopiuj samą listę do nowego, pustego skoroszytu i wyślij tamten.")
CANNOT_READ = (
    *(zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, OSError),
    *(LookupError, ValueError, NotImplementedError, RuntimeError),
)
"""What zipfile, zlib, expat and a part that contradicts another raise on a damaged file."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows that are not empty; `epoch` is the day that the number 0 stands for."""

    lines: list[Line]
    epoch: date


def is_workbook(content: bytes) -> bool:
    """Say whether this is a zip; raise `Invalid` for a workbook of the old format."""
    if content.startswith(OLD_MAGIC):
        raise Invalid("file", OLD)
    return content.startswith(MAGIC)


def first_sheet(content: bytes) -> Sheet:
    """Read the first visible sheet; raise `Invalid` when it cannot be read or is too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _sheet(archive)
    except CANNOT_READ:
        raise Invalid("file", BROKEN) from None


def _sheet(archive: zipfile.ZipFile) -> Sheet:
    book = _Book()
    _parse(_part(archive, "xl/workbook.xml"), book.start)
    links = _Links()
    _parse(_part(archive, "xl/_rels/workbook.xml.rels"), links.start)
    strings = _Strings()
    if links.strings:
        _parse(_part(archive, links.strings), strings.start, strings.end, strings.text)
    cells = _Cells(strings=strings.found)
    _parse(_part(archive, links.parts[book.shown_sheet]), cells.start, cells.end, cells.text)
    return Sheet(cells.lines, EPOCHS[book.epoch])


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the unpacked part. What its header says of its size is not believed: reading stops at the limit."""
    info = archive.getinfo(name)
    if info.compress_type not in PACKED or info.flag_bits & ENCRYPTED:
        raise Invalid("file", BROKEN)
    with archive.open(info) as file:
        content = file.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART:
        raise Invalid("file", TOO_LARGE)
    return content


Start = Callable[[str, Mapping[str, str]], None]
End = Callable[[str], None]


@dataclass
class _Walk:
    """Hands the elements of a part on, without their prefixes, which writers choose as they like."""

    to_start: Start
    to_end: End | None
    depth: int = 0
    elements: int = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > DEEPEST:
            raise Invalid("file", BROKEN)
        if self.elements > MOST_ELEMENTS:
            raise Invalid("file", TOO_LARGE)
        self.to_start(_bare(name), attributes)

    def end(self, name: str) -> None:
        self.depth -= 1
        if self.to_end:
            self.to_end(_bare(name))


def _parse(content: bytes, start: Start, end: End | None = None, text: Callable[[str], None] | None = None) -> None:
    walk, parser = _Walk(start, end), expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
    if text:
        parser.CharacterDataHandler = text
    parser.Parse(content, True)


def _bare(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse_doctype(*_declaration: object) -> None:
    raise Invalid("file", BROKEN)


@dataclass
class _Book:
    """`shown_sheet` is the relationship of the first sheet that is not hidden."""

    shown_sheet: str = ""
    epoch: str = "0"

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "workbookPr":
            self.epoch = {"1": "1", "true": "1"}.get(attributes.get("date1904", ""), "0")
        elif name == "sheet" and not self.shown_sheet and attributes.get("state", "visible") == "visible":
            self.shown_sheet = next((value for key, value in attributes.items() if _bare(key) == "id"), "")


@dataclass
class _Links:
    """`parts` are paths within the zip by relationship; `strings` is that of the shared strings, "" for none."""

    parts: dict[str, str] = field(default_factory=dict)
    strings: str = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship":
            path = posixpath.normpath(posixpath.join("/xl", attributes["Target"])).lstrip("/")
            self.parts[attributes["Id"]] = path
            if attributes.get("Type", "").endswith("/sharedStrings"):
                self.strings = path


@dataclass
class _Texts:
    """Collects the text of the elements that hold some; how a word is pronounced (`rPh`) is no part of it."""

    pieces: list[str] = field(default_factory=list)
    reading: bool = False
    pronounced: bool = False

    def text(self, piece: str) -> None:
        if self.reading and not self.pronounced:
            self.pieces.append(piece)

    def take(self) -> str:
        whole = "".join(self.pieces).strip()[:LONGEST_CELL]
        self.pieces.clear()
        return whole


@dataclass
class _Strings(_Texts):
    """The table of strings that cells point into; one may be cut into runs of different looks."""

    found: list[str] = field(default_factory=list)

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        self.reading = name == "t"
        self.pronounced = self.pronounced or name == "rPh"

    def end(self, name: str) -> None:
        self.reading = False
        if name == "rPh":
            self.pronounced = False
        elif name == "si":
            self.found.append(self.take())


@dataclass
class _Cells(_Texts):
    """The rows of a sheet. Of a formula only the value counts that was computed when the file was saved."""

    strings: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    row: int = 0
    column: int = -1
    kind: str = ""
    seen: int = 0
    cells: dict[int, str] = field(default_factory=dict)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.reading = name in {"v", "t"}
        if name == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), -1
            self.cells = {}
        elif name == "c":
            self._count()
            self.column, self.kind = self._place(attributes.get("r")), attributes.get("t", "n")
        elif name == "rPh":
            self.pronounced = True

    def _count(self) -> None:
        self.seen += 1
        if self.seen > MOST_CELLS:
            raise Invalid("file", TOO_MANY_CELLS)

    def _place(self, reference: str | None) -> int:
        """Return the column from 0; a cell that does not say where it is follows the one before it."""
        if reference is None:
            return self.column + 1
        letters = REFERENCE.fullmatch(reference)
        if letters is None:
            raise ValueError(reference)
        number = 0
        for letter in letters[1]:
            number = number * 26 + ord(letter) - ord("A") + 1
        return number - 1

    def end(self, name: str) -> None:
        self.reading = False
        if name == "rPh":
            self.pronounced = False
        elif name == "c":
            self._keep(self.take())
        elif name == "row" and self.cells:
            self._finish_row()

    def _keep(self, value: str) -> None:
        text = self.strings[int(value)] if self.kind == "s" and value else value
        if text and self.column < MOST_COLUMNS:
            self.cells[self.column] = text

    def _finish_row(self) -> None:
        if len(self.lines) >= MOST_LINES or self.row > LAST_ROW:
            raise Invalid("file", TOO_LARGE)
        width = max(self.cells) + 1
        self.lines.append((self.row, [self.cells.get(column, "") for column in range(width)]))
