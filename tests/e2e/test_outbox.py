"""Whatever becomes of the network, the tab or the login, no answer is lost and the page says how things stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.e2e.conftest import PASSWORD, Demo, sign_in
from tests.e2e.sittings import (
    choice,
    come_back,
    come_in,
    cut,
    examine,
    held,
    help_text,
    mend,
    named,
    practise,
    question,
    saved,
    sheet,
    state,
)

pytestmark = pytest.mark.browser
WHO, OTHER = "teresa", "weronika"
DOUBLE_CLICK_MS = 1100
"""A click sooner than that after the last one is taken for the second of a double click."""
SIGN_IN = "Zaloguj się (w\u00a0nowej karcie)"


@pytest.fixture
def demo(every_kind: Demo) -> Demo:
    return every_kind


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """Another device of the same person."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="pl-PL")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def reopen(context: BrowserContext, attempt: str) -> Page:
    page = context.new_page()
    page.goto(attempt)
    return page


def test_what_is_answered_without_a_network_waits_and_is_sent_in_order(desktop: Page, demo: Demo) -> None:
    attempt = practise(desktop, demo, WHO)
    desktop.context.set_offline(True)
    choice(desktop, "jeden", "a").check()
    expect(state(desktop)).to_have_text("1\u00a0odpowiedź czeka na\u00a0połączenie")
    choice(desktop, "jeden", "b").check()
    desktop.locator("[name='answer.slowo']").fill("wójt")
    expect(state(desktop)).to_have_text("2\u00a0odpowiedzi czekają na\u00a0połączenie")
    expect(help_text(desktop)).to_contain_text("zachowane na tym urządzeniu")
    desktop.context.set_offline(False)
    saved(desktop)
    expect(help_text(desktop)).to_be_hidden()
    assert held(desktop, attempt) == {"jeden": [named("jeden", "b")], "slowo": ["wójt"]}


def test_an_answer_that_waits_outlives_a_reload(desktop: Page, demo: Demo) -> None:
    attempt = practise(desktop, demo, WHO)
    cut(desktop)
    choice(desktop, "jeden", "b").check()
    desktop.locator("[name='answer.liczba']").fill("9,5")
    expect(state(desktop)).to_contain_text("2\u00a0odpowiedzi czekają")
    desktop.reload()
    expect(state(desktop)).to_contain_text("2\u00a0odpowiedzi czekają")
    expect(choice(desktop, "jeden", "b")).to_be_checked()
    expect(desktop.locator("[name='answer.liczba']")).to_have_value("9,5")
    expect(desktop.locator("[data-answered]")).to_have_text("2")
    assert held(desktop, attempt) == {}
    mend(desktop)
    saved(desktop)
    assert held(desktop, attempt) == {"jeden": [named("jeden", "b")], "liczba": ["9,5"]}


def test_an_answer_that_waits_outlives_its_tab(desktop: Page, demo: Demo) -> None:
    attempt = practise(desktop, demo, WHO)
    desktop.context.set_offline(True)
    choice(desktop, "jeden", "c").check()
    expect(state(desktop)).to_contain_text("czeka")
    desktop.close()
    desktop.context.set_offline(False)
    again = reopen(desktop.context, attempt)
    saved(again)
    expect(choice(again, "jeden", "c")).to_be_checked()
    assert held(again, attempt) == {"jeden": [named("jeden", "c")]}


def test_a_receipt_that_never_came_is_asked_for_again(desktop: Page, demo: Demo) -> None:
    attempt = practise(desktop, demo, WHO)

    def swallow(route: Route) -> None:
        route.fetch()
        route.abort()

    desktop.route("**/events", swallow, times=1)
    choice(desktop, "jeden", "b").check()
    expect(state(desktop)).to_contain_text("czeka")
    saved(desktop)
    assert held(desktop, attempt) == {"jeden": [named("jeden", "b")]}
    assert question(desktop, "jeden").locator("[data-remark]").count() == 0


