"""What a learner may see of an attempt: before it ends no key, afterwards what the policy allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_core.domain.errors import Refused
from lms_core.domain.item_kinds import key_of, kind_of, view
from lms_core.domain.items import Choice, Form, Item, ItemView, Response
from lms_core.domain.lessons import Lesson
from lms_core.domain.outcome import ItemScore, Outcome
from lms_core.domain.permissions import Actor
from lms_core.domain.program import Assessment, Mode, Review, TrainingProgram, Unit
from lms_core.domain.reasons import briefly, explained
from lms_core.domain.scoring import Stratum, is_critical, item_scores, strata_of
from lms_core.domain.sentences import say
from lms_core.domain.text import Text
from lms_core.models import Attempt, Credential, Enrolment, OutcomeRow
from lms_core.services import answers, attempts, enrolments
from lms_core.services.attempts import Tries, assessment_of, paper_of
from lms_core.services.catalogue import Catalogue
from lms_core.services.outcomes import as_outcome

CHOOSING = {Form.ONE, Form.MANY}
CRITICAL_WRONG = say(
    "Na pytanie obowiązkowe zabrakło prawidłowej odpowiedzi, a\u00a0bez niej nie ma zaliczenia – niezależnie od liczby "
    "punktów."
)


@dataclass(frozen=True, slots=True)
class ItemReview:
    """One item afterwards; `correct` is None where the policy keeps it back."""

    item: Item
    given: tuple[str | Text, ...]
    correct: tuple[str | Text, ...] | None
    score: ItemScore
    notes: tuple[Text, ...]

    @property
    def right(self) -> bool:
        return self.score.right


@dataclass(frozen=True, slots=True)
class Sheet:
    """An open attempt: views without keys, the responses that count so far, and remarks on how they are written.

    `feedback` is for practice only: what was answered already, explained at once.
    """

    attempt: Attempt
    unit: Unit
    assessment: Assessment
    items: tuple[ItemView, ...]
    responses: Mapping[str, Response]
    remarks: Mapping[str, str]
    saved_at: datetime | None
    feedback: Mapping[str, ItemReview] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        return sum(bool(self.responses.get(item.id)) for item in self.items)


@dataclass(frozen=True, slots=True)
class SubjectScore:
    """What was reached of one subject's points, and the lessons to read again where that was too little."""

    title: str | Text
    raw: float
    max: float
    minimum: float | None
    again: tuple[Lesson, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A finished attempt; `explanation` says how its outcome was decided, in words kept since then.

    `failures` are the reasons beside the pass mark why it was failed, `again` is why the next may not start yet.
    """

    attempt: Attempt
    enrolment: Enrolment
    program: TrainingProgram
    unit: Unit
    assessment: Assessment
    outcome: Outcome | None
    explanation: tuple[str, ...]
    failures: tuple[str, ...]
    subjects: tuple[SubjectScore, ...]
    reasons: tuple[str, ...]
    review: tuple[ItemReview, ...]
    certificate_code: str | None
    certificate_state: str | None
    again: str | None
    tries: Tries | None
    following: Unit | None


def sheet(session: Session, catalogue: Catalogue, attempt: Attempt, *, feedback: bool = False) -> Sheet:
    """Return an open attempt as its learner sees it; the caller has checked whose it is and that it is open.

    With `feedback` a practice explains what was answered so far; an exam never does.
    """
    program = catalogue.program(session, attempt.digest)
    unit, assessment = assessment_of(program, attempt.unit_id)
    responses, saved_at = answers.current(session, attempt.id)
    explains = feedback and assessment.mode is Mode.PRACTICE
    return Sheet(
        attempt=attempt,
        unit=unit,
        assessment=assessment,
        items=_views(program, attempt),
        responses=responses,
        remarks=_remarks(program, responses),
        saved_at=saved_at,
        feedback=_feedback(program, assessment, attempt, responses) if explains else {},
    )


def _views(program: TrainingProgram, attempt: Attempt) -> tuple[ItemView, ...]:
    return tuple(
        view(program.items[one.item_id], one.choices, one.targets, program.scenario_of.get(one.item_id))
        for one in paper_of(attempt)
    )


def _remarks(program: TrainingProgram, responses: Mapping[str, Response]) -> dict[str, str]:
    items = (program.items[item_id] for item_id in responses)
    remarks = ((item.id, kind_of(item).remark(item, responses[item.id])) for item in items)
    return {item_id: remark for item_id, remark in remarks if remark}


def _feedback(
    program: TrainingProgram, assessment: Assessment, attempt: Attempt, responses: Mapping[str, Response]
) -> dict[str, ItemReview]:
    scores = item_scores(program, assessment, paper_of(attempt), responses=responses)
    answered = [score for score in scores if responses.get(score.item_id)]
    return {
        score.item_id: _item_review(program.items[score.item_id], responses[score.item_id], score, policy=Review.ITEMS)
        for score in answered
    }


def result(session: Session, catalogue: Catalogue, attempt_id: int, *, actor: Actor, now: datetime) -> Result:
    """Return the finished attempt; raise `Refused` while it is open."""
    attempt, enrolment = attempts.own(session, attempt_id, actor=actor)
    if attempt.state == "open":
        raise Refused("attempt_open", say("To podejście jeszcze trwa – wynik pojawi się po oddaniu pracy."))
    program = catalogue.program(session, attempt.digest)
    unit, assessment = assessment_of(program, attempt.unit_id)
    row, certificate_code, certificate_state = _decision(session, attempt)
    outcome = as_outcome(row) if row else None
    failed = outcome is not None and not outcome.success
    again, tries = _next_try(session, attempt, enrolment, assessment, now=now) if failed else (None, None)
    return Result(
        attempt=attempt,
        enrolment=enrolment,
        program=program,
        unit=unit,
        assessment=assessment,
        outcome=outcome,
        explanation=_explanation(row, program),
        failures=_failures(outcome, program) if outcome and failed else (),
        subjects=_subjects(outcome, program, assessment) if outcome else (),
        reasons=tuple(briefly(enrolment.reasons, program)),
        review=_review(session, attempt, program, assessment=assessment) if outcome else (),
        certificate_code=certificate_code,
        certificate_state=certificate_state,
        again=again,
        tries=tries,
        following=program.after(unit),
    )


def _explanation(row: OutcomeRow | None, program: TrainingProgram) -> tuple[str, ...]:
    if row is None:
        return ()
    return tuple(row.explanation or explained(row.trace, program))


def _failures(outcome: Outcome, program: TrainingProgram) -> tuple[str, ...]:
    critical = [CRITICAL_WRONG] if any(is_critical(code) for code in outcome.trace) else []
    return (*critical, *(_missed(one, program) for one in strata_of(outcome.trace) if not one.reached))


def _missed(stratum: Stratum, program: TrainingProgram) -> str:
    told = {"title": _title(stratum, program), "points": stratum.raw, "least": stratum.minimum}
    return say("Za mało punktów z\u00a0tematu „{title}”: {points}, a\u00a0potrzeba co najmniej {least}.", **told)


def _title(stratum: Stratum, program: TrainingProgram) -> str | Text:
    pool = program.pool(stratum.pool)
    return pool.title if pool and pool.title else stratum.pool


def _subjects(outcome: Outcome, program: TrainingProgram, assessment: Assessment) -> tuple[SubjectScore, ...]:
    return tuple(_subject(one, program, assessment) for one in strata_of(outcome.trace))


def _subject(stratum: Stratum, program: TrainingProgram, assessment: Assessment) -> SubjectScore:
    pool = program.pool(stratum.pool)
    course = program.course(pool.course if pool else None)
    enough = stratum.reached and stratum.raw * 100 >= assessment.pass_percent * stratum.max
    return SubjectScore(
        title=_title(stratum, program),
        raw=stratum.raw,
        max=stratum.max,
        minimum=stratum.minimum,
        again=() if enough or not course else tuple(unit for unit in course.units if isinstance(unit, Lesson)),
    )


def _next_try(
    session: Session, attempt: Attempt, enrolment: Enrolment, assessment: Assessment, *, now: datetime
) -> tuple[str | None, Tries | None]:
    """Return when or whether a failed assessment may be taken again (None when at once), and how often."""
    known = attempts.history(session, attempt.enrolment_id, assessment.id)
    done = enrolments.completed_units(session, [attempt.enrolment_id]) if assessment.refresher else {}
    refused = attempts.refusal(enrolment, assessment, known, done=done.get(attempt.enrolment_id, {}), now=now)
    return refused.message if refused else None, attempts.tries(assessment, known, refused)


def _decision(session: Session, attempt: Attempt) -> tuple[OutcomeRow | None, str | None, str | None]:
    """Return the attempt's latest decision, and code and state of the certificate that its enrolment has."""
    awarded = (Credential.enrolment_id == Attempt.enrolment_id) & (Credential.state != "superseded")
    query = (
        select(OutcomeRow, Credential.code, Credential.state)
        .select_from(Attempt)
        .outerjoin(OutcomeRow, OutcomeRow.attempt_id == Attempt.id)
        .outerjoin(Credential, awarded)
        .where(Attempt.id == attempt.id)
        .order_by(OutcomeRow.revision.desc(), Credential.id.desc())
        .limit(1)
    )
    row, code, state = session.execute(query).one()
    return row, code, state


def _review(
    session: Session, attempt: Attempt, program: TrainingProgram, *, assessment: Assessment
) -> tuple[ItemReview, ...]:
    """Practice shows everything at once; an exam what its policy says."""
    policy = Review.ITEMS if assessment.mode is Mode.PRACTICE else assessment.review
    if policy is Review.SCORE:
        return ()
    responses, _ = answers.current(session, attempt.id)
    scores = item_scores(program, assessment, paper_of(attempt), responses=responses)
    reviews = [
        _item_review(program.items[score.item_id], responses.get(score.item_id, ()), score, policy=policy)
        for score in scores
    ]
    return tuple(one for one in reviews if policy is Review.ITEMS or not one.right)


def _item_review(item: Item, response: Response, score: ItemScore, *, policy: Review) -> ItemReview:
    shows_key = policy is Review.ITEMS
    return ItemReview(
        item=item,
        given=_said(item, response),
        correct=_said(item, key_of(item)) if shows_key else None,
        score=score,
        notes=tuple(choice.feedback for choice in _chosen(item, response) if choice.feedback),
    )


def _said(item: Item, response: Response) -> tuple[str | Text, ...]:
    """Return the response in words, what was chosen with its English."""
    kind = kind_of(item)
    if kind.form in CHOOSING:
        return tuple(choice.text for choice in _chosen(item, response))
    return kind.wording(item, response)


def _chosen(item: Item, response: Response) -> tuple[Choice, ...]:
    chosen = response if kind_of(item).form in CHOOSING else ()
    return tuple(choice for choice in item.choices if choice.id in chosen)
