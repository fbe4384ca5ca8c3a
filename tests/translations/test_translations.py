"""Whatever the pages say is said in English, too: nothing stands unmarked, and every message has its English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.translations.renew import EN, renewed
from tests.translations.sources import (
    ROOT,
    SCRIPTS,
    TEMPLATES,
    marked,
    said,
    unmarked_in_python,
    unmarked_in_script,
    unmarked_in_template,
)

PACKAGES = ("web", "services", "domain")
TOKEN = re.compile(r"\{\w*\}|%\(\w+\)s|</?[a-z]+[^>]*>|&\w+;")
ONLY_LAYOUT = {"&nbsp;", "&shy;"}
POLISH_ON_PURPOSE = {
    "letters are written in Polish": (
        "services/invitations.py: BODY",
        "services/notices.py: CERTIFICATE_BODY",
        "services/notices.py: CERTIFICATE_SUBJECT",
        "services/notices.py: LEFT_OPEN_BODY",
        "services/notices.py: LEFT_OPEN_SUBJECT",
        "services/notices.py: REVIEW_BODY",
        "services/notices.py: REVIEW_SUBJECT",
        "services/notices.py: SIGNATURE",
        "services/notices.py: certificate",
        "services/passwords.py: NOTICE_BODY",
        "services/passwords.py: NOTICE_SUBJECT",
        "services/registration.py: KNOWN_BODY",
        "services/registration.py: NEW_BODY",
        "services/resets.py: BODY",
        "services/resets.py: SUBJECT",
    ),
    "files for the records of Polish offices, and what says how to read them": (
        "services/data_export.py: MACHINERY",
        "services/data_export.py: SECRET",
        "services/data_export.py: SECTIONS",
        "web/item_tables.py: HEADING",
        "web/result_tables.py: CERTIFICATE_STATES",
        "web/result_tables.py: HEADING",
        "web/result_tables.py: result_row",
        "web/rosters.py: EXAMPLE_HEADING",
        "web/rosters.py: ROLES_HEADING",
    ),
    "findings for the authors of programs, who write them in Polish": (
        "domain/choice_kinds.py: ChoiceKind",
        "domain/item_kinds.py: problems",
        "domain/pair_kinds.py: MatchingKind",
        "domain/pair_kinds.py: OrderingKind",
        "domain/pair_kinds.py: repeated_ids",
        "domain/text_kinds.py: NumericKind",
        "domain/text_kinds.py: ShortTextKind",
    ),
    "how Polish itself writes dates, lists and sorts; English has its own": (
        "domain/calendar.py: MONTHS",
        "domain/names.py: ALPHABET",
        "services/role_names.py: BETWEEN",
    ),
}
"""Where Polish stands and no English is to be had, by reason: a name of a module, or a text of a template or script."""


def english() -> dict[str | tuple[str, str], tuple[str, ...]]:
    """Return the English forms, by message."""
    with EN.open("rb") as file:
        messages = [one for one in read_po(file, locale="en") if one.id]
    return {one.id if isinstance(one.id, str) else (one.id[0], one.id[1]): _forms(one.string) for one in messages}


def _forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def unmarked() -> Iterator[tuple[str, str]]:
    """Yield (place, text) for whatever stands unmarked."""
    core, known = ROOT / "lms_core", said()
    for path in (path for package in PACKAGES for path in sorted((core / package).rglob("*.py"))):
        yield from ((f"{path.relative_to(core)}: {name}", text) for name, _line, text in unmarked_in_python(path))
    for path in sorted(TEMPLATES.rglob("*.html")):
        yield from ((f"{path.name}: {text}", text) for text in unmarked_in_template(path))
    for path in sorted(SCRIPTS.glob("*.js")):
        yield from ((f"{path.name}: {text}", text) for text in unmarked_in_script(path, known))


def test_every_message_has_its_english() -> None:
    forms = english()
    assert [message for message in marked() if not all(forms.get(message) or [""])] == []


def test_nobody_guessed() -> None:
    assert "#, fuzzy" not in EN.read_text(encoding="utf-8")


def test_the_file_is_what_the_sources_make_it() -> None:
    po = EN.read_bytes()
    assert po == renewed(po), "./run translations"


def test_english_keeps_what_is_filled_in_and_the_markup() -> None:
    pairs = [
        (message, form)
        for message, forms in english().items()
        for form in forms
        if _tokens(message if isinstance(message, str) else message[0]) != _tokens(form)
    ]
    assert pairs == []


def _tokens(text: str) -> Counter[str]:
    return Counter(token for token in TOKEN.findall(text) if token not in ONLY_LAYOUT)


def test_nothing_stands_unmarked_but_what_is_polish_on_purpose() -> None:
    excepted = {place for places in POLISH_ON_PURPOSE.values() for place in places}
    found = list(unmarked())
    assert [(place, text) for place, text in found if place not in excepted] == []
    assert excepted - {place for place, _text in found} == set(), "these need no exception any more"


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.html", "<p>Konto</p>", "Konto"),
        ("a.html", '<p title="Konto">{% trans %}Konto{% endtrans %}</p>', "Konto"),
        ("a.html", '{{ tag("Nie ma") }}{{ _("Konto") }}', "Nie ma"),
        ("a.html", '{{ _("Konto" if new else "Osoba") }}', "a.html:1: no literal"),
        ("a.py", 'NONE = "Nie ma konta"\nSOME = say("Jest konto")', "Nie ma konta"),
        ("a.py", 'def told(n):\n    """Zażółć."""\n    return say(f"Minęło {n} dni")', "Minęło "),
        ("a.py", 'def told():\n    return say("Masz {what}", what="zaświadczenie")', "zaświadczenie"),
        ("a.js", 'say("Już zapisano"); show("Już po czasie");', "Już po czasie"),
    ],
)  # fmt: skip
def test_a_plant_is_found(tmp_path: Path, name: str, content: str, found: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    look = {
        ".html": lambda: list(unmarked_in_template(path)),
        ".py": lambda: [text for *_place, text in unmarked_in_python(path)],
        ".js": lambda: list(unmarked_in_script(path, {"Już zapisano"})),
    }
    assert found in look[path.suffix]()
    assert "Już zapisano" not in look[path.suffix]()