def test_one_answer_that_the_server_refuses_keeps_no_other_back(desktop: Page, demo: Demo) -> None:
    attempt = practise(desktop, demo, WHO)
    desktop.context.set_offline(True)
    choice(desktop, "jeden", "b").check()
    expect(state(desktop)).to_contain_text("czeka")
    desktop.evaluate(
        """async (attempt) => {
          const ask = indexedDB.open("filar");
          await new Promise((done) => (ask.onsuccess = done));
          const rows = ask.result.transaction("outbox", "readwrite").objectStore("outbox");
          const row = { attempt, client: "spoilt-client", was: [], at: Date.now() };
          rows.add({ ...row, seq: 1, item: "prawda", response: ["nie-ma"] });
          rows.add({ ...row, seq: 2, item: "slowo", response: ["wójt"] });
        }""",
        desktop.locator("[data-attempt]").get_attribute("data-attempt"),
    )
    desktop.context.set_offline(False)
    expect(state(desktop)).to_have_text("Nie zapisano")
    expect(help_text(desktop)).to_contain_text("Wybrano odpowiedź, której nie ma w tym pytaniu")
    assert held(desktop, attempt) == {"jeden": [named("jeden", "b")], "slowo": ["wójt"]}


def test_what_the_server_will_not_take_is_said_before_it_is_left_behind(desktop: Page, demo: Demo) -> None:
    """An office's firewall, for one: it lets pages through and the saving not."""
    attempt = practise(desktop, demo, WHO)
    desktop.route("**/events", lambda route: route.fulfill(status=403, json={"detail": "Zapora", "code": "firewall"}))
    choice(desktop, "jeden", "b").check()
    expect(state(desktop)).to_have_text("Nie zapisano")
    desktop.goto(f"{attempt}/summary")
    hand_in = desktop.get_by_role("button", name="Prześlij odpowiedzi")
    hand_in.click()
    expect(desktop.get_by_role("alert")).to_contain_text("które czekają na tym urządzeniu")
    expect(desktop).to_have_url(f"{attempt}/summary")
    desktop.wait_for_timeout(1100)  # within a second the button takes another click for a slip
    hand_in.click()
    expect(desktop).to_have_url(f"{attempt}/result")


def test_a_browser_that_keeps_nothing_says_so(browser: Browser, demo: Demo) -> None:
    context = browser.new_context()
    context.add_init_script("Object.defineProperty(window, 'indexedDB', { get() { throw new Error('no'); } })")
    page = context.new_page()
    attempt = practise(page, demo, WHO)
    context.set_offline(True)
    choice(page, "jeden", "b").check()
    expect(help_text(page)).to_contain_text("Nie zamykaj tej strony")
    context.set_offline(False)
    saved(page)
    assert held(page, attempt) == {"jeden": [named("jeden", "b")]}
    context.close()


def test_an_older_tab_shows_what_a_newer_one_saved(desktop: Page, demo: Demo) -> None:
    attempt = practise(desktop, demo, WHO)
    newer = reopen(desktop.context, attempt)
    choice(newer, "jeden", "b").check()
    newer.locator("[name='answer.slowo']").fill("wójt")
    newer.locator("[name='answer.slowo']").press("Enter")
    saved(newer)
    expect(state(newer)).to_contain_text("Zapisano o")
    come_back(desktop)
    expect(choice(desktop, "jeden", "b")).to_be_checked()
    expect(desktop.locator("[name='answer.slowo']")).to_have_value("wójt")
    expect(question(desktop, "jeden")).to_contain_text("zapisano w\u00a0innej karcie")
    numbers = [question(desktop, item).get_attribute("id").split("-")[1] for item in ("jeden", "slowo")]
    told = ", ".join(sorted(numbers, key=int))
    expect(desktop.get_by_text(f"Zmiany z\u00a0innej karty lub urządzenia: pytania {told}.")).to_be_visible()
    choice(desktop, "jeden", "c").check()
    expect(question(desktop, "jeden")).not_to_contain_text("innej karcie")
    saved(desktop)
    expect(state(desktop)).to_contain_text("Zapisano o")
    come_back(newer)
    expect(choice(newer, "jeden", "c")).to_be_checked()


def test_what_is_being_typed_is_not_overwritten_by_another_tab(desktop: Page, demo: Demo) -> None:
    attempt = practise(desktop, demo, WHO)
    other = reopen(desktop.context, attempt)
    other.locator("[name='answer.slowo']").fill("burmistrz")
    other.locator("[name='answer.slowo']").press("Enter")
    saved(other)
    looks: list[Route] = []
    desktop.route(re.compile(r"/api/v1/attempts/\d+$"), lambda route: looks.append(route))  # noqa: PLW0108
    come_back(desktop)
    desktop.locator("[name='answer.slowo']").press_sequentially("wójt")
    looks[0].continue_()
    expect(desktop.locator("[name='was.slowo']")).to_have_value('["wójt"]')
    assert held(desktop, attempt) == {"slowo": ["wójt"]}


