"""What learners read about where they stand: cards, exam, result, renewal, and where signing in leads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from lms_core.app import create_app
from lms_core.config import Settings
from lms_core.domain.permissions import Role
from lms_core.domain.program import Course
from lms_core.domain.text import Text
from lms_core.models import Attempt, Credential, Enrolment, Person
from tests.road import PASSWORD, Browser, Clock, Site
from tests.services.organisation import COUNCIL, ROLES, WITH_ROLES
from tests.services.school import EXAM, FINAL, LESSON, PRACTICE, REFRESHER, TRIAL, Offering, changed, program

SCHOOL, RENEWED = "szkola", "odnawiane"
NBSP = "\N{NO-BREAK SPACE}"
PAUSES = {1: "1 godzina musi", 24: "24 godziny muszą", 25: "25 godzin musi"}


def offering() -> Offering:
    """Beside the school: certificates that run out, roles with terms and without, topics, pauses of several lengths."""
    plain = program(SCHOOL)
    design = replace(plain.certificate, valid_months=12) if plain.certificate else None
    units = plain.courses[0].units
    courses = Course("temat-a", Text("Temat pierwszy"), units[:3]), Course("temat-b", Text("Temat drugi"), units[3:])
    return Offering(
        plain,
        program(RENEWED, certificate=design),
        program(WITH_ROLES, roles=ROLES, certificate=design, courses=courses),
        program("bez-terminow", roles=(COUNCIL,)),
        *(program(f"pauza-{hours}", assessments=(replace(FINAL, pause_hours=hours), TRIAL)) for hours in PAUSES),
    )


@pytest.fixture
def sources() -> list:
    return [offering()]


@pytest.fixture
def browser(site: Site) -> Browser:
    return site.learner()


def text(browser: Browser, path: str) -> str:
    """Return what a page says, in one line."""
    page = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", browser.get(path).text, flags=re.DOTALL)
    plain = re.sub(r"<[^>]+>", " ", page).replace("&nbsp;", " ").replace(NBSP, " ")
    return " ".join(plain.split())


def sit(browser: Browser, enrolment: int, given: Mapping[str, str] | None = None, *, right: bool = True) -> int:
    """Sit the exam, with these items answered otherwise; return the attempt."""
    attempt = browser.start(enrolment, EXAM)
    browser.answer(attempt, right=right)
    if given:
        form = {f"was.{item}": "" for item in given} | {f"answer.{item}": value for item, value in given.items()}
        browser.site.clock.advance(seconds=1)
        browser.post(f"/attempts/{attempt}", form, page=f"/attempts/{attempt}")
    browser.submit(attempt)
    return attempt


def graduate(browser: Browser, program_id: str = RENEWED) -> Credential:
    browser.pass_exam(browser.enrol(program_id), EXAM)
    browser.site.run_jobs()
    return max(browser.site.rows(Credential), key=lambda one: one.id)


@pytest.mark.parametrize("path", ["/", "/my"])
def test_a_revoked_certificate_is_called_so_with_whom_to_ask(site: Site, browser: Browser, path: str) -> None:
    credential = graduate(browser)
    assert "Zaświadczenie ważne do" in text(browser, path)
    changed(site, Credential, credential.id, state="revoked", revoked_at=site.clock())
    page = text(browser, path)
    assert "ważne do" not in page
    assert "Zaświadczenie unieważnione O powód zapytaj wystawcę: Ośrodek Szkoleń Gminy Przykładowo" in page


def test_a_certificate_that_ran_out_says_when_with_one_full_stop(site: Site, browser: Browser) -> None:
    graduate(browser)
    site.clock.advance(days=400)
    page = browser.get("/my").text
    assert "Było ważne do 21\N{NO-BREAK SPACE}listopada\N{NO-BREAK SPACE}2027\N{NO-BREAK SPACE}r.</span>" in page
    browser.client.set_cookie("filar-language", "en")
    assert "It was valid until 21\N{NO-BREAK SPACE}November\N{NO-BREAK SPACE}2027." in browser.get("/my").text


def test_renewal_is_offered_where_a_person_looks_and_begins_again(site: Site, browser: Browser) -> None:
    code = graduate(browser).code
    places = ("/", "/my", f"/certificates/{code}", f"/programs/{RENEWED}")
    assert [path for path in places if "Odnów szkolenie" in text(browser, path)] == []
    site.clock.advance(days=320)
    assert [path for path in places if "Odnów szkolenie" not in text(browser, path)] == []
    told = text(browser, f"/programs/{RENEWED}")
    assert "Możesz już odnowić szkolenie Twoje zaświadczenie jest ważne do 21 listopada 2027 r." in told
    again = browser.enrol(RENEWED)
    assert [one.cycle for one in site.rows(Enrolment)] == [1, 2]
    assert [path for path in places if "Odnów szkolenie" in text(browser, path)] == [], "it was renewed"
    assert f"/learn/{again}/" in browser.get(f"/programs/{RENEWED}").text
    assert code in browser.get("/certificates").text
    mine = text(browser, "/my")
    assert mine.index("W toku") < mine.index("Ukończone wcześniej") < mine.index("Ukończony")
    assert text(browser, "/").count("Program odnawiane") == 2, "on the first page the card and the program only"


def test_only_the_last_certificate_of_a_program_is_renewed(site: Site, browser: Browser) -> None:
    first = graduate(browser).code
    site.clock.advance(days=400)
    browser.pass_exam(browser.enrol(RENEWED), EXAM)
    site.run_jobs()
    site.clock.advance(days=400)
    last = max(site.rows(Credential), key=lambda one: one.id).code
    assert first != last
    assert "Odnów szkolenie" in text(browser, f"/certificates/{last}")
    assert "Odnów szkolenie" not in text(browser, f"/certificates/{first}")


def test_who_may_renew_sees_the_version_on_offer(site: Site, settings: Settings, clock: Clock, rung: list) -> None:
    anna = site.add()
    code = graduate(site.sign_in(anna)).code
    newer = replace(site.program(RENEWED), version="2.0.0", title=Text("Wydanie drugie"))
    again = Site(create_app(settings, clock=clock, ring=rung.append, sources=[Offering(newer)]), clock, rung)
    later = again.sign_in(anna)
    assert "Wydanie drugie" not in text(later, f"/programs/{RENEWED}"), "who joined sees the version they joined"
    clock.advance(days=400)
    later = again.sign_in(anna)
    assert "Wydanie drugie" in text(later, f"/programs/{RENEWED}")
    for path in ("/my", f"/programs/{RENEWED}", f"/certificates/{code}"):
        assert "Jest nowa wersja programu: 2.0.0." in text(later, path), path


def test_renewing_asks_for_the_role_and_fills_in_the_last_one(site: Site, browser: Browser) -> None:
    graduate(browser, WITH_ROLES)
    enrolment = site.rows(Enrolment)[0]
    changed(site, Enrolment, enrolment.id, role_since=date(2026, 5, 7))
    site.clock.advance(days=400)
    page = browser.get(f"/programs/{WITH_ROLES}").text
    assert re.search(r'value="pracownik"[^>]* checked', page)
    assert 'value="2026-05-07"' in page
    refused = browser.post(f"/programs/{WITH_ROLES}/enrolment", page=f"/programs/{WITH_ROLES}")
    assert refused.status_code == 422
    assert "Czas odnowić szkolenie" in refused.text
    assert browser.enrol(WITH_ROLES, "radny") != enrolment.id


def test_only_what_is_required_is_counted_and_the_rest_is_told_apart(site: Site, browser: Browser) -> None:
    enrolment = browser.enrol(SCHOOL)
    assert "Ukończone części 0 z 1" in text(browser, "/my")
    assert "Części nieobowiązkowe: 0 z 4" in text(browser, "/my")
    assert "Spis części (ukończone: 0 z 1)" in text(browser, f"/learn/{enrolment}/{LESSON}")
    browser.pass_exam(enrolment, PRACTICE)
    assert "Części nieobowiązkowe: 1 z 4" in text(browser, "/my")
    browser.pass_exam(enrolment, EXAM)
    page = text(browser, "/my")
    assert "Ukończone części 1 z 1" in page
    assert "Kontynuuj" not in page
    assert "Następna część" not in page


def test_parts_stand_below_their_topics(browser: Browser) -> None:
    enrolment = browser.enrol(WITH_ROLES)
    contents = browser.get(f"/learn/{enrolment}/{LESSON}").text.partition("<details")[2].partition("</details>")[0]
    order = [contents.index(one) for one in ("Temat pierwszy</p>", "Lekcja o wodzie", "Temat drugi</p>", "Sprawdź się")]
    assert order == sorted(order)
    single = browser.get(f"/learn/{browser.enrol(SCHOOL)}/{LESSON}").text
    assert "contents-topic" not in single, "one topic needs no heading"


def test_a_failed_exam_says_why_at_the_top_and_which_question_was_mandatory(browser: Browser) -> None:
    enrolment = browser.enrol(SCHOOL)
    attempt = sit(browser, enrolment, {"jeden": "g"})
    page = browser.get(f"/attempts/{attempt}/result").text
    head = page.partition("score-bad")[2].partition("</div>\n  </div>")[0]
    assert "Egzamin niezaliczony" in head
    assert "Na pytanie obowiązkowe zabrakło prawidłowej odpowiedzi" in head
    reviews = re.findall(r'<article class="question review".*?</article>', page, re.DOTALL)
    assert [">obowiązkowe<" in one for one in reviews].count(True) == 1
    assert "Pytanie jeden?" in next(one for one in reviews if ">obowiązkowe<" in one)


def test_a_subject_with_too_few_points_is_told_at_the_top(browser: Browser) -> None:
    attempt = sit(browser, browser.enrol(SCHOOL), {"liczba": "0", "drugie-slowa": "0"})
    page = text(browser, f"/attempts/{attempt}/result")
    assert "Za mało punktów z tematu „Temat 3”: 3, a potrzeba co najmniej 4." in page
    assert "Na pytanie obowiązkowe zabrakło" not in page


def test_a_passed_exam_gives_no_reasons(browser: Browser) -> None:
    attempt = sit(browser, browser.enrol(SCHOOL), {"slowa": "0"})
    page = text(browser, f"/attempts/{attempt}/result")
    assert "Egzamin zaliczony" in page
    assert "Za mało" not in page
    assert "Pozostało podejść" not in page


def test_nothing_says_mandatory_while_an_attempt_is_open(browser: Browser) -> None:
    for unit in (EXAM, PRACTICE):
        attempt = browser.start(browser.enrol(SCHOOL), unit)
        browser.answer(attempt, action="save")
        for path in (f"/attempts/{attempt}", f"/attempts/{attempt}?feedback=1", f"/attempts/{attempt}/summary"):
            assert "obowiązkowe" not in browser.get(path).text, path


def test_a_failed_attempt_says_how_many_are_left(site: Site, browser: Browser) -> None:
    enrolment = browser.enrol(SCHOOL)
    for left in (2, 1):
        attempt = sit(browser, enrolment, right=False)
        assert f"Pozostało podejść: {left} z 3." in text(browser, f"/attempts/{attempt}/result")
        card = text(browser, "/my")
        assert f"Ostatnie podejście do egzaminu: 0%, niezaliczone. Pozostało podejść: {left} z 3." in card
        site.clock.advance(days=2)
    attempt = sit(browser, enrolment, {"jeden": "g"})
    for path in (f"/attempts/{attempt}/result", "/my"):
        page = text(browser, path)
        assert "Pozostało podejść" not in page
        assert "Wykorzystano wszystkie podejścia (3)." in page
    path = f"/learn/{enrolment}/{REFRESHER}"
    site.clock.advance(hours=1)
    browser.post(path, page=path)
    assert "egzaminu: 90%, niezaliczone. Pozostało podejść: 3 z 3." in text(browser, "/my"), "the next series opened"
    changed(site, Attempt, attempt, state="void")
    assert "egzaminu: 0%, niezaliczone. Pozostało podejść: 1 z 3." in text(browser, "/my"), "void counts for nothing"


def test_a_first_training_whose_term_went_by_is_marked(site: Site, browser: Browser) -> None:
    enrolment = browser.enrol(WITH_ROLES, "wojt")
    for since, marked in ((date(2026, 8, 21), False), (date(2026, 8, 20), True)):
        changed(site, Enrolment, enrolment, role_since=since)
        assert "Pierwsze szkolenie ustawowe: do" in text(browser, "/my")
        assert ("po terminie" in text(browser, "/my")) is marked
    browser.pass_exam(enrolment, EXAM)
    assert "po terminie" not in text(browser, "/my"), "the program is completed"


def test_the_name_is_confirmed_on_the_page_of_the_exam(site: Site, browser: Browser) -> None:
    path = f"/learn/{browser.enrol(SCHOOL)}/{EXAM}"
    page = browser.get(path).text
    assert "Tak, dobrze" in page
    form = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("name", "next")}
    assert form == {"name": "Anna Wójcik", "next": path}
    answer = browser.post("/profile/name/confirmation", form, page=path)
    assert (answer.status_code, answer.location) == (302, path)
    assert site.rows(Person, email="annawjcik@example.pl")[0].name_confirmed_at
    assert "Tak, dobrze" not in browser.get(path).text
    elsewhere = browser.post("/profile/name/confirmation", form | {"next": "https://zle.example/"}, page="/profile")
    assert elsewhere.location == "/profile"


def test_a_result_says_that_the_certificate_is_coming_or_shows_it(site: Site, browser: Browser) -> None:
    attempt = browser.pass_exam(browser.enrol(SCHOOL), EXAM)
    path = f"/attempts/{attempt}/result"
    assert "za kilka sekund" in text(browser, path)
    assert "Zobacz zaświadczenie" not in text(browser, path)
    site.run_jobs()
    assert "za kilka sekund" not in text(browser, path)
    assert "Zobacz zaświadczenie" in text(browser, path)


def test_the_day_of_a_role_is_asked_for_where_it_sets_a_term(browser: Browser) -> None:
    page = text(browser, f"/programs/{WITH_ROLES}")
    assert "w tych rolach: Wójt, burmistrz; Pracownik urzędu. W pozostałych przepis nie podaje" in page
    assert "Od kiedy masz tę rolę?" not in text(browser, "/programs/bez-terminow")


@pytest.mark.parametrize(("hours", "said"), PAUSES.items())
def test_a_pause_agrees_with_its_verb(browser: Browser, hours: int, said: str) -> None:
    enrolment = browser.enrol(f"pauza-{hours}")
    assert f"{said} minąć między podejściami." in text(browser, f"/learn/{enrolment}/{EXAM}")


def signed_in(site: Site, name: str, role: Role, target: str = "") -> str:
    actor = site.add(name, role)
    form = {"email": actor.email, "password": PASSWORD} | ({"next": target} if target else {})
    return str(site.visitor().post("/sign-in", form, page="/sign-in").location)


def test_signing_in_leads_to_ones_work_or_ones_learning(site: Site) -> None:
    pages = {
        Role.LEARNER: "/",
        Role.EXAMINER: "/",
        Role.TRAINER: "/trainer",
        Role.COORDINATOR: "/organisation",
        Role.ADMINISTRATOR: "/people",
    }
    for role, page in pages.items():
        assert signed_in(site, f"Osoba {role.value}", role) == page
    assert signed_in(site, "Osoba Zdecydowana", Role.TRAINER, "/programs") == "/programs"
    learning = site.add("Katarzyna Ucząca", Role.COORDINATOR)
    browser = site.sign_in(learning)
    assert browser.get("/sign-in").location == "/organisation"
    browser.enrol(SCHOOL)
    assert browser.get("/sign-in").location == "/"
    assert browser.get("/sign-in?next=/my").location == "/my"


def test_the_wording_of_what_a_certificate_is_not_is_the_papers(browser: Browser) -> None:
    assert "Czym to zaświadczenie nie jest" in browser.get(f"/programs/{SCHOOL}").text
