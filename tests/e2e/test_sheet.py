"""The page of a running attempt: one question or all, the map, flags, the clock, order without dragging."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Demo
from tests.e2e.sittings import choice, examine, held, named, practise, question, saved, state
from tests.e2e.test_pages import findings

pytestmark = pytest.mark.browser
WHO = "weronika"
COUNT = 9
FLAG = "Wrócę do tego pytania"
WIDTHS = (1280, 360, 320)


@pytest.fixture
def demo(every_kind: Demo) -> Demo:
    return every_kind


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A phone whose browser runs no JavaScript."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="pl-PL")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def switch(page: Page) -> None:
    page.locator("[data-view-switch]").click()


def shown(page: Page) -> list[str]:
    """Return the ids of the questions in sight."""
    return [one.get_attribute("id") for one in page.locator("[data-item]:visible").all()]


def place(page: Page, item: str) -> int:
    return int(question(page, item).get_attribute("id").split("-")[1])


def in_map(page: Page, number: int):
    return page.locator("[data-item-link]").nth(number - 1)


def test_one_question_at_a_time_and_back_again(desktop: Page, demo: Demo) -> None:
    attempt = practise(desktop, demo, WHO)
    assert len(shown(desktop)) == COUNT
    switch(desktop)
    assert shown(desktop) == ["pytanie-1"]
    expect(desktop.get_by_role("button", name="Poprzednie pytanie")).to_be_hidden()
    desktop.get_by_role("button", name="Następne pytanie").click()
    assert shown(desktop) == ["pytanie-2"]
    expect(desktop.locator("[data-map-current], [aria-current=true]")).to_have_text(re.compile("2"))
    desktop.go_back()
    expect(desktop.locator("#pytanie-1")).to_be_visible()
    in_map(desktop, COUNT).click()
    expect(desktop.locator(f"#pytanie-{COUNT}")).to_be_visible()
    expect(desktop.get_by_role("button", name="Następne pytanie")).to_be_hidden()
    expect(desktop.get_by_role("button", name="Przejdź do podsumowania")).to_have_count(1)
    desktop.reload()
    assert shown(desktop) == [f"pytanie-{COUNT}"]
    switch(desktop)
    assert len(shown(desktop)) == COUNT
    desktop.goto(attempt)
    assert len(shown(desktop)) == COUNT


def test_the_choice_of_one_question_is_kept_on_the_device(desktop: Page, demo: Demo) -> None:
    attempt = practise(desktop, demo, WHO)
    switch(desktop)
    desktop.goto(f"{demo.url}/my")
    desktop.goto(attempt)
    expect(desktop.locator("[data-steps]")).to_be_visible()
    assert len(shown(desktop)) == 1
    desktop.get_by_role("button", name="Przejdź do podsumowania").click()
    expect(desktop).to_have_url(f"{attempt}/summary")  # the map of the page before has links of the same name
    desktop.get_by_role("link", name="Pytanie 5").click()
    expect(desktop.locator("#pytanie-5:focus, [data-case]:focus")).to_be_visible()  # a case is read before its question
    assert shown(desktop) == ["pytanie-5"]


def test_an_address_of_one_question_goes_on_in_the_page(desktop: Page, demo: Demo) -> None:
    attempt = practise(desktop, demo, WHO)
    desktop.goto(f"{attempt}?pytanie=4")
    expect(desktop).to_have_url(f"{attempt}#pytanie-4")
    desktop.context.set_offline(True)
    in_map(desktop, 7).click()
    assert shown(desktop) == ["pytanie-7"]
    switch(desktop)
    assert len(shown(desktop)) == COUNT
    desktop.context.set_offline(False)


def test_a_case_stands_above_each_of_its_questions(desktop: Page, demo: Demo) -> None:
    practise(desktop, demo, WHO)
    first = place(desktop, "powodz-kto")
    switch(desktop)
    case = desktop.get_by_text("Most na drodze powiatowej")
    for number in range(1, COUNT + 1):
        in_map(desktop, number).click()
        expect(desktop.locator(f"#pytanie-{number}")).to_be_visible()
        expect(case).to_be_visible(visible=question(desktop, "powodz-kto").is_visible() or number == first + 1)


def test_one_question_by_keyboard(desktop: Page, demo: Demo) -> None:
    """Next leads to the question itself: the following Tab is in its fields."""
    attempt = practise(desktop, demo, WHO)
    switch(desktop)
    in_map(desktop, place(desktop, "jeden")).click()
    desktop.keyboard.press("Tab")
    desktop.keyboard.press("Space")
    saved(desktop)
    assert list(held(desktop, attempt)) == ["jeden"]
    following = place(desktop, "jeden") % COUNT + 1
    if following == 1:
        in_map(desktop, 1).focus()
    else:
        desktop.get_by_role("button", name="Następne pytanie").focus()
    desktop.keyboard.press("Enter")
    arrived = f"""(one => one.id === 'pytanie-{following}'
        || (one.dataset.case && one.dataset.case === document.getElementById('pytanie-{following}').dataset.ofCase)
    )(document.activeElement)"""
    desktop.wait_for_function(arrived)  # at the question, or at the case that it is the first of
    desktop.keyboard.press("Tab")
    assert desktop.evaluate(f"document.activeElement.closest('#pytanie-{following}') !== null")


def test_flags_stand_in_the_map_and_in_the_summary(desktop: Page, demo: Demo) -> None:
    attempt = practise(desktop, demo, WHO)
    number = place(desktop, "slowo")
    question(desktop, "slowo").get_by_label(FLAG).check()
    expect(in_map(desktop, number)).to_have_text(f"Pytanie {number} – bez odpowiedzi, oznaczone do powrotu")
    choice(desktop, "jeden", "a").check()
    expect(in_map(desktop, place(desktop, "jeden"))).to_have_accessible_name(re.compile("– z odpowiedzią$"))
    saved(desktop)
    assert held(desktop, attempt) == {"jeden": [named("jeden", "a")]}
    desktop.reload()
    expect(question(desktop, "slowo").get_by_label(FLAG)).to_be_checked()
    expect(in_map(desktop, number)).to_contain_text("oznaczone do powrotu")
    desktop.get_by_role("button", name="Przejdź do podsumowania").click()
    expect(desktop).to_have_url(f"{attempt}/summary")
    flagged = desktop.locator("li", has_text="Do powrotu").filter(visible=True)
    tags = desktop.get_by_text("Do powrotu").filter(visible=True)
    expect(tags).to_have_count(1)
    expect(flagged.filter(has=tags).get_by_role("link")).to_have_text(f"Pytanie {number}")
    desktop.get_by_role("button", name="Prześlij odpowiedzi").click()
    expect(desktop).to_have_url(f"{attempt}/result")
    practise(desktop, demo, WHO)
    assert desktop.get_by_label(FLAG).and_(desktop.locator(":checked")).count() == 0


def test_the_clock_can_be_hidden_for_good(desktop: Page, demo: Demo) -> None:
    attempt = examine(desktop, demo, WHO)
    face = desktop.locator("[data-clock-face]")
    expect(face).to_have_text(re.compile(r"^(20:00|1\d:\d\d)$"))
    desktop.get_by_role("button", name="Ukryj zegar").click()
    expect(face).to_be_hidden()
    desktop.goto(f"{attempt}/summary")
    expect(desktop.get_by_role("button", name="Pokaż zegar")).to_be_visible()
    expect(face).to_be_hidden()
    desktop.get_by_role("button", name="Pokaż zegar").click()
    desktop.goto(attempt)
    expect(face).to_be_visible()


def test_time_is_told_at_ten_five_and_one_minute_only(desktop: Page, demo: Demo) -> None:
    """The exam lasts twenty minutes; the page's clock is run by hand, second by second."""
    desktop.clock.install()
    examine(desktop, demo, WHO)
    desktop.context.set_offline(True)
    desktop.evaluate(
        """() => {
          window.told = [];
          const note = document.querySelector("[data-clock-announce]");
          const tell = () => note.textContent && window.told.push(note.textContent);
          new MutationObserver(tell).observe(note, { childList: true });
        }"""
    )
    for _ in range(19):
        desktop.clock.run_for(60_000)
    assert desktop.evaluate("window.told") == ["Zostało 10 minut.", "Zostało 5 minut.", "Została 1 minuta."]
    expect(desktop.locator("[data-clock-announce]")).to_have_attribute("aria-live", "polite")
    expect(desktop.locator("[data-clock-face]")).to_have_attribute("aria-live", "off")