def test_the_answer_that_arrives_last_wins_and_both_devices_say_so(desktop: Page, phone: Page, demo: Demo) -> None:
    attempt = practise(desktop, demo, WHO)
    come_in(phone, demo, WHO)
    phone.goto(attempt)
    phone.context.set_offline(True)
    choice(phone, "jeden", "a").check()
    expect(state(phone)).to_contain_text("czeka")
    choice(desktop, "jeden", "b").check()
    saved(desktop)
    phone.context.set_offline(False)
    saved(phone)
    expect(question(phone, "jeden")).to_contain_text("zapisano inną odpowiedź. Liczy się ta")
    assert held(phone, attempt) == {"jeden": [named("jeden", "a")]}
    come_back(desktop)
    expect(choice(desktop, "jeden", "a")).to_be_checked()
    expect(question(desktop, "jeden")).to_contain_text("na innym urządzeniu")


def test_after_the_login_expired_another_tab_signs_in_and_what_waits_is_sent(desktop: Page, demo: Demo) -> None:
    attempt = practise(desktop, demo, WHO)
    desktop.context.clear_cookies()
    choice(desktop, "jeden", "b").check()
    expect(state(desktop)).to_have_text("Sesja wygasła – 1\u00a0odpowiedź czeka")
    with desktop.context.expect_page() as opened:
        desktop.get_by_role("link", name=SIGN_IN).click()
    other = opened.value
    other.get_by_label("Adres e-mail").fill(f"{WHO}@demo.example")
    other.get_by_role("textbox", name="Hasło").fill(PASSWORD)
    other.get_by_role("button", name="Zaloguj się").click()
    expect(other).to_have_url(attempt)
    expect(choice(other, "jeden", "b")).to_be_checked()
    saved(other)
    come_back(desktop)
    saved(desktop)
    expect(desktop.get_by_role("link", name=SIGN_IN)).to_be_hidden()
    assert held(desktop, attempt) == {"jeden": [named("jeden", "b")]}


def test_the_page_itself_goes_on_with_the_new_login(desktop: Page, demo: Demo) -> None:
    """The other tab never opens the attempt; this page's old form token is worth nothing any more."""
    attempt = practise(desktop, demo, WHO)
    desktop.context.clear_cookies()
    choice(desktop, "jeden", "b").check()
    expect(state(desktop)).to_contain_text("Sesja wygasła")
    sign_in(desktop.context.new_page(), demo, WHO)
    desktop.get_by_role("button", name="Spróbuj teraz").click()
    saved(desktop)
    expect(state(desktop)).to_be_focused()
    assert held(desktop, attempt) == {"jeden": [named("jeden", "b")]}
    desktop.get_by_role("button", name="Przejdź do podsumowania").click()
    expect(desktop).to_have_url(re.compile("/summary$"))


def test_nothing_is_sent_in_the_name_of_somebody_else(desktop: Page, demo: Demo) -> None:
    attempt = practise(desktop, demo, WHO)
    desktop.context.clear_cookies()
    other = desktop.context.new_page()
    sign_in(other, demo, OTHER)
    choice(desktop, "jeden", "b").check()
    expect(state(desktop)).to_have_text("Nie zapisano")
    expect(help_text(desktop)).to_contain_text("Odpowiedzi są zachowane na tym urządzeniu")
    desktop.context.clear_cookies()
    sign_in(other, demo, WHO)
    desktop.get_by_role("button", name="Spróbuj teraz").click()
    saved(desktop)
    assert held(desktop, attempt) == {"jeden": [named("jeden", "b")]}


def test_no_page_is_left_while_the_server_is_out_of_reach(desktop: Page, demo: Demo) -> None:
    attempt = practise(desktop, demo, WHO)
    choice(desktop, "jeden", "b").check()
    saved(desktop)
    desktop.context.set_offline(True)
    desktop.get_by_role("button", name="Przejdź do podsumowania").click()
    expect(desktop.get_by_role("alert")).to_contain_text("Bez połączenia nie można przejść dalej")
    expect(desktop).to_have_url(attempt)
    expect(state(desktop)).to_have_text("Brak połączenia")
    desktop.context.set_offline(False)
    saved(desktop)
    desktop.wait_for_timeout(DOUBLE_CLICK_MS)
    desktop.get_by_role("button", name="Przejdź do podsumowania").click()
    expect(desktop).to_have_url(f"{attempt}/summary")


