"""What a plugin contributes: a training program as one immutable value (design, section 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import ClassVar

from lms_core.domain.items import Item, Scenario
from lms_core.domain.learners import LearnerRole
from lms_core.domain.lessons import Figure, Lesson, Note, Term
from lms_core.domain.rules import CompletionRule, mentioned
from lms_core.domain.text import Text


class Mode(StrEnum):
    """What an assessment is for: practice tells right answers at once, an exam decides."""

    PRACTICE = "practice"
    EXAM = "exam"


class Review(StrEnum):
    """What a learner sees of an exam afterwards."""

    SCORE = "score"
    WRONG = "wrong"
    ITEMS = "items"


@dataclass(frozen=True, slots=True)
class AssessmentUnit:
    """The place in a course where an assessment is taken."""

    kind: ClassVar[str] = "assessment"
    id: str
    title: Text
    minutes: int
    assessment: str


Unit = Lesson | AssessmentUnit


@dataclass(frozen=True, slots=True)
class Course:
    """Units in the order in which they are taken."""

    id: str
    title: Text
    units: tuple[Unit, ...]
    summary: Text | None = None


@dataclass(frozen=True)
class Pool:
    """A stratum of questions: single items, or scenarios of equal size; `course` teaches what they ask."""

    id: str
    items: tuple[Item, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    title: Text | None = None
    course: str | None = None

    @cached_property
    def blocks(self) -> tuple[tuple[Item, ...], ...]:
        """What is drawn as one: an item, or a scenario's items together."""
        return (*((item,) for item in self.items), *(scenario.items for scenario in self.scenarios))

    @cached_property
    def every_item(self) -> tuple[Item, ...]:
        return tuple(item for block in self.blocks for item in block)


@dataclass(frozen=True, slots=True)
class Draw:
    """How many questions (of a pool of scenarios: how many scenarios) a paper takes from the pool.

    `minimum` are the points that must be reached in this stratum; None asks for none.
    """

    pool: str
    count: int
    minimum: float | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """A quiz or an exam. `attempts` are per series, None is unlimited; no time limit is None.

    `wrong_penalty` is the share of a question's points that a wrong answer takes away. Completing the unit `refresher`
    after a series was used up opens the next one.
    """

    id: str
    mode: Mode
    draw: tuple[Draw, ...]
    pass_percent: int
    attempts: int | None = None
    pause_hours: int = 0
    time_limit_minutes: int | None = None
    grace_seconds: int = 30
    review: Review = Review.ITEMS
    wrong_penalty: float = 0.0
    refresher: str | None = None


@dataclass(frozen=True, slots=True)
class EntitledWording:
    """What the certificate says instead where the provider is entitled to train people in the holder's role."""

    title: Text
    statement: Text
    disclaimer: Text


@dataclass(frozen=True, slots=True)
class CertificateDesign:
    """The achievement: what the certificate says, and what it is not."""

    id: str
    title: Text
    statement: Text
    disclaimer: Text
    criteria: Text
    legal_basis: tuple[str, ...]
    valid_months: int | None = None
    entitled: EntitledWording | None = None

    def worded(self, *, entitled: bool) -> CertificateDesign:
        """Return the design with the words that this provider may use."""
        if not entitled or self.entitled is None:
            return self
        wording = self.entitled
        return replace(self, title=wording.title, statement=wording.statement, disclaimer=wording.disclaimer)


@dataclass(frozen=True, slots=True)
class ReasonText:
    """The words for a reason code of the plugin's own rule; `{detail}` stands for what follows the code's colon."""

    code: str
    text: Text


