"""Lists as text, as spreadsheets save them: UTF-8 (marked or not), Windows-1250, UTF-16; `;`, tabs, commas or bars."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from lms_core.domain.errors import Invalid
from lms_core.domain.sentences import say

Line = tuple[int, list[str]]
"""A row's number as a spreadsheet counts it, from 1, and its cells."""
SEPARATORS = (";", "\t", ",", "|")
MOST_COLUMNS = 200
HEADING_WITHIN = 50
"""Rows that are searched for a heading; a letterhead above it is shorter."""
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
WITHOUT_MARK = ("utf-8", "cp1250")
DIRECTIVE = re.compile(rf"sep=([{''.join(SEPARATORS)}])\r?\n")
"""What some spreadsheets put before everything else."""
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
UNREADABLE = say(
    "Tego pliku nie da się odczytać. Zapisz listę w Excelu jako „Skoroszyt programu Excel” albo „CSV UTF-8”."
)
UNPAIRED = say("W wierszu {row} jest cudzysłów bez pary. Popraw go albo zapisz listę w Excelu jako plik .xlsx.")


def decoded(content: bytes) -> str:
    """Return the text; raise `Invalid` for what is none.

    Windows-1250 reads almost any bytes, so it comes last: what is UTF-8 is so hardly ever by chance.
    """
    mark, marked = next(((mark, name) for mark, name in MARKS if content.startswith(mark)), (b"", ""))
    for encoding in (marked,) if marked else WITHOUT_MARK:
        try:
            text = content[len(mark) :].decode(encoding)
        except UnicodeDecodeError:
            continue
        if not NO_TEXT.search(text):
            return text
    raise Invalid("file", UNREADABLE)


def lines(content: bytes, is_heading: Callable[[Sequence[str]], bool]) -> list[Line]:
    """Return all rows. The separator is the one with which some row reads as a heading."""
    text, first = decoded(content), 1
    if directive := DIRECTIVE.match(text):
        return list(_rows(text[directive.end() :], directive[1], first=2))
    fitting = (one for one in SEPARATORS if _has_heading(text, one, is_heading))
    return list(_rows(text, next(fitting, SEPARATORS[0]), first=first))


def _has_heading(text: str, separator: str, is_heading: Callable[[Sequence[str]], bool]) -> bool:
    try:
        return any(is_heading(cells) for _, cells in islice(_rows(text, separator, first=1), HEADING_WITHIN))
    except Invalid:  # after the heading, or with a separator that is none
        return False


def _rows(text: str, separator: str, *, first: int) -> Iterator[Line]:
    reader, row = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), first
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Invalid("file", say(UNPAIRED, row=row)) from None
        yield row, cells[:MOST_COLUMNS]
        row += 1
