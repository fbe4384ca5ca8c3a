"""Item statistics in words, and as a table to work through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lms_core.content.problems import Problem
from lms_core.content.result_files import Cell
from lms_core.domain.item_statistics import LEAST_EXPOSURES, ChoiceFault, ChoiceFigures, Fault, ItemStatistics
from lms_core.domain.sentences import say
from lms_core.services.item_reports import ExamReport

FAULTS: Mapping[Fault, tuple[str, str]] = {
    Fault.KEY: (say("sprawdź klucz"), say("osoby z\u00a0lepszym wynikiem odpowiadają tu gorzej niż osoby ze słabszym")),
    Fault.EASY: (say("za łatwe"), say("prawie wszyscy odpowiadają prawidłowo")),
    Fault.HARD: (say("za trudne"), say("prawidłowo odpowiada mniej niż co trzecia osoba")),
    Fault.WEAK: (say("słabo rozróżnia"), say("wynik w\u00a0tym pytaniu mało mówi o\u00a0wyniku w\u00a0pozostałych")),
}
CHOICE_FAULTS: Mapping[ChoiceFault, str] = {
    ChoiceFault.UNUSED: say("nikt jej nie wybiera"),
    ChoiceFault.MISLEADING: say("częściej wybierają ją osoby z\u00a0lepszym wynikiem"),
}
KINDS: Mapping[str, str] = {
    "single_choice": say("jednokrotny wybór"),
    "multiple_choice": say("wielokrotny wybór"),
    "true_false": say("prawda czy fałsz"),
    "numeric": say("liczba"),
    "short_text": say("krótki tekst"),
    "matching": say("dopasowanie"),
    "ordering": say("kolejność"),
}
NO_FAULT = say("bez uwag")
HEADING = (
    *("Plik", "Linia", "Pytanie", "Treść", "Rodzaj", "Egzamin", "Wersja programu"),
    *("Puste arkusze egzaminu (nieliczone)", "Liczba podejść", "Łatwość (0–1)"),
    *("Rozróżnianie (od −1 do 1)", "Pominięte", "Ocena", "Odpowiedzi wymagające uwagi"),
    *("Rozkład odpowiedzi (najlepsze 27% / najsłabsze 27%)",),
)


def verdict(one: ItemStatistics) -> str:
    """Return what the figures speak for, in a few words."""
    if one.figures is None:
        return say("za mało podejść ({sittings} z\u00a0{least})", sittings=one.exposures, least=LEAST_EXPOSURES)
    return "; ".join(FAULTS[fault][0] for fault in one.faults) or NO_FAULT


def item_rows(exams: Sequence[ExamReport], version: str, places: Mapping[str, Problem]) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows below HEADING, for each exam its items."""
    for exam in exams:
        for one in exam.items:
            place = places.get(one.item.id)
            yield (
                *((place.file, place.line) if place else (None, None)),
                *(one.item.id, str(one.item.prompt), KINDS[one.item.kind], str(exam.title), version),
                exam.blank,
                *_figures(one),
            )


def _figures(one: ItemStatistics) -> tuple[Cell, ...]:
    if one.figures is None:
        return (one.exposures, None, None, None, verdict(one), None, None)
    found = one.figures
    tells = None if found.discrimination is None else round(found.discrimination, 2)
    faults = " | ".join(f"„{choice.choice.text}”: {_fault(choice)}" for choice in one.choice_faults)
    shares = " | ".join(_shares(choice) for choice in found.choices)
    return (one.exposures, round(found.difficulty, 2), tells, found.omitted, verdict(one), faults, shares)


def _fault(choice: ChoiceFigures) -> str:
    return CHOICE_FAULTS[choice.fault] if choice.fault else ""


def _shares(one: ChoiceFigures) -> str:
    key = " (klucz)" if one.choice.correct else ""
    return f"„{one.choice.text}”{key}: {one.upper:.0%} / {one.lower:.0%}"
