"""Handing in and scoring: from the journal, against the text that the learner saw."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_core.domain import scoring
from lms_core.domain.permissions import Act, Actor, Subject, can
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
    _finish(session, catalogue, attempt_id, now=now, later=later, actor=actor)


def finish_overdue(session: Session, catalogue: Catalogue, attempt_id: int, *, now: datetime, later: Later) -> None:
    """Finish an attempt whose time is over, with what was saved; leave any other alone."""
    _finish(session, catalogue, attempt_id, now=now, later=later, only_overdue=True)


def start(
    session: Session,
    catalogue: Catalogue,
    enrolment_id: int,
    unit_id: str,
    *,
    actor: Actor,
    now: datetime,
    later: Later,
) -> int:
    """Return the id of the open attempt, a new one when none is; one whose time is over is finished first."""
    attempt = attempts.start(session, catalogue, enrolment_id, unit_id, actor=actor, now=now)
    if attempts.overdue(attempt, now=now):
        _finish(session, catalogue, attempt.id, now=now, later=later)
        attempt = attempts.start(session, catalogue, enrolment_id, unit_id, actor=actor, now=now)
    return attempt.id


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
    actor: Actor | None = None,
) -> None:
    """Lock the attempt with its enrolment and close it. An actor must be its owner; the tick has none."""
    query = select(Attempt, Enrolment).join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    locked = query.where(Attempt.id == attempt_id).with_for_update()
    found = session.execute(locked, execution_options={"populate_existing": True}).one_or_none()
    if found is None or (actor and not can(actor, Act.SEE_OWN, Subject(owner_id=found[1].person_id))):
        raise attempts.not_found()
    attempt, enrolment = found
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
