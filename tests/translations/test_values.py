"""What stands inside a translated block is said in the page's language too."""

from __future__ import annotations

import pytest

from lms_core.domain.sentences import Words
from lms_core.domain.text import Text
from lms_core.web import language
from tests.road import Site

BLOCK = (
    '{% trans title=title, days=counted(3, "dzień", "dni", "dni") %}{{ title }}: {{ days }} & {{ name }}{% endtrans %}'
)
TITLE = Text("Woda", "Water")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("pl", "Woda: 3\N{NO-BREAK SPACE}dni & &lt;b&gt;"),
        ("en", "Water: 3\N{NO-BREAK SPACE}days & &lt;b&gt;"),
    ],
)
def test_values_of_a_block(site: Site, monkeypatch: pytest.MonkeyPatch, code: str, said: str) -> None:
    monkeypatch.setattr(language, "english_words", lambda: Words(counted={("dzień", "dni"): ("day", "days")}))
    with site.app.test_request_context(headers={"Cookie": f"{language.COOKIE}={code}"}):
        template = site.app.jinja_env.overlay(autoescape=True).from_string(BLOCK)
        assert template.render(title=TITLE, name="<b>") == said
