"""Handing in and scoring: from the journal, against the text that the learner saw."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_core.domain import scoring
from lms_core.domain.permissions import Actor
from lms_core.models import Attempt, Enrolment
from lms_core.services import answers, attempts, completion
from lms_core.services.attempts import paper_of
from lms_core.services.catalogue import Catalogue
from lms_core.services.outcomes import first_row
from lms_core.transaction import Later

log = logging.getLogger(__name__)


def submit(
    session: Session, catalogue: Catalogue, attempt_id: int, *, actor: Actor, now: datetime, later: Later
) -> None:
    """Hand in; handing in what is finished changes nothing and is no error."""
    attempts.own(session, attempt_id, actor=actor)
    _finish(session, catalogue, attempt_id, now=now, later=later)


def finish_overdue(session: Session, catalogue: Catalogue, attempt_id: int, *, now: datetime, later: Later) -> None:
    """Finish an attempt whose time is over, with what was saved; leave any other alone."""
    _finish(session, catalogue, attempt_id, now=now, later=later, only_overdue=True)


def finish_overdue_of(
    session: Session, catalogue: Catalogue, enrolment_id: int, *, now: datetime, later: Later
) -> None:
    """Finish an enrolment's overdue attempts, so that a new one can be judged by what they came to."""
    query = select(Attempt).where(Attempt.enrolment_id == enrolment_id, Attempt.state == "open")
    for attempt in session.scalars(query).all():
        if attempts.overdue(attempt, now=now):
            _finish(session, catalogue, attempt.id, now=now, later=later)


def overdue_attempts(session: Session, *, now: datetime, most: int = 500) -> list[int]:
    """Return open attempts past deadline and grace, for the tick."""
    query = select(Attempt).where(Attempt.state == "open", Attempt.deadline < now).order_by(Attempt.deadline)
    found = session.scalars(query.limit(most))
    return [one.id for one in found if attempts.overdue(one, now=now)]


def _finish(
    session: Session,
    catalogue: Catalogue,
    attempt_id: int,
    *,
    now: datetime,
    later: Later,
    only_overdue: bool = False,
) -> None:
    """Lock the enrolment, then the attempt: the same order as starting, so that the two cannot deadlock."""
    of_attempt = select(Attempt.enrolment_id).where(Attempt.id == attempt_id).scalar_subquery()
    fresh = {"populate_existing": True}
    whole = select(Enrolment).where(Enrolment.id == of_attempt).with_for_update()
    enrolment = session.scalars(whole, execution_options=fresh).one()
    locked = select(Attempt).where(Attempt.id == attempt_id).with_for_update()
    attempt = session.scalars(locked, execution_options=fresh).one()
    overdue = attempts.overdue(attempt, now=now)
    if attempt.state != "open" or (only_overdue and not overdue):
        return
    attempt.state, attempt.finished_at = ("expired", attempt.deadline) if overdue else ("submitted", now)
    _grade(session, catalogue, attempt, enrolment, now=now, later=later)


def _grade(
    session: Session, catalogue: Catalogue, attempt: Attempt, enrolment: Enrolment, *, now: datetime, later: Later
) -> None:
    responses, _ = answers.current(session, attempt.id)
    try:
        program = catalogue.program(session, attempt.digest)
        _, assessment = attempts.assessment_of(program, attempt.unit_id)
        scores = scoring.item_scores(program, assessment, paper_of(attempt), responses=responses)
        outcome = scoring.outcome(assessment, scores)
    except Exception:  # fails closed: the answers stay, nobody passes, a person looks at it
        log.exception("grading attempt %s failed", attempt.id)
        attempt.state = completion.NEEDS_REVIEW
        completion.hold(enrolment)
        session.flush()
        return
    session.add(first_row(attempt, outcome, program, now=now))
    session.flush()
    if outcome.success:
        completion.complete_unit(session, enrolment, attempt.unit_id, now=now, evidence={"attempt": attempt.id})
    completion.evaluate(session, enrolment, program, now=now, later=later)
