"""Who learners are to a program: the role chosen when enrolling decides which duties, terms and texts apply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms_core.domain.calendar import add_months
from lms_core.domain.text import Text


class Entitlement(StrEnum):
    """What an organisation must hold for a training of certain people to count (art. 50 OLiOC).

    STAFF: a provider named in art. 50(2), or verified by Akademia Pożarnicza under art. 50(4); VOIVODE: the training
    of heads of municipalities, organised by the voivode; ACADEMY: Akademia Pożarnicza itself (art. 50(1)).
    """

    STAFF = "staff"
    VOIVODE = "voivode"
    ACADEMY = "academy"


@dataclass(frozen=True, slots=True)
class LearnerRole:
    """`duty` says what the law asks of people in this role.

    `first_months`: within how many months of taking up the role they train for the first time; `repeat_months`: how
    often again; None where no term is set. `entitlement` is what a provider needs for the training to count.
    """

    id: str
    title: Text
    duty: Text
    first_months: int | None = None
    repeat_months: int | None = None
    entitlement: Entitlement | None = None


def first_training_due(role: LearnerRole, since: date | None) -> date | None:
    """Return the last day for the first training of somebody who took up the role on the day `since`."""
    return add_months(since, role.first_months) if since and role.first_months else None


def training_due(role: LearnerRole, since: date | None, *, trained_on: date | None) -> date | None:
    """Return the last day for the training that comes next; `trained_on` is that of the last one that counted."""
    return next_training_due(role, trained_on) if trained_on else first_training_due(role, since)


def next_training_due(role: LearnerRole, trained_on: date) -> date | None:
    """Return the last day for the next training after one that counted."""
    return add_months(trained_on, role.repeat_months) if role.repeat_months else None
