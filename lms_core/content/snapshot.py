"""A program as canonical JSON: the digest names the text that a learner saw (design, decision 4)."""

from __future__ import annotations

import hashlib
import json

from lms_core.content.schemas import ProgramSchema
from lms_core.domain.program import TrainingProgram


def canonical_json(program: TrainingProgram) -> str:
    """Return the one JSON text of this program; raises marshmallow's ValidationError for a rule that is code."""
    return json.dumps(ProgramSchema().dump(program), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(body: str) -> str:
    """Return the SHA-256 of a canonical JSON text, as 64 hexadecimal digits."""
    return hashlib.sha256(body.encode()).hexdigest()


def program_from(body: str) -> TrainingProgram:
    program: TrainingProgram = ProgramSchema().load(json.loads(body))
    return program