def test_the_servers_clock_is_the_truth(desktop: Page, demo: Demo) -> None:
    desktop.clock.install()
    examine(desktop, demo, WHO)
    face = desktop.locator("[data-clock-face]")
    expect(face).to_have_text(re.compile(r"^\d+:"))
    before = int(face.text_content().split(":")[0])
    desktop.clock.fast_forward("08:00")
    expect(face).to_have_text(re.compile(f"^0?({before - 9}|{before - 8}):"))
    choice(desktop, "jeden", "a").check()
    saved(desktop)
    expect(face).to_have_text(re.compile(f"^({before - 1}|{before}):"))


def test_order_by_buttons(desktop: Page, demo: Demo) -> None:
    attempt = practise(desktop, demo, WHO)
    order = question(desktop, "kolejnosc")
    rows = order.locator("[data-order] > li")
    names = [row.locator("label").text_content() for row in rows.all()]
    down = order.get_by_role("button", name=f"Niżej: {names[0]}")
    down.focus()
    desktop.keyboard.press("Enter")
    expect(down).to_be_focused()
    expect(order.get_by_role("status")).to_have_text(f"{names[0]}: miejsce 2 z 3")
    assert [row.locator("label").text_content() for row in rows.all()] == [names[1], names[0], names[2]]
    saved(desktop)
    places = [row.locator("select").input_value() for row in rows.all()]
    assert [one.split(":")[1] for one in places] == ["1", "2", "3"]
    assert held(desktop, attempt) == {"kolejnosc": sorted(places)}
    order.get_by_role("button", name=f"Wyżej: {names[1]}").click()
    expect(order.get_by_role("status")).to_have_text(f"{names[1]}: miejsce 1 z 3")


