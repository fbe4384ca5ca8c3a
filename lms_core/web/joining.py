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


def offered(catalogue: Catalogue, *, roles_elsewhere: bool = False) -> list[dict[str, Any]]:
    """Return the programs with their options, each `{id, label}`.

    `roles_elsewhere`: a program may be taken alone, because each person's role stands in a file.
    """
    return [_group(program, roles_elsewhere=roles_elsewhere) for program in catalogue.programs()]


def _group(program: TrainingProgram, *, roles_elsewhere: bool) -> dict[str, Any]:
    if not program.roles:
        return {"title": None, "options": [{"id": f"{program.id}/", "label": program.title}]}
    alone = {"id": f"{program.id}/", "label": say("{program} – rola z kolumny „rola”", program=program.title)}
    options: list[dict[str, Any]] = [{"id": f"{program.id}/{one.id}", "label": one.title} for one in program.roles]
    return {"title": program.title, "options": [alone, *options] if roles_elsewhere else options}


def read_aim(form: Mapping[str, str], *, required: bool) -> Aim:
    """Return what was chosen; raise `Invalid` for nothing where something is required."""
    program_id, _, role = form.get(FIELD, "").partition("/")
    if required and not program_id:
        raise Invalid(FIELD, say("Wybierz program z listy."))
    return Aim(program_id or None, role)
