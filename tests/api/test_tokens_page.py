"""The page where a person makes, sees and revokes their own tokens."""

from __future__ import annotations

import re

import pytest

from lms_core.models import ApiToken
from lms_core.services.tokens import MOST_TOKENS
from tests.api.client import Program, make_token
from tests.road import Browser, Site

GOOD = {"name": "Arkusz obecności", "scopes": ["programs:read", "enrolments:read"], "days": "30"}


@pytest.fixture
def browser(site: Site) -> Browser:
    return site.learner()


def test_the_secret_is_shown_once_and_works(site: Site, browser: Browser) -> None:
    page = browser.post("/tokens", GOOD, page="/tokens").text
    secret = re.search(r'value="(filar_[^"]+)"', page).group(1)
    assert Program(site, secret).get("/enrolments").status_code == 200
    assert Program(site, secret).get("/certificates").status_code == 403
    later = browser.get("/tokens").text
    assert secret not in later
    assert "Arkusz obecności" in later
    assert "czytanie moich szkoleń" in later
    assert "Działa do 21 grudnia 2026" in later.replace("\u00a0", " ")
    token = site.rows(ApiToken)[0].id
    browser.post(f"/tokens/{token}/removal", page="/tokens")
    assert "Arkusz obecności" not in browser.get("/tokens").text
    assert Program(site, secret).get("/enrolments").status_code == 401


def test_an_expired_token_is_listed_as_such(site: Site, browser: Browser) -> None:
    browser.post("/tokens", GOOD, page="/tokens")
    site.clock.advance(days=31)
    assert "Stracił ważność" in browser.get("/tokens").text


def test_a_mistake_is_told_and_what_was_typed_stays(site: Site, browser: Browser) -> None:
    for spoil, sentence in (
        ({"name": ""}, "Podaj nazwę tokena"),
        ({"name": "x" * 100}, "najwyżej 80 znaków"),
        ({"scopes": []}, "Zaznacz, do czego token ma służyć"),
        ({"scopes": ["everything"]}, "Wybierz uprawnienia"),
        ({"days": "400"}, "jak długo token ma działać"),
        ({"days": "x"}, "jak długo token ma działać"),
    ):
        answer = browser.post("/tokens", GOOD | spoil, page="/tokens")
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "name" in spoil or 'value="Arkusz obecności"' in answer.text
    assert site.rows(ApiToken) == []


def test_markup_in_a_name_stays_text(site: Site, browser: Browser) -> None:
    browser.post("/tokens", GOOD | {"name": "<script>alert(1)</script>"}, page="/tokens")
    assert "<script>alert" not in browser.get("/tokens").text


def test_too_many_tokens_are_refused_on_the_page(site: Site) -> None:
    actor = site.add()
    browser = site.sign_in(actor)
    for _ in range(MOST_TOKENS):
        make_token(site, actor)
    answer = browser.post("/tokens", GOOD, page="/tokens")
    assert answer.status_code == 422
    assert "najwyżej 20 tokenów" in answer.text


def test_making_tokens_is_limited(site: Site, browser: Browser) -> None:
    token = browser.token("/tokens")
    statuses = [browser.client.post("/tokens", data={"csrf_token": token}).status_code for _ in range(31)]
    assert statuses[-2:] == [422, 429]
