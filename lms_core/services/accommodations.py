"""Accommodations: more time for one person, decided by somebody who may; why is asked nowhere."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms_core.database import insert_into
from lms_core.domain.errors import Forbidden, Invalid
from lms_core.domain.permissions import Actor
from lms_core.domain.sentences import say
from lms_core.models import Accommodation
from lms_core.services import audit, people
from lms_core.services.audit import Deed

MOST_PERCENT = 300


def extra_percent(session: Session, person_id: int) -> int:
    """Return how much longer the person may take, in per cent of the limit; 0 for most."""
    query = select(Accommodation.extra_percent).where(Accommodation.person_id == person_id)
    return session.scalar(query) or 0


def grant(session: Session, person_id: int, percent: int, *, actor: Actor, now: datetime) -> None:
    """Set the person's extra time; 0 takes it away. Attempts under way keep their deadline."""
    organisation_id = people.managed_organisation(session, actor)
    people.existing(session, person_id)
    if person_id == actor.person_id:
        raise Forbidden("own_accommodation", say("Dodatkowy czas dla Ciebie musi ustawić inna osoba administrująca."))
    if not 0 <= percent <= MOST_PERCENT:
        raise Invalid("extra_percent", say("Dodatkowy czas podaj w procentach, od 0 do {most}.", most=MOST_PERCENT))
    values = {"extra_percent": percent, "granted_by_id": actor.person_id, "granted_at": now}
    if percent:
        insert = insert_into(session, Accommodation).values(person_id=person_id, **values)
        session.execute(insert.on_conflict_do_update(index_elements=["person_id"], set_=values))
    else:
        session.execute(delete(Accommodation).where(Accommodation.person_id == person_id))
    deed = Deed("accommodation.set", "person", str(person_id), organisation_id, actor.person_id)
    audit.record(session, deed, now=now, detail={"extra_percent": percent})
