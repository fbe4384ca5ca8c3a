"""The only module that plugins import. Its names are a promise (docs/hooks.md)."""

from __future__ import annotations

from lms_core.content.loader import load_program
from lms_core.content.problems import ContentInvalid, Problem
from lms_core.domain.items import Choice, Item
from lms_core.domain.outcome import Outcome
from lms_core.domain.program import (
    Assessment,
    AssessmentUnit,
    CertificateDesign,
    Course,
    Draw,
    Lesson,
    Mode,
    Pool,
    Review,
    TrainingProgram,
)
from lms_core.domain.rules import AllOf, AnyOf, Completed, CompletionRule, Passed, Progress, Status, Verdict
from lms_core.domain.text import Text
from lms_core.hookspecs import hookimpl

__all__ = [
    "AllOf",
    "AnyOf",
    "Assessment",
    "AssessmentUnit",
    "CertificateDesign",
    "Choice",
    "Completed",
    "CompletionRule",
    "ContentInvalid",
    "Course",
    "Draw",
    "Item",
    "Lesson",
    "Mode",
    "Outcome",
    "Passed",
    "Pool",
    "Problem",
    "Progress",
    "Review",
    "Status",
    "Text",
    "TrainingProgram",
    "Verdict",
    "hookimpl",
    "load_program",
]
