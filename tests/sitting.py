"""Sitting an assessment past the pages, for tests that need many papers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from flask import Flask

from lms_core.domain.item_kinds import key_of
from lms_core.domain.permissions import Actor
from lms_core.installation import here
from lms_core.models import Attempt
from lms_core.services import answers, attempts, enrolments, grading
from lms_core.services.answers import Answer


def begin(app: Flask, actor: Actor, unit: str, *, program_id: str, now: datetime) -> int:
    """Join where that is still to be done, and start."""
    with app.app_context(), here().writing() as (session, later):
        filar = here()
        joined = enrolments.enrol(session, filar.catalogue, program_id, actor=actor, now=now).id
        return grading.start(session, filar.catalogue, joined, unit, actor=actor, now=now, later=later)


def hand_in(
    app: Flask,
    actor: Actor,
    attempt_id: int,
    *,
    now: datetime,
    given: Mapping[str, Iterable[str]] | None = None,
    omitted: Iterable[str] = (),
) -> None:
    """Answer what is on the paper rightly, but for what is given or omitted by item, and submit."""
    with app.app_context(), here().writing() as (session, later):
        filar = here()
        attempt = session.get_one(Attempt, attempt_id)
        items = filar.catalogue.program(session, attempt.digest).items
        drawn = [items[one.item_id] for one in attempts.paper_of(attempt) if one.item_id not in set(omitted)]
        right = [
            Answer(number, one.id, list((given or {}).get(one.id, key_of(one))))
            for number, one in enumerate(drawn, start=1)
        ]
        answers.record(session, filar.catalogue, attempt_id, right, client="tests-sitting", actor=actor, now=now)
        grading.submit(session, filar.catalogue, attempt_id, actor=actor, now=now, later=later)
