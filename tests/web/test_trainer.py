"""The pages about programs: what they say, to whom, and the list to work through."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from lms_core.app import create_app
from lms_core.config import Settings
from lms_core.content import workbooks
from lms_core.domain.item_kinds import STOCK_KINDS
from lms_core.domain.item_statistics import ChoiceFault, Fault
from lms_core.domain.permissions import Role
from lms_core.domain.text import Text
from lms_core.plugin_host import ProgramDirectory
from lms_core.web.item_tables import CHOICE_FAULTS, FAULTS, KINDS
from tests.content.sample import FILES, line_with, spoilt, write
from tests.road import Browser, Clock, Site
from tests.services.school import EXAM, Offering, program
from tests.sitting import begin, hand_in

PROBA = "proba"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "warsztat")


@pytest.fixture
def app(settings: Settings, clock: Clock, folder: Path, tmp_path: Path, rung: list) -> Flask:
    """A sound program in files, a quarantined one, and one without files."""
    broken = write(tmp_path / "zepsuty", {"program.toml": "id = "})
    sources = [ProgramDirectory(folder), ProgramDirectory(broken), Offering(program("szkola"))]
    return create_app(replace(settings, plugin_errors="quarantine"), clock=clock, ring=rung.append, sources=sources)


@pytest.fixture
def trainer(site: Site) -> Browser:
    return site.sign_in(site.add("Teresa Trener", Role.TRAINER))


def crowd(site: Site, count: int) -> list:
    """People of whom the first half takes the wrong water, and these are the better ones elsewhere."""
    found = []
    for number in range(count):
        actor = site.add(f"Osoba {chr(65 + number)}")
        attempt = begin(site.app, actor, "final", program_id=PROBA, now=site.clock())
        items = site.program(PROBA).items
        wrong = {"zapas-wody": [items["zapas-wody"].choices[0].id]}
        weak = {"plecak": [items["plecak"].choices[0].id], "syrena": ["false"]}
        hand_in(site.app, actor, attempt, now=site.clock(), given=wrong if number < count / 2 else weak)
        found.append(actor)
    return found


def text(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return unescape(answer.text).replace("\u00a0", " ").replace("\u00ad", "")


def test_the_list_says_state_content_and_law(site: Site, trainer: Browser) -> None:
    page = text(trainer, "/trainer")
    assert "działa" in page
    assert "wstrzymany" in page
    assert "przegląd za 181 dni" in page
    assert "program.toml:1" in page, "where the broken file is broken"
    assert "to nie jest poprawny TOML" in page
    site.clock.advance(days=182)
    assert "po terminie" in text(trainer, "/trainer")


@pytest.mark.parametrize(
    ("days", "said"), [(151, "przegląd za 30 dni"), (180, "przegląd za 1 dzień"), (181, "przegląd dziś")]
)
def test_days_are_counted_in_polish(site: Site, trainer: Browser, days: int, said: str) -> None:
    site.clock.advance(days=days)
    assert said in text(site.sign_in(site.add("Nowa Trener", Role.TRAINER)), f"/trainer/{PROBA}")


def test_a_programs_page_names_file_and_line(trainer: Browser, folder: Path) -> None:
    items = spoilt("items/temat.toml", 'source = "Rozporządzenie, § 3"', 'source = " "')
    write(folder, {"items/temat.toml": items})
    page = text(trainer, f"/trainer/{PROBA}").replace("<wbr>", "")
    assert f"items/temat.toml:{line_with(items, chr(34) + ' ' + chr(34))}" in page
    assert "puste źródło: podaj przepis albo publikację" in page


def test_values_are_checked_where_there_are_no_files(trainer: Browser) -> None:
    page = text(trainer, "/trainer/szkola")
    assert "Program nie ma plików, które można przeczytać" in page
    assert "course.0.unit.0" in page
    assert "nie ma go w obecnych plikach" in page


def test_statistics_come_with_ten_sittings(site: Site, trainer: Browser) -> None:
    crowd(site, 9)
    page = text(trainer, f"/trainer/{PROBA}")
    assert "za mało podejść (9 z 10)" in page
    assert "najlepsze 27%" not in page
    actor = site.add("Zofia Dziesiąta")
    hand_in(site.app, actor, begin(site.app, actor, "final", program_id=PROBA, now=site.clock()), now=site.clock())
    page = text(trainer, f"/trainer/{PROBA}")
    assert "za mało podejść" not in page
    assert "najlepsze 27%" in page


def test_papers_without_any_answer_are_told_apart(site: Site, trainer: Browser) -> None:
    crowd(site, 10)
    assert "bez żadnej odpowiedzi:" not in text(trainer, f"/trainer/{PROBA}")
    actor = site.add("Zofia Milcząca")
    attempt = begin(site.app, actor, "final", program_id=PROBA, now=site.clock())
    hand_in(site.app, actor, attempt, now=site.clock(), given=dict.fromkeys(site.program(PROBA).items, ()))
    page = text(trainer, f"/trainer/{PROBA}")
    assert "podejścia 10, pytania 3" in page
    assert "Arkusze bez żadnej odpowiedzi: 1." in page
    for one in rows_of(trainer, f"/trainer/{PROBA}/items.csv"):
        assert (one["Liczba podejść"], one["Puste arkusze egzaminu (nieliczone)"]) == ("10", "1")


def test_no_page_says_who_answered(site: Site, trainer: Browser) -> None:
    people = crowd(site, 12)
    for path in ("/trainer", f"/trainer/{PROBA}", f"/trainer/{PROBA}/items.csv"):
        page = trainer.get(path).text
        assert not [one.name for one in people if one.name in page or one.email in page], path


def rows_of(browser: Browser, path: str) -> list[dict[str, str]]:
    answer = browser.get(path)
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    table = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";")
    return list(table)


def test_the_work_list_has_file_line_figures_and_verdict(site: Site, trainer: Browser) -> None:
    crowd(site, 12)
    first, *others = rows_of(trainer, f"/trainer/{PROBA}/items.csv")
    assert (first["Plik"], first["Linia"]) == (
        "items/temat.toml",
        str(line_with(FILES["items/temat.toml"], "pytanie-woda")),
    )
    assert (first["Pytanie"], first["Ocena"]) == ("zapas-wody", "sprawdź klucz")
    assert (first["Liczba podejść"], first["Łatwość (0–1)"], first["Pominięte"]) == ("12", "0,5", "0")
    assert first["Rozróżnianie (od −1 do 1)"] == "-1", "a number, which no spreadsheet takes for a formula"
    assert first["Odpowiedzi wymagające uwagi"] == "„1 litr”: częściej wybierają ją osoby z\u00a0lepszym wynikiem"
    assert first["Rozkład odpowiedzi (najlepsze 27% / najsłabsze 27%)"].startswith("„1 litr”: 100% / 0%")
    assert {one["Pytanie"] for one in others} == {"plecak", "syrena"}


def test_before_ten_sittings_the_work_list_has_no_figures(site: Site, trainer: Browser) -> None:
    crowd(site, 4)
    for one in rows_of(trainer, f"/trainer/{PROBA}/items.csv"):
        assert one["Ocena"] == "za mało podejść (4 z\u00a010)"
        assert not one["Łatwość (0–1)"]
        assert not one["Rozkład odpowiedzi (najlepsze 27% / najsłabsze 27%)"]


def test_no_text_of_a_program_is_a_formula(settings: Settings, clock: Clock, rung: list) -> None:
    pools = program("szkola").pools
    evil = replace(pools[0], items=tuple(replace(one, prompt=Text(f"=1+1 {one.id}")) for one in pools[0].items))
    source = Offering(program("szkola", pools=(evil, *pools[1:])))
    site = Site(create_app(settings, clock=clock, ring=rung.append, sources=[source]), clock, rung)
    browser = site.sign_in(site.add("Teresa Trener", Role.TRAINER))
    assert sum(one["Treść"].startswith("'=1+1") for one in rows_of(browser, "/trainer/szkola/items.csv")) == 4
    book = workbooks.first_sheet(browser.get("/trainer/szkola/items.xlsx").data)
    assert any(cell.startswith("=1+1") for _, cells in book.lines for cell in cells), "typed as text there"


def test_statistics_are_of_the_version_that_is_asked_for(
    site: Site, trainer: Browser, settings: Settings, clock: Clock, rung: list
) -> None:
    actor = site.add()
    hand_in(site.app, actor, begin(site.app, actor, EXAM, program_id="szkola", now=clock()), now=clock())
    source = Offering(program("szkola", version="2.0.0"))
    again = Site(create_app(settings, clock=clock, ring=rung.append, sources=[source]), clock, rung)
    browser = again.sign_in(again.add("Nowa Trener", Role.TRAINER))
    assert "(0 z 10)" in text(browser, "/trainer/szkola")
    assert "(1 z 10)" in text(browser, "/trainer/szkola?version=1.0.0")
    assert "(0 z 10)" in text(browser, "/trainer/szkola?version=nie-ma")
    assert {one["Liczba podejść"] for one in rows_of(browser, "/trainer/szkola/items.csv?version=1.0.0")} == {"1"}


def test_a_quarantined_program_keeps_its_learners_and_says_why(
    site: Site, settings: Settings, clock: Clock, folder: Path, rung: list
) -> None:
    crowd(site, 2)
    write(folder, {"lessons/syreny.md": FILES["lessons/syreny.md"] + "Nowe zdanie.\n"})
    quarantining = replace(settings, plugin_errors="quarantine")
    again = Site(
        create_app(quarantining, clock=clock, ring=rung.append, sources=[ProgramDirectory(folder)]), clock, rung
    )
    page = text(again.sign_in(again.add("Nowa Trener", Role.TRAINER)), f"/trainer/{PROBA}")
    assert "Program jest wstrzymany" in page
    assert "raise the version" in page
    assert "podnieś version" in page
    assert "(2 z 10)" in page


def test_navigation_is_for_those_who_may(site: Site, trainer: Browser) -> None:
    assert "Programy – stan" in trainer.get("/my").text
    assert "Programy – stan" in site.sign_in(site.add("Adam Admin", Role.ADMINISTRATOR)).get("/my").text
    learner = site.sign_in(site.add("Anna Ucząca", Role.LEARNER))
    assert "Programy – stan" not in learner.get("/my").text
    for path in ("/trainer", f"/trainer/{PROBA}", f"/trainer/{PROBA}/items.csv"):
        assert learner.get(path).status_code == 403


def test_what_is_not_there_is_not_found(trainer: Browser) -> None:
    assert trainer.get("/trainer/nie-ma").status_code == 404
    assert trainer.get("/trainer/nie-ma/items.csv").status_code == 404
    assert trainer.get(f"/trainer/{PROBA}/items.pdf").status_code == 404


def test_every_verdict_and_kind_has_its_words() -> None:
    assert set(FAULTS) == set(Fault)
    assert set(CHOICE_FAULTS) == set(ChoiceFault)
    assert set(KINDS) == set(STOCK_KINDS)
