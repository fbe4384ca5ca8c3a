"""A list of people in a file, as an office keeps it: bytes in, rows and what is wrong with them out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lms_core.content import delimited, workbooks
from lms_core.content.delimited import HEADING_WITHIN, Line
from lms_core.domain.errors import Invalid
from lms_core.domain.names import normal_email, normal_name
from lms_core.domain.sentences import say

MOST_ROWS = 2000
LARGEST_FILE = 1024 * 1024
LONGEST_SHOWN, LONGEST_TITLE = 40, 200
COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("imieinazwisko", "imienazwisko", "imionainazwisko", "name", "fullname"), "name"),
    **dict.fromkeys(("imie", "imiona", "firstname"), "first"),
    **dict.fromkeys(("nazwisko", "lastname", "surname"), "last"),
    **dict.fromkeys(
        ("email", "mail", "adresemail", "adresmail", "emailsluzbowy", "adrespocztyelektronicznej"), "email"
    ),
    **dict.fromkeys(("rola", "rolawprogramie", "role"), "role"),
    **dict.fromkeys(("odkiedy", "oddnia", "dataobjecia", "dataobjeciafunkcji", "since"), "since"),
}
"""What a column may be called, bare of accents, case and punctuation."""
TITLES = {"name": say("„imię i nazwisko”"), "email": say("„e-mail”")}
MARKS_IN_NAMES = set(" -–'’.,")
DAYS = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})(?:[T ]00:00(?::00)?)?"),
    re.compile(r"(?P<day>[0-9]{1,2})[./-](?P<month>[0-9]{1,2})[./-](?P<year>[0-9]{4})(?: r\.)?"),
)
SERIAL = re.compile(r"([0-9]{5})(?:\.0+)?")
"""A day as Excel keeps it: 32874 is 1 January 1990."""
FORMULA = ("=", "+", "-", "@")
EMPTY = say("Ten plik jest pusty. Wybierz plik z listą osób.")
NO_ROWS = say("Pod nagłówkiem nie ma żadnej osoby. Dopisz osoby i wyślij plik jeszcze raz.")
TOO_LARGE = say("Plik ma ponad 1 MB. Zostaw w nim samą listę osób.")
TOO_MANY = say("Na liście jest ponad {most} osób. Podziel ją na mniejsze pliki.", most=MOST_ROWS)
MISSING = say(
    "Nie widać kolumny {missing}. W pierwszym wierszu wpisz nazwy kolumn, na przykład: imię i nazwisko; e-mail."
)
TWICE = say("Kolumna „{title}” jest w nagłówku dwa razy. Zostaw jedną.")
REPEATED = say("Ten sam adres jest już w wierszu {row}. Zostaw jeden z tych wierszy.")
BAD_DAY = say("„{text}” to nie jest dzień. Wpisz go w postaci 2026-11-21 albo zostaw puste pole.")
LIKE_FORMULA = say("„{text}” wygląda na formułę. Wpisz samo imię i nazwisko.")
BAD_LETTER = say(
    "Imię i nazwisko nie może zawierać znaku „{letter}”. Popraw je; jeśli w pliku nie ma tego znaku, zapisz listę "
    "jako plik .xlsx albo „CSV UTF-8”."
)
NO_NAME = say("Brakuje imienia albo nazwiska. Uzupełnij je albo usuń wiersz.")
NO_EMAIL = say("Brakuje adresu e-mail. Uzupełnij go albo usuń wiersz.")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person of the list. `row` counts as the spreadsheet does; `role` is as typed, "" when the row names none."""

    row: int
    name: str
    email: str
    role: str = ""
    since: date | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Roster:
    """`ignored` are the titles of the columns that nothing was read from."""

    rows: tuple[RosterRow, ...]
    ignored: tuple[str, ...] = ()


def read_roster(content: bytes) -> Roster:
    """Read CSV, text pasted from a sheet, or XLSX; raise `Invalid` when the file as a whole is of no use.

    What is wrong with one row stands with the row.
    """
    if not content.strip():
        raise Invalid("file", EMPTY)
    if len(content) > LARGEST_FILE:
        raise Invalid("file", TOO_LARGE)
    if workbooks.is_workbook(content):
        sheet = workbooks.first_sheet(content)
        return _roster(sheet.lines, sheet.epoch)
    return _roster(delimited.lines(content, _is_heading), workbooks.EPOCHS["0"])


