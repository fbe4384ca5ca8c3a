"""Asking for a new password, and reading the letters that came of it."""

from __future__ import annotations

import email
import re
from email.message import EmailMessage
from email.policy import default

from werkzeug.test import TestResponse

from tests.road import Site


def ask(site: Site, address: str) -> TestResponse:
    return site.visitor().post("/password/reset", {"email": address}, page="/password/reset")


def letters(site: Site) -> list[EmailMessage]:
    """The letters in the outbox, as they were made."""
    files = sorted(site.filar.settings.outbox.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [email.message_from_bytes(path.read_bytes(), policy=default) for path in files]


def link(letter: EmailMessage) -> str:
    found = re.findall(r"https://szkolenia\.example\.pl(/password/reset/[\w-]{43})\s", letter.get_content())
    assert len(found) == 1, letter.get_content()
    return found[0]


def newest_link(site: Site, address: str) -> str:
    """Ask, let the worker write, and return where the link in the letter leads."""
    before = len(letters(site))
    assert ask(site, address).status_code == 200
    site.run_jobs()
    found = letters(site)[before:]
    assert len(found) == 1
    return link(found[0])
