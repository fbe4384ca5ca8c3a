"""The language of the pages: who chooses it, where it is kept, and what is never translated."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from lms_core.domain.permissions import Actor
from lms_core.domain.sentences import Words
from lms_core.models import Person
from lms_core.web import language
from tests.road import PASSWORD, Browser, Site
from tests.services.school import changed, school

PROGRAM = "szkola"


@pytest.fixture
def sources() -> list:
    return [school()]


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The English of the site under test: what it lacks stays Polish."""
    sentences = {"Programy": "Programmes", "Ustawienia zapisane.": "Settings saved.", "Wylogowano.": "Signed out."}
    monkeypatch.setattr(language, "english_words", lambda: Words(sentences))


def keep(browser: Browser, code: str) -> Browser:
    browser.client.set_cookie(language.COOKIE, code)
    return browser


def kept(browser: Browser) -> str | None:
    cookie = browser.client.get_cookie(language.COOKIE)
    return cookie.value if cookie else None


def spoken(page: TestResponse) -> str:
    found = re.search(r'<html lang="([^"]*)"', page.text)
    assert found, page.text[:200]
    return found.group(1)


def sign_in(browser: Browser, actor: Actor) -> Browser:
    answer = browser.post("/sign-in", {"email": actor.email, "password": PASSWORD}, page="/sign-in")
    assert (answer.status_code, answer.location) == (302, "/")
    return browser


def test_a_link_keeps_the_language_and_goes_back(site: Site) -> None:
    browser = site.visitor()
    answer = browser.get("/language/en?next=/programs")
    assert (answer.status_code, answer.location) == (302, "/programs")
    assert kept(browser) == "en"
    assert browser.get("/language/pl").location == "/"
    assert kept(browser) == "pl"


def test_the_cookie_is_for_the_server_alone_and_lasts_a_year(site: Site) -> None:
    (cookie,) = site.visitor().get("/language/en").headers.getlist("Set-Cookie")
    parts = set(cookie.split("; "))
    assert {"filar-language=en", "Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"} <= parts


@pytest.mark.parametrize("code", ["de", "PL", "en-GB", "%20"])
def test_a_language_that_we_do_not_have_is_not_found(site: Site, code: str) -> None:
    browser = site.visitor()
    assert browser.get(f"/language/{code}").status_code == 404
    assert kept(browser) is None


@pytest.mark.parametrize("there", ["https://other.example", "//other.example", "/\\other.example", "my", ""])
def test_the_link_never_leaves_the_site(site: Site, there: str) -> None:
    answer = site.visitor().client.get("/language/en", query_string={"next": there})
    assert (answer.status_code, answer.location) == (302, "/")


def test_every_page_is_in_the_language_that_was_chosen(site: Site) -> None:
    browser = site.visitor()
    for path in ("/", "/programs", f"/programs/{PROGRAM}", "/sign-in", "/verify", "/accessibility", "/privacy", "/no"):
        assert spoken(browser.get(path)) == "pl", path
        assert spoken(keep(site.visitor(), "en").get(path)) == "en", path
        for nonsense in ("", "xx", "EN", "en;", "<b>"):
            assert spoken(keep(site.visitor(), nonsense).get(path)) == "pl", (path, nonsense)


def test_each_page_offers_the_other_language_and_the_way_back_to_itself(site: Site) -> None:
    browser = site.visitor()
    offer = re.compile(r'<a class="language[^"]*" href="([^"]+)" lang="(\w+)" hreflang="\2">')
    ((address, code),) = offer.findall(browser.get("/verify?code=a%26b").text)
    assert code == "en"
    assert browser.get(address.replace("&amp;", "&")).location == "/verify?code=a%26b"
    ((_, code),) = offer.findall(browser.get("/verify").text)
    assert code == "pl"


@pytest.mark.usefixtures("words")
def test_the_choice_of_the_profile_takes_effect(site: Site) -> None:
    browser = site.learner()
    answer = browser.post("/profile/preferences", {"language": "en"}, page="/profile")
    assert (answer.location, kept(browser)) == ("/profile", "en")
    page = browser.get("/profile")
    assert spoken(page) == "en"
    assert "Settings saved." in page.text, "said in the language just chosen"
    browser.post("/profile/preferences", {"language": "pl"}, page="/profile")
    page = browser.get("/profile")
    assert (spoken(page), kept(browser)) == ("pl", "pl")
    assert "Ustawienia zapisane." in page.text


def test_a_refused_choice_changes_nothing(site: Site) -> None:
    browser = keep(site.learner(), "en")
    answer = browser.post("/profile/preferences", {"language": "xx"}, page="/profile")
    assert (answer.status_code, spoken(answer), kept(browser)) == (422, "en", "en")


class TestSigningIn:
    @pytest.fixture
    def anna(self, site: Site) -> Actor:
        anna = site.add()
        changed(site, Person, anna.person_id, language="en")
        return anna

    def test_brings_the_language_of_the_profile(self, site: Site, anna: Actor) -> None:
        browser = sign_in(site.visitor(), anna)
        assert kept(browser) == "en"
        assert spoken(browser.get("/my")) == "en"

    def test_never_overwrites_what_was_chosen_on_the_device(self, site: Site, anna: Actor) -> None:
        browser = sign_in(keep(site.visitor(), "pl"), anna)
        assert kept(browser) == "pl"
        assert spoken(browser.get("/my")) == "pl"

    def test_in_polish_needs_no_cookie(self, site: Site) -> None:
        jan = site.add("Jan Kowalski")
        assert kept(sign_in(site.visitor(), jan)) is None
        assert kept(sign_in(keep(site.visitor(), "en"), jan)) == "en"

    def test_that_fails_sets_nothing(self, site: Site, anna: Actor) -> None:
        browser = site.visitor()
        form = {"email": anna.email, "password": "to nie to haslo"}
        assert browser.post("/sign-in", form, page="/sign-in").status_code == 422
        assert kept(browser) is None

    @pytest.mark.usefixtures("words")
    def test_says_goodbye_in_the_language_of_the_page(self, site: Site, anna: Actor) -> None:
        browser = sign_in(site.visitor(), anna)
        browser.post("/sign-out", page="/my")
        assert "Signed out." in browser.get("/").text
        assert kept(browser) == "en", "the device keeps its language"


@pytest.mark.usefixtures("words")
def test_a_name_that_equals_a_message_stays_a_name(site: Site) -> None:
    browser = keep(site.learner("Programy"), "en")
    page = browser.get("/profile").text
    assert re.search(r'href="/programs"[^>]*>Programmes<', page)
    assert re.search(r'class="account-name"[^>]*>Programy<', page)
    assert '<p class="certificate-holder profile-name">Programy</p>' in page
    assert 'value="Programy"' in page
