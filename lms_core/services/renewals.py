"""Taking a program again: whose certificate ran out, or soon does, begins the next cycle in the newest version."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_core.domain.renewals import may_renew
from lms_core.models import Edition, Enrolment
from lms_core.services import certificates
from lms_core.services.catalogue import BASE_EDITION, Catalogue
from lms_core.services.certificates import Held

COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Renewal:
    """Why a program may be taken again: `state` and `valid_until` are the certificate's.

    `version` is the one on offer where that is another than the one that was completed.
    """

    program_id: str
    state: str
    valid_until: datetime | None
    version: str | None


class Latest(NamedTuple):
    """The latest enrolment of a person in a program; `ends` says that the next cycle may begin."""

    enrolment: Enrolment
    ends: bool


def latest(session: Session, program_id: str, person_ids: Collection[int], *, now: datetime) -> dict[int, Latest]:
    """Return by person where they are in the program, in two statements."""
    query = (
        select(Enrolment)
        .join(Edition, Edition.id == Enrolment.edition_id)
        .where(Edition.slug == BASE_EDITION, Enrolment.program_id == program_id)
        .where(Enrolment.person_id.in_(list(person_ids)))
        .order_by(Enrolment.cycle)
    )
    found = {one.person_id: one for one in session.scalars(query)}
    completed = [one.id for one in found.values() if one.state == COMPLETED]
    held = certificates.held(session, completed, now=now) if completed else {}
    ending = {key for key, one in held.items() if may_renew(one.state, one.valid_until, now=now)}
    return {person_id: Latest(one, one.id in ending) for person_id, one in found.items()}


def after(session: Session, catalogue: Catalogue, enrolment: Enrolment, *, now: datetime) -> Renewal | None:
    """Return why the person whose latest this is may take the program again; None when they may not."""
    found = certificates.held(session, [enrolment.id], now=now) if enrolment.state == COMPLETED else {}
    return renewal(catalogue, enrolment, found.get(enrolment.id), now=now)


def renewal(catalogue: Catalogue, enrolment: Enrolment, held: Held | None, *, now: datetime) -> Renewal | None:
    """Return the same for a certificate that is at hand already."""
    offer = catalogue.on_offer(enrolment.program_id)
    if offer is None or held is None or enrolment.state != COMPLETED:
        return None
    if not may_renew(held.state, held.valid_until, now=now):
        return None
    newer = offer.program.version if offer.digest != enrolment.digest else None
    return Renewal(enrolment.program_id, held.state, held.valid_until, newer)
