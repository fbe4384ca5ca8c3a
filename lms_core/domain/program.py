"""What a plugin contributes: a training program as one immutable value (design, section 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import ClassVar

from lms_core.domain.items import Item
from lms_core.domain.rules import CompletionRule, mentioned
from lms_core.domain.text import Text


class Mode(StrEnum):
    PRACTICE = "practice"
    EXAM = "exam"


class Review(StrEnum):
    """What a learner sees of an exam afterwards."""

    SCORE = "score"
    WRONG = "wrong"
    ITEMS = "items"


@dataclass(frozen=True, slots=True)
class Lesson:
    """Markdown to read; `minutes` are planned, not measured."""

    kind: ClassVar[str] = "lesson"
    id: str
    title: Text
    minutes: int
    body: Text
    sources: tuple[str, ...] = ()


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
    id: str
    title: Text
    units: tuple[Unit, ...]
    summary: Text | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    id: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Draw:
    pool: str
    count: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """A quiz or an exam. `attempts` are per series, None is unlimited; no time limit is None."""

    id: str
    mode: Mode
    draw: tuple[Draw, ...]
    pass_percent: int
    attempts: int | None = None
    pause_hours: int = 0
    time_limit_minutes: int | None = None
    grace_seconds: int = 30
    review: Review = Review.ITEMS

    @property
    def items_count(self) -> int:
        return sum(part.count for part in self.draw)


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


@dataclass(frozen=True)
class TrainingProgram:
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

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        return tuple(unit for course in self.courses for unit in course.units)

    @cached_property
    def items(self) -> dict[str, Item]:
        return {item.id: item for pool in self.pools for item in pool.items}

    @cached_property
    def required_units(self) -> frozenset[str]:
        """The units that the completion rule names, itself or by their assessment."""
        named = mentioned(self.completion)
        assessed = {unit.id for unit in self.assessment_units() if unit.assessment in named.assessments}
        return named.units | assessed

    @property
    def minutes(self) -> int:
        """The planned size of the program; nobody measured these minutes."""
        return sum(unit.minutes for unit in self.units)

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
