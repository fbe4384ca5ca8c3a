"""The only module that plugins import. Its names are a promise (docs/hooks.md)."""

from __future__ import annotations

from lms_core.content.loader import load_program
from lms_core.content.problems import ContentInvalid, Problem, Severity
from lms_core.domain.items import Choice, Item, Scenario, Target
from lms_core.domain.learners import Entitlement, LearnerRole
from lms_core.domain.lessons import Figure, Lesson, Note, Term
from lms_core.domain.outcome import Outcome
from lms_core.domain.program import (
    Assessment,
    AssessmentUnit,
    CertificateDesign,
    Course,
    Draw,
    EntitledWording,
    Mode,
    Pool,
    ReasonText,
    Review,
    TrainingProgram,
)
from lms_core.domain.rules import (
    AllOf,
    AnyOf,
    Completed,
    CompletionRule,
    HoldsCredential,
    MinMinutes,
    ObservedBy,
    Passed,
    Progress,
    Status,
    Verdict,
    WithinDays,
)
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
    "EntitledWording",
    "Entitlement",
    "Figure",
    "HoldsCredential",
    "Item",
    "LearnerRole",
    "Lesson",
    "MinMinutes",
    "Mode",
    "Note",
    "ObservedBy",
    "Outcome",
    "Passed",
    "Pool",
    "Problem",
    "Progress",
    "ReasonText",
    "Review",
    "Scenario",
    "Severity",
    "Status",
    "Target",
    "Term",
    "Text",
    "TrainingProgram",
    "Verdict",
    "WithinDays",
    "hookimpl",
    "load_program",
]
