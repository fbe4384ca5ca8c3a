"""An exam in English: the page and its scripts say everything in one language, the program's own words keep theirs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Demo
from tests.e2e.sittings import choice, examine, help_text, question, saved, state

pytestmark = pytest.mark.browser
WHO = "naczelnik"


@pytest.fixture
def demo(every_kind: Demo) -> Demo:
    return every_kind


def test_an_exam_is_sat_in_english(desktop: Page, demo: Demo) -> None:
    attempt = examine(desktop, demo, WHO)
    desktop.get_by_role("link", name="English").click()
    expect(desktop).to_have_url(attempt)
    expect(desktop.locator("html")).to_have_attribute("lang", "en")
    expect(question(desktop, "jeden").locator(".question-prompt")).to_have_attribute("lang", "pl")
    expect(state(desktop)).to_have_text("Each answer will be saved at once")
    choice(desktop, "jeden", "a").check()
    expect(state(desktop)).to_have_text(re.compile(r"^Saved at\u00a0\d\d:\d\d:\d\d$"))
    expect(desktop.get_by_role("button", name="Hide clock")).to_be_visible()
    desktop.context.set_offline(True)
    choice(desktop, "jeden", "b").check()
    expect(state(desktop)).to_have_text("1\u00a0answer is waiting for a connection")
    desktop.locator("[name='answer.slowo']").fill("wójt")
    expect(state(desktop)).to_have_text("2\u00a0answers are waiting for a connection")
    expect(help_text(desktop)).to_contain_text("kept on this device")
    desktop.context.set_offline(False)
    saved(desktop)
    desktop.get_by_role("button", name="Show one question at a time").click()
    expect(desktop.get_by_role("button", name="Next question")).to_be_visible()
