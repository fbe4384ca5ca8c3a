"""Reading a program: its units as one person goes through them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms_core.domain.attempts import REFRESHER_NEEDED, extra_minutes
from lms_core.domain.errors import NotFound, Refused
from lms_core.domain.lessons import Lesson
from lms_core.domain.permissions import Actor
from lms_core.domain.program import Assessment, TrainingProgram, Unit
from lms_core.domain.sentences import say
from lms_core.models import Enrolment
from lms_core.services import attempts, completion, enrolments, profile
from lms_core.services.attempts import History
from lms_core.services.catalogue import Catalogue
from lms_core.transaction import Later


@dataclass(frozen=True, slots=True)
class Place:
    """A unit in its program, with what the person has done around it and when.

    `refreshes` says that completing the unit once more would open the next series of an exam.
    """

    enrolment: Enrolment
    program: TrainingProgram
    unit: Unit
    done: Mapping[str, datetime]
    refreshes: bool = False

    @property
    def previous(self) -> Unit | None:
        index = self.program.units.index(self.unit)
        return self.program.units[index - 1] if index else None

    @property
    def following(self) -> Unit | None:
        return self.program.after(self.unit)


@dataclass(frozen=True, slots=True)
class AssessmentPlace:
    """What the instructions before an assessment need."""

    assessment: Assessment
    history: tuple[History, ...]
    refusal: Refused | None
    extra_minutes: int
    used: int
    name_to_confirm: str | None

    @property
    def refresher(self) -> str | None:
        """The unit to complete once more, where that is what is missing."""
        needed = self.refusal is not None and self.refusal.code == REFRESHER_NEEDED
        return self.assessment.refresher if needed else None


def place(session: Session, catalogue: Catalogue, enrolment_id: int, unit_id: str, *, actor: Actor) -> Place:
    enrolment = enrolments.own(session, enrolment_id, actor=actor)
    program = catalogue.program(session, enrolment.digest)
    unit = _unit(program, unit_id)
    done = enrolments.completed_units(session, [enrolment.id]).get(enrolment.id, {})
    return Place(enrolment, program, unit, done, attempts.refreshes(session, enrolment.id, program, unit.id))


def assessment_place(session: Session, place: Place, *, now: datetime) -> AssessmentPlace:
    """Raise `NotFound` when the unit is no assessment."""
    _, assessment = attempts.assessment_of(place.program, place.unit.id)
    past = attempts.history(session, place.enrolment.id, assessment.id)
    refusal = attempts.refusal(place.enrolment, assessment, past, done=place.done, now=now)
    examinee = profile.examinee(session, place.enrolment.person_id)
    return AssessmentPlace(
        assessment,
        tuple(past),
        refusal,
        extra_minutes=extra_minutes(assessment, examinee.extra_percent),
        used=attempts.used_of_series(past),
        name_to_confirm=examinee.name_to_confirm,
    )


def complete_lesson(
    session: Session,
    catalogue: Catalogue,
    enrolment_id: int,
    unit_id: str,
    *,
    actor: Actor,
    now: datetime,
    later: Later,
) -> Unit | None:
    """Record that the lesson was read, evaluate the rule, return the unit that follows (None after the last)."""
    enrolment = enrolments.own(session, enrolment_id, actor=actor, lock=True)
    program = catalogue.program(session, enrolment.digest)
    unit = _unit(program, unit_id)
    if not isinstance(unit, Lesson):
        raise Refused("not_a_lesson", say("Tę część zalicza się sprawdzianem, a nie potwierdzeniem przeczytania."))
    again = attempts.refreshes(session, enrolment.id, program, unit.id)
    completion.complete_unit(session, enrolment, unit.id, now=now, evidence={"by": "learner"}, again=again)
    completion.evaluate(session, enrolment, program, now=now, later=later)
    return program.after(unit)


def _unit(program: TrainingProgram, unit_id: str) -> Unit:
    unit = program.unit(unit_id)
    if unit is None:
        raise NotFound("unit", say("Nie ma takiej części w tym programie."))
    return unit
