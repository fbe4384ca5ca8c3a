"""Decide whether an enrolment is complete: the only door to a credential (design, decision 6)."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import exists, insert, literal, select
from sqlalchemy.orm import Session

from lms_core.database import run, table_of
from lms_core.domain.program import TrainingProgram
from lms_core.domain.rules import SATISFIED, Progress, Status, Verdict
from lms_core.models import Enrolment, UnitFact
from lms_core.services import credentials
from lms_core.services.catalogue import Catalogue
from lms_core.services.progress import asks_for_credentials, progress_of
from lms_core.transaction import Later

FACTS = table_of(UnitFact)
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
    values = {
        "enrolment_id": enrolment.id,
        "unit_id": unit_id,
        "kind": "completed",
        "evidence": evidence,
        "by_person_id": enrolment.person_id,
        "at": now,
    }
    known = exists().where(
        FACTS.c.enrolment_id == enrolment.id, FACTS.c.unit_id == unit_id, FACTS.c.kind == "completed"
    )
    row = select(*(literal(value, FACTS.c[name].type) for name, value in values.items()))
    run(session, insert(FACTS).from_select(list(values), row if again else row.where(~known)))


def evaluate(
    session: Session, enrolment: Enrolment, program: TrainingProgram, *, now: datetime, later: Later
) -> Verdict:
    """Decide after a new fact; the caller holds the enrolment's row lock. A satisfied rule awards the credential.

    What is complete stays so. A rule that raises fails closed: nothing is awarded, the enrolment waits for a person.
    """
    if enrolment.state == "completed":
        return SATISFIED
    progress = progress_of(session, enrolment, program, now=now)
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
    if not isinstance(verdict, Verdict) or not isinstance(verdict.status, Status):
        raise TypeError(f"the rule answered {verdict!r}")
    if not isinstance(verdict.reasons, tuple) or not all(isinstance(reason, str) for reason in verdict.reasons):
        raise TypeError(f"the rule gave reasons that are no texts: {verdict.reasons!r}")
    return verdict


def reconsider(session: Session, catalogue: Catalogue, person_id: int, *, now: datetime, later: Later) -> None:
    """Ask again the rules of a person's open enrolments that wait for a credential: one was just issued."""
    query = select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.state == "open").order_by(Enrolment.id)
    for enrolment in session.scalars(query.with_for_update(), execution_options={"populate_existing": True}).all():
        program = catalogue.program(session, enrolment.digest)
        if asks_for_credentials(program.completion):
            evaluate(session, enrolment, program, now=now, later=later)


def hold(enrolment: Enrolment) -> None:
    """Wait for a person: nothing is awarded until somebody resolves it. What is complete already stays so."""
    if enrolment.state == "open":
        enrolment.state = NEEDS_REVIEW