@dataclass(frozen=True)
class TrainingProgram:
    """One version of a training program, whole: what people learn, sit and receive.

    `version` is "1.2.3"; under one version the content never changes. `language` is "pl" or "en"; `law_as_of` is the
    day to which the law was checked, `review_by` the day until which it must be checked again. Without `certificate`
    completing the program awards nothing.
    """

    id: str
    version: str
    language: str
    law_as_of: date
    review_by: date
    title: Text
    summary: Text
    audience: Text
    courses: tuple[Course, ...]
    completion: CompletionRule
    certificate: CertificateDesign | None = None
    pools: tuple[Pool, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    reasons: tuple[ReasonText, ...] = ()
    roles: tuple[LearnerRole, ...] = ()
    notes: tuple[Note, ...] = ()
    glossary: tuple[Term, ...] = ()
    figures: tuple[Figure, ...] = ()

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        return tuple(unit for course in self.courses for unit in course.units)

    @cached_property
    def items(self) -> dict[str, Item]:
        return {item.id: item for pool in self.pools for item in pool.every_item}

    @cached_property
    def pool_of(self) -> dict[str, Pool]:
        """Return the pool of each item."""
        return {item.id: pool for pool in self.pools for item in pool.every_item}

    @cached_property
    def scenario_of(self) -> dict[str, Scenario]:
        """Return the scenario of each item that belongs to one."""
        cases = (case for pool in self.pools for case in pool.scenarios)
        return {item.id: case for case in cases for item in case.items}

    @cached_property
    def refreshers(self) -> frozenset[str]:
        """The units whose renewed completion opens a new series of an exam."""
        return frozenset(one.refresher for one in self.assessments if one.refresher)

    @cached_property
    def required_units(self) -> frozenset[str]:
        """The units that the completion rule names, itself or by their assessment."""
        named = mentioned(self.completion)
        assessed = {unit.id for unit in self.assessment_units() if unit.assessment in named.assessments}
        return named.units | assessed

    @cached_property
    def needed_units(self) -> tuple[Unit, ...]:
        """The units in which progress is counted: the required ones, all where the rule names none."""
        return tuple(unit for unit in self.units if unit.id in self.required_units) or self.units

    @cached_property
    def optional_units(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if self.required_units and unit.id not in self.required_units)

    def course(self, course_id: str | None) -> Course | None:
        return next((one for one in self.courses if one.id == course_id), None)

    def role(self, role_id: str | None) -> LearnerRole | None:
        return next((one for one in self.roles if one.id == role_id), None)

    def notes_for(self, unit_id: str, role_id: str | None) -> tuple[Note, ...]:
        """Return what the unit means for people in this role."""
        return tuple(note for note in self.notes if note.unit == unit_id and role_id in note.roles)

    def figure(self, name: str) -> Figure | None:
        return next((one for one in self.figures if one.name == name), None)

    @property
    def minutes(self) -> int:
        """The planned size of the program; nobody measured these minutes."""
        return sum(unit.minutes for unit in self.units)

    def pool(self, pool_id: str) -> Pool | None:
        return next((pool for pool in self.pools if pool.id == pool_id), None)

    def items_count(self, assessment: Assessment) -> int:
        """Return how many questions a paper of this assessment holds."""
        return sum(_questions(self.pool(part.pool), part.count) for part in assessment.draw)

    def has_critical(self, assessment: Assessment) -> bool:
        """Say whether one wrong answer alone can fail this assessment."""
        return any(item.critical for part in assessment.draw for item in self._items_of(part.pool))

    def _items_of(self, pool_id: str) -> tuple[Item, ...]:
        pool = self.pool(pool_id)
        return pool.every_item if pool else ()

    def unit(self, unit_id: str) -> Unit | None:
        return next((unit for unit in self.units if unit.id == unit_id), None)

    def assessment(self, assessment_id: str) -> Assessment | None:
        return next((one for one in self.assessments if one.id == assessment_id), None)

    def unit_of(self, assessment_id: str) -> AssessmentUnit | None:
        return next((unit for unit in self.assessment_units() if unit.assessment == assessment_id), None)

    def assessment_units(self) -> Iterator[AssessmentUnit]:
        return (unit for unit in self.units if isinstance(unit, AssessmentUnit))

    def after(self, unit: Unit) -> Unit | None:
        index = self.units.index(unit) + 1
        return self.units[index] if index < len(self.units) else None

    def overdue(self, today: date) -> bool:
        """Say whether the legal state should have been reviewed before today."""
        return today > self.review_by


def _questions(pool: Pool | None, count: int) -> int:
    """Scenarios of a pool are of one size, so that each paper has the same number of questions."""
    return count * len(pool.blocks[0]) if pool and pool.blocks else count
