"""A program as canonical JSON: the digest names the text that a learner saw (design, decision 4)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from lms_core.content.rule_code import RuleClasses, bound
from lms_core.content.schemas import ProgramSchema
from lms_core.domain.program import TrainingProgram


def canonical_json(program: TrainingProgram) -> str:
    """Return the one JSON text of this program; raises marshmallow's ValidationError for a rule nobody finds again."""
    return json.dumps(ProgramSchema().dump(program), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(body: str) -> str:
    """Return the SHA-256 of a canonical JSON text, as 64 hexadecimal digits."""
    return hashlib.sha256(body.encode()).hexdigest()


def program_from(body: str, classes: RuleClasses | None = None) -> TrainingProgram:
    """Return the program of a canonical text; a rule whose code is not among `classes` decides nothing."""
    program: TrainingProgram = ProgramSchema().load(json.loads(body))
    return replace(program, completion=bound(program.completion, classes or {}))
