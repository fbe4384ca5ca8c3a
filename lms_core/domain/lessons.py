"""What people read: lessons with their figures, the words explained, and what a text means for some of its readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lms_core.domain.text import Text


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
class Figure:
    """A drawing that lessons show: `name` as in ``![…](figures/name.svg)``, `svg` its source."""

    name: str
    svg: str


@dataclass(frozen=True, slots=True)
class Note:
    """What a unit means for learners in some roles; `roles` are ids of the program's `LearnerRole`."""

    unit: str
    roles: tuple[str, ...]
    text: Text


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the glossary; `forms` are its inflected forms as they stand in lessons."""

    term: str
    definition: Text
    source: str
    forms: tuple[str, ...] = ()
