"""Error pages: each says what happened in Polish and has one way onward, which leads somewhere."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import Gone
from werkzeug.test import TestResponse

from lms_core.database import db, make_engine
from lms_core.services import profile
from tests.road import Browser, Site
from tests.services.school import school

HOME, AGAIN = "Strona główna", "Spróbuj jeszcze raz"


@pytest.fixture
def sources() -> list:
    return [school()]


@pytest.fixture
def browser(site: Site) -> Browser:
    return site.learner()


def onward(answer: TestResponse) -> tuple[str, str]:
    """Return text and address of the only link of what the page says."""
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    found = re.findall(r'<a class="([\w-]+)" href="([^"]*)">([^<]*)</a>', main)
    assert [one[0] in {"button", "govuk-button"} for one in found] == [True], found
    assert answer.text.count('<a class="language') == 1
    assert "Traceback" not in answer.text
    return found[0][2], found[0][1]


def has_header(answer: TestResponse) -> bool:
    """Say whether the page leads on like any other; the plain one has links to its content and another language."""
    assert answer.text.count("<a ") == 3 or "Wyloguj się" in answer.text
    return 'id="nawigacja"' in answer.text


def failing(error: Exception):
    def fail(*_arguments: object, **_named: object) -> None:
        raise error

    return fail


def test_what_is_not_there_or_not_for_you_leads_home(site: Site, browser: Browser) -> None:
    token = browser.token("/my")
    for answer, status, said in (
        (browser.get("/people"), 403, "Brak uprawnień"),
        (browser.get("/nie-ma"), 404, "Nie ma takiej strony"),
        (browser.get("//zle.example/x"), 404, "Nie ma takiej strony"),
        (browser.get("/sign-out"), 405, "Tak nie można użyć tego adresu"),
        (browser.client.post("/attempts/999/submission", data={"csrf_token": token}), 404, "Nie ma takiej strony"),
    ):
        assert answer.status_code == status
        assert f"Błąd {status}" in answer.text
        assert said in answer.text
        assert onward(answer) == (HOME, "/")
        assert has_header(answer) is ("zle" not in answer.request.url), "another host gets no cookie"


def test_strangers_and_machines_get_no_header(site: Site, browser: Browser) -> None:
    assert not has_header(site.visitor().get("/nie-ma"))
    assert browser.get("/api/v1/nie-ma").is_json
    assert not has_header(browser.get("/i/nie-ma/did.json")), "public addresses read no cookie"


def test_a_header_that_fails_is_left_out(site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms_core.web.identity.people.signed_in", failing(ZeroDivisionError("tajne")))
    answer = browser.get("/nie-ma")
    assert (answer.status_code, has_header(answer)) == (404, False)
    assert "tajne" not in answer.text
    assert onward(answer) == (HOME, "/")


def test_what_was_removed_says_so(site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile, "of", failing(Gone()))
    answer = browser.get("/profile")
    assert answer.status_code == 410
    assert "Tej strony już nie ma" in answer.text
    assert onward(answer) == (HOME, "/")


def test_too_much_and_a_stale_form_lead_back_to_the_form(site: Site, browser: Browser) -> None:
    large = browser.client.post("/profile/name", data=b"x" * 300_000)
    assert large.status_code == 413
    assert onward(large) == (HOME, "/"), "nothing opens at this address"
    large = browser.client.post("/password", data=b"x" * 300_000)
    assert onward(large) == (AGAIN, "/password")
    stale = browser.client.post("/password", data={})
    assert stale.status_code == 400
    assert onward(stale) == (AGAIN, "/password")


def test_too_often_says_how_long_to_wait(site: Site, browser: Browser) -> None:
    for path, often, said, seconds in (
        ("/password", 10, "Odczekaj minutę", "60"),
        ("/password/reset", 5, "Spróbuj ponownie za godzinę", "3600"),
    ):
        form = {"csrf_token": browser.token(path), "email": "kto@example.pl"}
        answers = [browser.client.post(path, data=form) for _ in range(often + 1)]
        assert answers[-1].status_code == 429
        assert said in answers[-1].text
        assert answers[-1].headers["Retry-After"] == seconds
        assert onward(answers[-1]) == (AGAIN, path)


def test_our_own_fault_has_a_number_and_may_be_tried_again(
    site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(profile, "of", failing(ZeroDivisionError("zupełnie tajne")))
    answer = browser.get("/profile?a=1&b=2")
    assert answer.status_code == 500
    assert "tajne" not in answer.text
    number = re.search(r"pod numerem ([0-9a-f]{8})\.", answer.text)
    assert number
    assert number.group(1) in caplog.text
    assert onward(answer) == (AGAIN, "/profile?a=1&amp;b=2")
    assert not has_header(answer)


class Deadlock(Exception):
    sqlstate = "40P01"


@pytest.mark.parametrize("cause", [Deadlock("deadlock detected"), Exception("database is locked")])
def test_of_two_that_collide_one_is_told_to_try_again(browser: Browser, monkeypatch, cause: Exception) -> None:
    monkeypatch.setattr(profile, "of", failing(OperationalError("SELECT 1", {}, cause)))
    answer = browser.get("/profile")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "zmieniał te same dane" in answer.text
    assert onward(answer) == (AGAIN, "/profile")


def test_a_database_that_is_gone_may_be_tried_again(site: Site, browser: Browser, monkeypatch) -> None:
    sqlite = site.filar.settings.database_url.startswith("sqlite")
    gone = "sqlite:////nowhere/filar.sqlite" if sqlite else "postgresql+psycopg://filar@/nobody?host=/nowhere"
    with site.app.app_context():
        monkeypatch.setitem(db._app_engines[site.app], None, make_engine(gone))
    answer = browser.get("/my")
    assert answer.status_code == 503
    assert "Zapisane odpowiedzi są bezpieczne" in answer.text
    assert onward(answer) == (AGAIN, "/my")
    assert not has_header(answer)
    nowhere = browser.get("/nie-ma")
    assert (nowhere.status_code, has_header(nowhere)) == (404, False)
