"""How the questions of an exam did, by program version; what comes out of here never says who answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from lms_core.domain.item_statistics import Exposure, ItemStatistics, exposures, is_blank, item_statistics
from lms_core.domain.items import Response
from lms_core.domain.journal import Entry, winners
from lms_core.domain.paper import PaperItem
from lms_core.domain.permissions import Actor
from lms_core.domain.program import Assessment, Mode, TrainingProgram
from lms_core.domain.scoring import item_scores
from lms_core.domain.text import Text
from lms_core.models import Attempt, ResponseEvent
from lms_core.services.catalogue import Catalogue
from lms_core.services.program_health import refuse_others

MOST_SITTINGS = 1000
"""Of each exam, the newest ones: with so many a coefficient is known to about 0.03, and the page stays quick."""
FINISHED = ("submitted", "expired", "needs_review")
SCORED = ("submitted", "expired")


@dataclass(frozen=True, slots=True)
class ExamReport:
    """Every item that the exam may draw, the most urgent first, else in the program's order.

    `sittings` are those that count; `blank` are papers without any answer, which do not.
    """

    assessment: Assessment
    title: Text
    sittings: int
    blank: int
    items: tuple[ItemStatistics, ...]


def exam_reports(session: Session, catalogue: Catalogue, digest: str, *, actor: Actor) -> tuple[ExamReport, ...]:
    """Return a report of each exam of that program version, in two statements.

    Of each person's series only the first finished attempt counts: later ones meet questions that were seen before.
    Practices are left out: they may be repeated without end and tell the answers.
    """
    refuse_others(actor)
    program = catalogue.program(session, digest)
    exams = [one for one in program.assessments if one.mode is Mode.EXAM]
    sittings = _sittings(session, digest, [one.id for one in exams])
    responses = _responses(session, [one.id for one in sittings])
    return tuple(
        _report(program, exam, [one for one in sittings if one.assessment_id == exam.id], responses) for exam in exams
    )


def _sittings(session: Session, digest: str, exams: Sequence[str]) -> Sequence[Any]:
    """A series whose first attempt could not be scored has none that counts."""
    earlier = aliased(Attempt)
    met_before = exists().where(
        earlier.enrolment_id == Attempt.enrolment_id,
        earlier.assessment_id == Attempt.assessment_id,
        earlier.series == Attempt.series,
        earlier.number < Attempt.number,
        earlier.state.in_(FINISHED),
    )
    place = func.row_number().over(partition_by=Attempt.assessment_id, order_by=Attempt.id.desc()).label("place")
    ranked = (
        select(Attempt.id, place)
        .where(Attempt.digest == digest, Attempt.assessment_id.in_(exams), Attempt.state.in_(SCORED), ~met_before)
        .subquery()
    )
    newest = select(Attempt.id, Attempt.assessment_id, Attempt.paper).join(ranked, ranked.c.id == Attempt.id)
    return session.execute(newest.where(ranked.c.place <= MOST_SITTINGS)).all()


def _responses(session: Session, attempts: Sequence[int]) -> Mapping[int, Mapping[str, Response]]:
    """Return by attempt the response that counts for each answered item."""
    row = ResponseEvent
    query = select(row.attempt_id, row.ordinal, row.client_id, row.seq, row.item_id, row.response)
    journals: dict[int, list[Entry]] = {}
    for attempt, ordinal, client, seq, item, response in session.execute(query.where(row.attempt_id.in_(attempts))):
        journals.setdefault(attempt, []).append(Entry(ordinal, client, seq, item, tuple(response)))
    return {attempt: winners(entries) for attempt, entries in journals.items()}


def _report(
    program: TrainingProgram,
    exam: Assessment,
    sittings: Sequence[Any],
    responses: Mapping[int, Mapping[str, Response]],
) -> ExamReport:
    seen: dict[str, list[Exposure]] = {}
    told = [(one.paper, given) for one in sittings if not is_blank(given := responses.get(one.id, {}))]
    for paper, given in told:
        scores = item_scores(program, exam, _paper(paper), responses=given)
        for item, exposure in exposures(scores, given).items():
            seen.setdefault(item, []).append(exposure)
    pools = [pool for part in exam.draw if (pool := program.pool(part.pool))]
    found = [item_statistics(item, seen.get(item.id, [])) for pool in pools for item in pool.every_item]
    unit = program.unit_of(exam.id)
    title = unit.title if unit else Text(exam.id)
    items = tuple(sorted(found, key=attrgetter("urgency")))
    return ExamReport(exam, title, sittings=len(told), blank=len(sittings) - len(told), items=items)


def _paper(entries: Iterable[Mapping[str, Any]]) -> tuple[PaperItem, ...]:
    """Which items were on it; their order says nothing here."""
    return tuple(PaperItem(one["item"]) for one in entries)
