"""What the site declares: every part that the law asks for, and nothing that nobody said."""

from __future__ import annotations

import dataclasses
import re
from datetime import date

import pytest

from lms_core.config import Publisher, Settings, SettingsError
from tests.road import Site
from tests.services.school import school

PARTS = (
    *("a11y-wstep", "a11y-podmiot", "a11y-zakres", "a11y-url", "a11y-data-publikacja", "a11y-data-aktualizacja"),
    *("a11y-status", "a11y-data-sporzadzenie", "a11y-data-przeglad", "a11y-kontakt", "a11y-email", "a11y-telefon"),
    *("a11y-procedura", "a11y-aplikacje", "a11y-architektura", "a11y-komunikacja"),
)
"""The ids of the ministry's technical conditions for declarations of accessibility, version 2.0."""
SAID = Publisher(
    email="kontakt@gmina.example.pl",
    phone="12 345 67 89",
    address="ul. Rynkowa 1, 00-001 Przykładowo",
    building="Wejście bez progu od strony rynku.",
    officer_email="iod@gmina.example.pl",
    legal_basis="art. 6 ust. 1 lit. e RODO",
    declared_on=date(2027, 1, 15),
    reviewed_on=date(2027, 3, 30),
)


@pytest.fixture
def sources() -> list:
    return [school()]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("&nbsp;", " ")


def test_nothing_is_made_up_where_nothing_was_said(site: Site) -> None:
    page = plain(site.visitor().get("/accessibility").text)
    assert all(page.count(f'id="{part}"') == 1 for part in PARTS)
    assert 'id="a11y-podmiot">Ośrodek Szkoleń Gminy Przykładowo<' in page
    assert "<strong>częściowo zgodna</strong>" in page
    assert '<span id="a11y-email">nie podano</span>' in page
    assert '<span id="a11y-telefon">nie podano</span>' in page
    assert "nie podał jeszcze opisu dojścia" in page
    privacy = plain(site.visitor().get("/privacy").text)
    assert privacy.count("nie podano") == 4
    assert "Tutaj jeszcze jej nie podał" in privacy
    assert "art. 6 ust. 1 lit." not in privacy


def test_the_site_was_published_when_it_was_first_started(site: Site) -> None:
    page = site.visitor().get("/accessibility").text
    assert '<time id="a11y-data-publikacja" datetime="2026-11-21">' in page


class TestSaid:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return dataclasses.replace(settings, publisher=SAID)

    def test_what_the_publisher_said_stands_there(self, site: Site) -> None:
        page = plain(site.visitor().get("/accessibility").text)
        for text in (SAID.email, SAID.phone, SAID.address, SAID.building, "e-mailem i telefonicznie"):
            assert text in page
        dates = dict(re.findall(r'id="(a11y-data-[a-z]+)" datetime="([0-9-]+)"', page))
        assert dates["a11y-data-sporzadzenie"] == "2027-01-15"
        assert dates["a11y-data-przeglad"] == "2027-03-30"
        privacy = plain(site.visitor().get("/privacy").text)
        for text in (SAID.email, SAID.phone, SAID.address, SAID.officer_email, SAID.legal_basis):
            assert text in privacy
        assert "nie podano" not in page + privacy


def test_every_page_leads_to_both(site: Site) -> None:
    for browser in (site.visitor(), site.learner()):
        for path in ("/", "/programs", "/sign-in" if browser.get("/my").status_code == 302 else "/profile"):
            page = browser.get(path).text
            assert 'href="/accessibility"' in page
            assert 'href="/privacy"' in page


def test_the_times_are_those_that_the_sweeps_keep(site: Site) -> None:
    privacy = plain(site.visitor().get("/privacy").text)
    assert "niepotwierdzonej prośby o konto: 2 dni" in privacy
    assert "zaproszenia: 15 dni" in privacy


REQUIRED = {"LMS_PUBLIC_URL": "https://f.example.pl", "LMS_SECRET_KEY": "x" * 32, "LMS_REDIS_URL": "redis://h"}


def test_the_settings_say_it() -> None:
    assert Settings.from_env(REQUIRED).publisher == Publisher()
    given = {
        "LMS_CONTACT_EMAIL": SAID.email,
        "LMS_CONTACT_PHONE": SAID.phone,
        "LMS_CONTACT_ADDRESS": SAID.address,
        "LMS_CONTACT_BUILDING": SAID.building,
        "LMS_OFFICER_EMAIL": SAID.officer_email,
        "LMS_LEGAL_BASIS": SAID.legal_basis,
        "LMS_ACCESSIBILITY_DATE": "2027-01-15",
        "LMS_ACCESSIBILITY_REVIEW": "2027-03-30",
    }
    assert Settings.from_env({**REQUIRED, **given}).publisher == SAID
    issuer = {"LMS_ISSUER_EMAIL": "wystawca@gmina.example.pl"}
    assert Settings.from_env({**REQUIRED, **issuer}).publisher.email == "wystawca@gmina.example.pl"
    with pytest.raises(SettingsError, match=r"LMS_ACCESSIBILITY_DATE is '15\.01\.2027'"):
        Settings.from_env({**REQUIRED, "LMS_ACCESSIBILITY_DATE": "15.01.2027"})