def test_handing_in_sends_what_waits_first_and_never_pretends(desktop: Page, demo: Demo) -> None:
    attempt = practise(desktop, demo, WHO)
    cut(desktop)
    choice(desktop, "jeden", "a").check()
    expect(state(desktop)).to_contain_text("czeka")
    desktop.goto(f"{attempt}/summary")
    expect(state(desktop)).to_have_text("1\u00a0odpowiedź czeka na\u00a0połączenie")
    desktop.get_by_role("button", name="Prześlij odpowiedzi").click()
    expect(desktop.get_by_role("alert")).to_contain_text("Nie przesłano: nie ma połączenia z\u00a0serwerem")
    assert sheet(desktop.context, attempt)["state"] == "open"
    desktop.wait_for_timeout(DOUBLE_CLICK_MS)
    desktop.unroute("**/api/v1/**")
    desktop.get_by_role("button", name="Prześlij odpowiedzi").click()
    expect(desktop).to_have_url(f"{attempt}/result")
    answered = desktop.locator("article.review", has_text="numerem alarmowym")
    expect(answered.get_by_text("Dobrze")).to_be_visible()


def test_the_summary_counts_what_it_sent_itself(desktop: Page, demo: Demo) -> None:
    attempt = practise(desktop, demo, WHO)
    cut(desktop)
    choice(desktop, "jeden", "a").check()
    expect(state(desktop)).to_contain_text("czeka")
    desktop.goto(f"{attempt}/summary")
    expect(desktop.get_by_role("heading", name=re.compile("Odpowiedzi: 0"))).to_be_visible()
    expect(state(desktop)).to_contain_text("czeka")
    mend(desktop)
    expect(desktop.get_by_role("heading", name=re.compile("Odpowiedzi: 1"))).to_be_visible()
    expect(desktop.locator("[data-saving]")).to_be_hidden()
    come_back(desktop)
    expect(desktop.get_by_role("heading", name=re.compile("Odpowiedzi: 1"))).to_be_visible()


def test_handing_in_with_an_expired_login_asks_to_sign_in(desktop: Page, demo: Demo) -> None:
    attempt = practise(desktop, demo, WHO)
    desktop.goto(f"{attempt}/summary")
    desktop.context.clear_cookies()
    desktop.get_by_role("button", name="Prześlij odpowiedzi").click()
    expect(desktop.get_by_role("alert")).to_contain_text("sesja wygasła")
    expect(desktop.get_by_role("link", name=SIGN_IN)).to_be_visible()
    sign_in(desktop.context.new_page(), demo, WHO)
    desktop.wait_for_timeout(DOUBLE_CLICK_MS)
    desktop.get_by_role("button", name="Prześlij odpowiedzi").click()
    expect(desktop).to_have_url(f"{attempt}/result")


def test_what_comes_after_another_device_handed_in_is_named_not_swallowed(
    desktop: Page, phone: Page, demo: Demo
) -> None:
    attempt = practise(desktop, demo, WHO)
    come_in(phone, demo, WHO)
    phone.goto(attempt)
    phone.context.set_offline(True)
    choice(phone, "jeden", "a").check()
    expect(state(phone)).to_contain_text("czeka")
    number = question(phone, "jeden").get_attribute("id").split("-")[1]
    desktop.goto(f"{attempt}/summary")
    desktop.get_by_role("button", name="Prześlij odpowiedzi").click()
    expect(desktop).to_have_url(f"{attempt}/result")
    phone.context.set_offline(False)
    expect(state(phone)).to_have_text("To podejście jest już zakończone")
    expect(help_text(phone)).to_contain_text(f"nie liczą odpowiedzi z\u00a0tego urządzenia. Pytanie {number}.")
    expect(choice(phone, "jeden", "b")).to_be_disabled()
    phone.get_by_role("link", name="Zobacz wynik").click()
    expect(phone).to_have_url(f"{attempt}/result")


def test_when_time_is_up_without_a_network_the_page_stays_and_sends_once_it_can(desktop: Page, demo: Demo) -> None:
    desktop.clock.install()
    attempt = examine(desktop, demo, WHO)
    desktop.context.set_offline(True)
    choice(desktop, "jeden", "a").check()
    expect(state(desktop)).to_contain_text("czeka")
    desktop.clock.fast_forward("21:00")
    expect(help_text(desktop)).to_contain_text("liczą się te, które dotrą na czas")
    expect(choice(desktop, "jeden", "b")).to_be_disabled()
    desktop.context.set_offline(False)
    expect(desktop).to_have_url(f"{attempt}/summary", timeout=20_000)
    assert held(desktop, attempt) == {"jeden": [named("jeden", "a")]}
