"""What a learner may see of an attempt: before it ends no key, afterwards what the policy allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_core.domain.errors import Refused
from lms_core.domain.items import Item, ItemView, Response, view
from lms_core.domain.outcome import Outcome
from lms_core.domain.permissions import Actor
from lms_core.domain.program import Assessment, Mode, Review, TrainingProgram, Unit
from lms_core.domain.reasons import explain
from lms_core.domain.scoring import item_scores
from lms_core.models import Attempt, Credential, Enrolment, OutcomeRow
from lms_core.services import answers, attempts
from lms_core.services.attempts import assessment_of, paper_of
from lms_core.services.catalogue import Catalogue
from lms_core.services.outcomes import as_outcome


@dataclass(frozen=True, slots=True)
class Sheet:
    """An open attempt: views without keys, and the responses that count so far."""

    attempt: Attempt
    unit: Unit
    assessment: Assessment
    items: tuple[ItemView, ...]
    responses: Mapping[str, Response]
    saved_at: datetime | None

    @property
    def answered(self) -> int:
        return sum(bool(self.responses.get(item.id)) for item in self.items)


@dataclass(frozen=True, slots=True)
class ItemReview:
    """One item afterwards; `correct` is None where the policy keeps it back."""

    item: Item
    given: tuple[str, ...]
    correct: tuple[str, ...] | None
    right: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    attempt: Attempt
    enrolment: Enrolment
    program: TrainingProgram
    unit: Unit
    assessment: Assessment
    outcome: Outcome | None
    reasons: tuple[str, ...]
    review: tuple[ItemReview, ...]
    certificate_code: str | None
    again: str | None
    following: Unit | None


def sheet(session: Session, catalogue: Catalogue, attempt: Attempt) -> Sheet:
    """Return an open attempt as its learner sees it; the caller has checked whose it is and that it is open."""
    program = catalogue.program(session, attempt.digest)
    unit, assessment = assessment_of(program, attempt.unit_id)
    items = tuple(view(program.items[entry.item_id], entry.choices) for entry in paper_of(attempt))
    responses, saved_at = answers.current(session, attempt.id)
    return Sheet(attempt, unit, assessment, items, responses, saved_at)


def result(session: Session, catalogue: Catalogue, attempt_id: int, *, actor: Actor, now: datetime) -> Result:
    """Return the finished attempt; raise `Refused` while it is open."""
    attempt, enrolment = attempts.own(session, attempt_id, actor=actor)
    if attempt.state == "open":
        raise Refused("attempt_open", "To podejście jeszcze trwa – wynik pojawi się po oddaniu pracy.")
    program = catalogue.program(session, attempt.digest)
    unit, assessment = assessment_of(program, attempt.unit_id)
    outcome = _latest_outcome(session, attempt.id)
    reasons = (*(outcome.trace if outcome else ()), *enrolment.reasons)
    return Result(
        attempt=attempt,
        enrolment=enrolment,
        program=program,
        unit=unit,
        assessment=assessment,
        outcome=outcome,
        reasons=tuple(explain(reason, program) for reason in reasons if _worth_telling(reason)),
        review=_review(session, attempt, program, assessment=assessment) if outcome else (),
        certificate_code=_certificate_code(session, enrolment.id),
        again=_again(session, attempt, assessment, now=now) if outcome and not outcome.success else None,
        following=program.after(unit),
    )


def _again(session: Session, attempt: Attempt, assessment: Assessment, *, now: datetime) -> str | None:
    """Return when or whether a failed assessment may be taken again; None when at once."""
    return attempts.refusal(assessment, attempts.history(session, attempt.enrolment_id, assessment.id), now=now)


def _worth_telling(reason: str) -> bool:
    """The score and the pass mark stand on the page anyway."""
    return not reason.startswith(("score:", "pass_mark:"))


def _latest_outcome(session: Session, attempt_id: int) -> Outcome | None:
    query = select(OutcomeRow).where(OutcomeRow.attempt_id == attempt_id).order_by(OutcomeRow.revision.desc()).limit(1)
    row = session.scalar(query)
    return as_outcome(row) if row else None


def _certificate_code(session: Session, enrolment_id: int) -> str | None:
    query = select(Credential.code).where(Credential.enrolment_id == enrolment_id, Credential.state != "superseded")
    return session.scalar(query)


def _review(
    session: Session, attempt: Attempt, program: TrainingProgram, *, assessment: Assessment
) -> tuple[ItemReview, ...]:
    """Practice shows everything at once; an exam what its policy says."""
    policy = Review.ITEMS if assessment.mode is Mode.PRACTICE else assessment.review
    if policy is Review.SCORE:
        return ()
    responses, _ = answers.current(session, attempt.id)
    scores = item_scores(paper_of(attempt), program.items, responses)
    reviews = [
        _item_review(program.items[score.item_id], responses.get(score.item_id, ()), right=score.right, policy=policy)
        for score in scores
    ]
    return tuple(one for one in reviews if policy is Review.ITEMS or not one.right)


def _item_review(item: Item, response: Response, *, right: bool, policy: Review) -> ItemReview:
    texts = {choice.id: str(choice.text) for choice in item.choices}
    shows_key = policy is Review.ITEMS
    return ItemReview(
        item=item,
        given=tuple(texts[choice] for choice in response),
        correct=tuple(texts[choice] for choice in item.key) if shows_key else None,
        right=right,
        notes=tuple(str(choice.feedback) for choice in item.choices if choice.id in response and choice.feedback),
    )
