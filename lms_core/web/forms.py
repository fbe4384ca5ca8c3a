"""Reading posted forms into plain values."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import date

from werkzeug.datastructures import ImmutableMultiDict

from lms_core.domain.errors import Invalid
from lms_core.domain.permissions import Role
from lms_core.domain.sentences import say
from lms_core.services.answers import Answer, form_client
from lms_core.services.enrolments import TakenRole

ANSWER, RENDERED = "answer.", "was."
PAGE_BYTES = 16
INCOMPLETE = Invalid("form", say("Formularz jest niepełny. Odśwież stronę i zaznacz odpowiedzi jeszcze raz."))
ROLE_LABELS: Mapping[Role, str] = {
    Role.LEARNER: say("osoba ucząca się"),
    Role.TRAINER: say("osoba tworząca programy"),
    Role.INSTRUCTOR: say("osoba prowadząca zajęcia"),
    Role.EXAMINER: say("osoba egzaminująca"),
    Role.COORDINATOR: say("osoba koordynująca"),
    Role.REGISTRAR: say("osoba prowadząca rejestr"),
    Role.AUDITOR: say("audyt"),
    Role.ADMINISTRATOR: say("osoba administrująca"),
}


def read_role(form: Mapping[str, str]) -> Role:
    try:
        return Role(form.get("role", ""))
    except ValueError:
        raise Invalid("role", say("Wybierz rolę z listy.")) from None


def read_taken_role(form: Mapping[str, str]) -> TakenRole | None:
    """Return the learner's role in a program as a form gives it; None when none was chosen."""
    day = form.get("since", "").strip()
    try:
        since = date.fromisoformat(day) if day else None
    except ValueError:
        raise Invalid("since", say("Podaj dzień w postaci 2026-11-21 albo zostaw to pole puste.")) from None
    return TakenRole(form["role"], since) if form.get("role") else None


def changed_answers(form: ImmutableMultiDict[str, str]) -> tuple[list[Answer], str]:
    """Return what the person changed on this form since it was rendered, and the client id to journal it under.

    Unchanged answers are left out, so that a stale tab never overwrites what another one saved.
    """
    rendered = {name.removeprefix(RENDERED): value for name, value in form.items() if name.startswith(RENDERED)}
    posted = {item: sorted(filter(None, form.getlist(ANSWER + item))) for item in rendered}
    strangers = [name for name in form if name.startswith(ANSWER) and name.removeprefix(ANSWER) not in rendered]
    if strangers:
        raise INCOMPLETE
    changed = {item: given for item, given in posted.items() if given != sorted(_was(rendered[item]))}
    answers = [Answer(seq, item, given) for seq, (item, given) in enumerate(sorted(changed.items()), start=1)]
    page = form.get("page") or page_nonce()
    return answers, form_client(page, repr(sorted(posted.items())))


def _was(text: str) -> list[str]:
    """Return the response that the form was rendered with; "" is none."""
    try:
        response = json.loads(text or "[]")
    except (ValueError, RecursionError):  # RecursionError: nothing but brackets
        response = None
    if not isinstance(response, list) or not all(isinstance(part, str) for part in response):
        raise INCOMPLETE
    return response


def page_nonce() -> str:
    """Return what tells one rendering of a form from the next."""
    return secrets.token_hex(PAGE_BYTES)