def test_the_page_is_accessible_in_each_of_its_states(desktop: Page, demo: Demo) -> None:
    practise(desktop, demo, WHO)
    question(desktop, "slowo").get_by_label(FLAG).check()
    choice(desktop, "jeden", "a").check()
    saved(desktop)
    switch(desktop)
    desktop.context.set_offline(True)
    in_map(desktop, place(desktop, "jeden")).click()
    choice(desktop, "jeden", "b").check()
    expect(state(desktop)).to_contain_text("czeka")
    for width in WIDTHS:
        desktop.set_viewport_size({"width": width, "height": 740})
        overflow = desktop.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, width
        assert findings(desktop) == [], width


def test_one_question_a_page_without_javascript(plain: Page, demo: Demo) -> None:
    attempt = practise(plain, demo, WHO)
    assert plain.get_by_label(FLAG).count() == 0
    plain.get_by_role("button", name="Pokazuj po jednym pytaniu").click()
    expect(plain).to_have_url(f"{attempt}?pytanie=1")
    assert shown(plain) == ["pytanie-1"]
    plain.get_by_role("button", name=f"Pytanie {place(plain, 'jeden')} ").click()
    choice(plain, "jeden", "a").check()
    plain.get_by_role("button", name=f"Pytanie {place(plain, 'slowo')} ").click()
    plain.locator("[name='answer.slowo']").fill("wójt")
    plain.locator("[name='answer.slowo']").press("Enter")
    expect(plain.get_by_text("Odpowiedzi zapisane")).to_be_visible()
    assert shown(plain) == [f"pytanie-{place(plain, 'slowo')}"]
    assert held(plain, attempt) == {"jeden": [named("jeden", "a")], "slowo": ["wójt"]}
    plain.get_by_role("button", name=f"Pytanie {COUNT} ").click()
    plain.get_by_role("button", name="Poprzednie pytanie").click()
    expect(plain).to_have_url(f"{attempt}?pytanie={COUNT - 1}")
    plain.get_by_role("button", name="Następne pytanie").click()
    plain.get_by_role("button", name="Przejdź do podsumowania").click()
    expect(plain.get_by_role("heading", name=re.compile("Odpowiedzi: 2"))).to_be_visible()
    plain.get_by_role("link", name="Pytanie 5").click()
    assert shown(plain) == ["pytanie-5"]
    plain.get_by_role("button", name="Pokaż wszystkie pytania").click()
    assert len(shown(plain)) == COUNT
    plain.goto(f"{attempt}/summary")
    plain.get_by_role("button", name="Prześlij odpowiedzi").click()
    expect(plain).to_have_url(f"{attempt}/result")
