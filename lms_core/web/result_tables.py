"""The results of an organisation as a table for spreadsheets, and the words that it shares with the page."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response

from lms_core.content.result_files import Cell, Sheet, as_csv, as_workbook
from lms_core.domain.calendar import warsaw_day
from lms_core.domain.sentences import say
from lms_core.services.oversight import Course

STATES: Mapping[str, str] = {
    "not_started": say("nierozpoczęte"),
    "open": say("w toku"),
    "completed": say("ukończone"),
    "needs_review": say("czeka na sprawdzenie"),
    "failed": say("niezaliczone"),
    "withdrawn": say("wypisane"),
}
CERTIFICATE_STATES: Mapping[str, str] = {
    "pending": "w przygotowaniu",
    "issued": "ważne",
    "expired": "po terminie ważności",
    "revoked": "unieważnione",
    "erased": "dane usunięte",
}
HEADING = (
    *("Imię i nazwisko", "E-mail", "Program", "Wersja programu", "Rola", "Rola od", "Zapis", "Ukończone części"),
    *("Wymagane części", "Stan", "Czego brakuje", "Ukończenie", "Termin szkolenia", "Szkolenie po terminie"),
    *("Kod zaświadczenia", "Stan zaświadczenia", "Zaświadczenie ważne do"),
)
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def result_row(one: Course, done: int) -> tuple[Cell, ...]:
    """Return the cells that stand below HEADING; `done` are those of the needed units that are completed."""
    certificate = one.certificate
    until = certificate.valid_until if certificate else None
    return (
        *(one.name, one.email, str(one.program.title), one.program.version),
        *(str(one.role.title) if one.role else None, one.role_since, one.enrolled_on),
        *(done, len(one.program.needed_units), STATES[one.state], " ".join(one.reasons), one.completed_on),
        *(one.due, "tak" if one.overdue else "nie"),
        *(certificate.code if certificate else None, CERTIFICATE_STATES[certificate.state] if certificate else None),
        warsaw_day(until) if until else None,
    )


def table_file(name: str, kind: str, sheet: Sheet, *more: Sheet) -> Response:
    """Return the table as a download; `kind` is csv or xlsx, which alone has room for more sheets."""
    body = as_csv(sheet.heading, sheet.rows) if kind == "csv" else as_workbook(sheet, *more)
    disposition = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(body, content_type=TYPES[kind], headers=disposition)
