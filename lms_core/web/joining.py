"""Choosing for others: one list of programs, with the roles of those that know roles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lms_core.domain.errors import Invalid
from lms_core.domain.program import TrainingProgram
from lms_core.domain.sentences import say
from lms_core.services.catalogue import Catalogue
from lms_core.services.rosters import Aim

FIELD = "joins"


def offered(catalogue: Catalogue, *, role_elsewhere: str = "") -> list[dict[str, Any]]:
    """Return the programs with their options, each `{id, label}`.

    `role_elsewhere` is the label of the option to take the program alone, where each person's role stands in a file.
    """
    return [_group(program, role_elsewhere) for program in catalogue.programs()]


def _group(program: TrainingProgram, role_elsewhere: str) -> dict[str, Any]:
    options = [{"id": f"{program.id}/{one.id}", "label": one.title} for one in program.roles]
    if role_elsewhere or not options:
        options.insert(0, {"id": f"{program.id}/", "label": role_elsewhere or program.title})
    return {"title": program.title if program.roles else None, "options": options}


def read_aim(form: Mapping[str, str], *, required: bool) -> Aim:
    """Return what was chosen; raise `Invalid` for nothing where something is required."""
    program_id, _, role = form.get(FIELD, "").partition("/")
    if required and not program_id:
        raise Invalid(FIELD, say("Wybierz program z listy."))
    return Aim(program_id or None, role)
