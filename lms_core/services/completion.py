"""Decide whether an enrolment is complete: the only door to a credential (design, decision 6)."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from lms_core.domain.program import TrainingProgram
from lms_core.domain.rules import Progress, Status, Verdict
from lms_core.models import Enrolment, UnitFact
from lms_core.services import credentials
from lms_core.services.enrolments import completed_units
from lms_core.services.progress import progress_of
from lms_core.transaction import Later

log = logging.getLogger(__name__)
NEEDS_REVIEW = "needs_review"


def complete_unit(
    session: Session,
    enrolment: Enrolment,
    unit_id: str,
    *,
    now: datetime,
    evidence: dict[str, object],
    again: bool = False,
) -> None:
    """Record that the unit was completed; once is enough, except where `again` makes a difference."""
    if not again and unit_id in completed_units(session, [enrolment.id]).get(enrolment.id, {}):
        return
    fact = UnitFact(enrolment_id=enrolment.id, unit_id=unit_id, kind="completed", evidence=evidence)
    fact.by_person_id, fact.at = enrolment.person_id, now
    session.add(fact)
    session.flush()


def evaluate(
    session: Session, enrolment: Enrolment, program: TrainingProgram, *, now: datetime, later: Later
) -> Verdict:
    """Decide after a new fact; the caller holds the enrolment's row lock. A satisfied rule awards the credential.

    A rule that raises fails closed: nothing is awarded, the enrolment waits for a person.
    """
    progress = progress_of(session, enrolment, program.completion, now=now)
    try:
        verdict = _judged(program, progress)
    except Exception:  # a plugin's rule may raise anything; a learner's work is never lost to it
        log.exception("completion rule of %s raised for enrolment %s", program.id, enrolment.id)
        hold(enrolment)
        return Verdict(Status.PENDING, ("rule_error",))
    enrolment.verdict, enrolment.reasons = verdict.status, list(verdict.reasons)
    if verdict.status is Status.SATISFIED and enrolment.state == "open":
        enrolment.state, enrolment.completed_at = "completed", now
        credentials.award(session, enrolment, program, now=now, later=later)
    session.flush()
    return verdict


def _judged(program: TrainingProgram, progress: Progress) -> Verdict:
    verdict = program.completion(progress)
    if not isinstance(verdict, Verdict):
        raise TypeError(f"the rule answered {verdict!r}")
    return verdict


def hold(enrolment: Enrolment) -> None:
    """Wait for a person: nothing is awarded until somebody resolves it. What is complete already stays so."""
    if enrolment.state == "open":
        enrolment.state = NEEDS_REVIEW
