"""What a rule is shown of one enrolment: built from rows, read-only, as of one moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms_core.domain.calendar import warsaw_day, whole_years
from lms_core.domain.outcome import Outcome
from lms_core.domain.program import TrainingProgram
from lms_core.domain.rules import STOCK_RULES, CompletionRule, HoldsCredential, Progress, parts
from lms_core.models import Attempt, Credential, Enrolment, Membership, OutcomeRow, Person, UnitFact
from lms_core.services import entitlements
from lms_core.services.outcomes import as_outcome

HELD = ("pending", "numbered", "issued")


def asks_for_credentials(rule: CompletionRule) -> bool:
    """Say whether another credential of the person can change the verdict; a rule in Python may look at anything."""
    return any(not isinstance(part, STOCK_RULES) or isinstance(part, HoldsCredential) for part in parts(rule))


def progress_of(session: Session, enrolment: Enrolment, program: TrainingProgram, *, now: datetime) -> Progress:
    """Return the progress that the program's rule may ask about.

    Outcomes and facts always; what stock rules do not look at is read only for a rule of a plugin's own.
    """
    rule, today = program.completion, warsaw_day(now)
    whole = not all(isinstance(part, STOCK_RULES) for part in parts(rule))
    facts = session.scalars(select(UnitFact).where(UnitFact.enrolment_id == enrolment.id).order_by(UnitFact.id)).all()
    person = session.get_one(Person, enrolment.person_id) if whole else None
    return Progress(
        as_of=now,
        enrolled_at=enrolment.enrolled_at,
        outcomes=_best_outcomes(session, enrolment),
        completed_units=frozenset(fact.unit_id for fact in facts if fact.kind == "completed"),
        minutes=_minutes(facts),
        credentials=_credentials(session, enrolment, now=now) if asks_for_credentials(rule) else frozenset(),
        observations=_observations(facts),
        documents=_documents(facts),
        age=whole_years(person.birth_date, today) if person and person.birth_date else None,
        roles=_roles(session, enrolment) if whole else frozenset(),
        provider_entitled=whole and entitlements.covers(session, enrolment, program, on=today),
    )


def _best_outcomes(session: Session, enrolment: Enrolment) -> dict[str, Outcome]:
    """Return the best outcome per assessment; of one attempt only the latest decision counts, void ones not at all."""
    query = (
        select(Attempt.id, Attempt.assessment_id, OutcomeRow)
        .join(OutcomeRow, OutcomeRow.attempt_id == Attempt.id)
        .where(Attempt.enrolment_id == enrolment.id, Attempt.state != "void")
        .order_by(OutcomeRow.revision)
    )
    latest = {attempt_id: (assessment_id, as_outcome(row)) for attempt_id, assessment_id, row in session.execute(query)}
    best: dict[str, Outcome] = {}
    for assessment_id, found in latest.values():
        known = best.get(assessment_id)
        if known is None or (found.success, found.scaled) > (known.success, known.scaled):
            best[assessment_id] = found
    return best


def _minutes(facts: Sequence[UnitFact]) -> dict[str, int]:
    minutes: dict[str, int] = {}
    for fact in facts:
        if fact.kind == "attended" and fact.mode and fact.minutes:
            minutes[fact.mode] = minutes.get(fact.mode, 0) + fact.minutes
    return minutes


def _observations(facts: Sequence[UnitFact]) -> dict[str, frozenset[str]]:
    seen: dict[str, frozenset[str]] = {}
    for fact in facts:
        if fact.kind == "observed":
            seen[fact.unit_id] = seen.get(fact.unit_id, frozenset()) | {str(fact.evidence.get("role", ""))}
    return seen


def _documents(facts: Sequence[UnitFact]) -> dict[str, date]:
    """Return the latest expiry by kind of document."""
    documents: dict[str, date] = {}
    for fact in facts:
        if fact.kind == "document":
            kind, until = str(fact.evidence["document"]), str(fact.evidence.get("valid_until") or date.max)
            documents[kind] = max(documents.get(kind, date.min), date.fromisoformat(until))
    return documents


def _credentials(session: Session, enrolment: Enrolment, *, now: datetime) -> frozenset[str]:
    query = select(Credential.achievement_id).where(
        Credential.person_id == enrolment.person_id,
        Credential.state.in_(HELD),
        or_(Credential.valid_until.is_(None), Credential.valid_until >= now),
    )
    return frozenset(session.scalars(query))


def _roles(session: Session, enrolment: Enrolment) -> frozenset[str]:
    return frozenset(session.scalars(select(Membership.role).where(Membership.person_id == enrolment.person_id)))