def _roster(lines: Sequence[Line], epoch: date) -> Roster:
    top = lines[:HEADING_WITHIN]
    start = next((index for index, (_, cells) in enumerate(top) if _is_heading(cells)), None)
    if start is None:
        raise Invalid("file", say(MISSING, missing=_missing(top)))
    heading = lines[start][1]
    columns = _columns(heading)
    rows = [_row(line, columns, epoch) for line in lines[start + 1 :] if _says_something(line, columns)]
    if not rows:
        raise Invalid("file", NO_ROWS)
    if len(rows) > MOST_ROWS:
        raise Invalid("file", TOO_MANY)
    ignored = (shown(title) for title in heading if title.strip() and bare(title) not in COLUMNS)
    return Roster(tuple(_with_repetitions(rows)), tuple(ignored))


def _is_heading(cells: Sequence[str]) -> bool:
    found = {COLUMNS.get(bare(cell)) for cell in cells}
    return "email" in found and ("name" in found or {"first", "last"} <= found)


def _missing(lines: Iterable[Line]) -> str:
    """Name the columns that the best of the rows lacks."""
    found = max(({COLUMNS.get(bare(cell)) for cell in cells} for _, cells in lines), key=len, default=set())
    named = "name" in found or {"first", "last"} <= found
    missing = [title for key, title in TITLES.items() if not (named if key == "name" else key in found)]
    return missing[0] if len(missing) == 1 else say("{one} ani {other}", one=missing[0], other=missing[1])


def _columns(heading: Sequence[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, title in enumerate(heading):
        if key := COLUMNS.get(bare(title)):
            if key in columns:
                raise Invalid("file", say(TWICE, title=shown(title)))
            columns[key] = index
    return columns


def bare(text: str) -> str:
    """`Adres e-mail ` -> `adresemail`, `Imię` -> `imie`."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST_TITLE].casefold()).replace("ł", "l")
    return "".join(letter for letter in plain if letter.isalnum())


def shown(text: str) -> str:
    """Return what a sentence may quote of a cell."""
    clean = normal_name(text)
    return clean if len(clean) <= LONGEST_SHOWN else f"{clean[: LONGEST_SHOWN - 1]}…"


def _says_something(line: Line, columns: Mapping[str, int]) -> bool:
    return any(index < len(line[1]) and line[1][index].strip() for index in columns.values())


def _row(line: Line, columns: Mapping[str, int], epoch: date) -> RosterRow:
    number, cells = line

    def cell(key: str) -> str:
        index = columns.get(key, len(cells))
        return cells[index].strip() if index < len(cells) else ""

    parts = [normal_name(cell(key)) for key in (("name",) if "name" in columns else ("first", "last"))]
    email, (since, bad_day) = cell("email"), _day(cell("since"), epoch)
    name = " ".join(parts)
    problems = (NO_EMAIL if not email else "", _bad_name(name) if all(parts) else NO_NAME, bad_day)
    return RosterRow(number, name, email, normal_name(cell("role")), since, tuple(filter(None, problems)))


def _bad_name(name: str) -> str:
    if name.startswith(FORMULA):
        return say(LIKE_FORMULA, text=shown(name))
    strange = next((one for one in name if not (unicodedata.category(one)[0] in "LM" or one in MARKS_IN_NAMES)), None)
    return say(BAD_LETTER, letter=strange) if strange else ""


def _day(text: str, epoch: date) -> tuple[date | None, str]:
    """Return (the day, what is wrong with it)."""
    if not text:
        return None, ""
    try:
        if serial := SERIAL.fullmatch(text):
            return epoch + timedelta(days=int(serial[1])), ""
        for form in DAYS:
            if found := form.fullmatch(text):
                return date(int(found["year"]), int(found["month"]), int(found["day"])), ""
    except (ValueError, OverflowError):  # 31 February
        pass
    return None, say(BAD_DAY, text=shown(text))


def _with_repetitions(rows: Iterable[RosterRow]) -> Iterable[RosterRow]:
    """An address that stands twice is a mistake of the second row: which of the two holds, only its author knows."""
    first: dict[str, int] = {}
    for row in rows:
        address = normal_email(row.email)
        before = first.setdefault(address, row.row) if address else row.row
        repeated = (say(REPEATED, row=before),) if before != row.row else ()
        yield replace(row, problems=(*row.problems, *repeated))
