"""Taking somebody out of a program whom somebody put there by mistake. Nothing that they did is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from lms_core.domain.calendar import warsaw_day
from lms_core.domain.errors import NotFound, Refused
from lms_core.domain.permissions import Actor
from lms_core.domain.sentences import say
from lms_core.domain.text import Text
from lms_core.models import WITHDRAWN, Attempt, Enrolment, Person
from lms_core.services import audit, members
from lms_core.services.audit import Deed
from lms_core.services.catalogue import Catalogue

WHY_NOT = {
    "completed": say(
        "Ta osoba ukończyła już ten program. Ukończenia i\u00a0zaświadczenia nie można cofnąć wypisaniem."
    ),
    "needs_review": say("Wynik tej osoby czeka na sprawdzenie. Wypisać ją można dopiero po rozstrzygnięciu."),
    WITHDRAWN: say("Ta osoba jest już wypisana z\u00a0tego programu."),
}
SITTING = say("Ta osoba ma rozpoczęte podejście. Wypisać ją można, gdy je prześle albo gdy minie czas.")


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who would leave what; `refusal` says why not, None when nothing stands in the way."""

    enrolment_id: int
    name: str
    email: str
    title: Text
    enrolled_on: date
    refusal: Refused | None


def leaving(
    session: Session, catalogue: Catalogue, enrolment_id: int, *, organisation_id: int, actor: Actor
) -> Leaving:
    """Return what the actor is asked to confirm; raise as `withdraw` does for a foreign organisation or person."""
    enrolment, person = _found(session, enrolment_id, organisation_id=organisation_id, actor=actor)
    return Leaving(
        enrolment.id,
        person.name,
        person.email,
        title=catalogue.program(session, enrolment.digest).title,
        enrolled_on=warsaw_day(enrolment.enrolled_at),
        refusal=_refusal(session, enrolment),
    )


def withdraw(session: Session, enrolment_id: int, *, organisation_id: int, actor: Actor, now: datetime) -> None:
    """Take somebody of the organisation that the actor coordinates out of a program that they have not completed.

    Raises `Refused` when the enrolment is not open or an attempt is, `NotFound` for anybody else's.
    """
    enrolment, _ = _found(session, enrolment_id, organisation_id=organisation_id, actor=actor, lock=True)
    if refusal := _refusal(session, enrolment):
        raise refusal
    enrolment.state = WITHDRAWN
    deed = Deed("enrolment.withdrawn", "enrolment", str(enrolment.id), enrolment.organisation_id, actor.person_id)
    audit.record(session, deed, now=now, detail={"program": enrolment.program_id})


def _found(
    session: Session, enrolment_id: int, *, organisation_id: int, actor: Actor, lock: bool = False
) -> tuple[Enrolment, Person]:
    members.refuse_stranger(organisation_id, actor=actor)
    query = (
        select(Enrolment, Person).join(Person).where(Enrolment.id == enrolment_id, members.is_member(organisation_id))
    )
    if lock:  # starting an attempt takes the same lock
        query = query.with_for_update(of=Enrolment).execution_options(populate_existing=True)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("enrolment", say("Nie ma takiego zapisu w\u00a0Twojej organizacji."))
    return row[0], row[1]


def _refusal(session: Session, enrolment: Enrolment) -> Refused | None:
    if why := WHY_NOT.get(enrolment.state):
        return Refused("withdrawal", why)
    sitting = exists().where(Attempt.enrolment_id == enrolment.id, Attempt.state == "open")
    return Refused("withdrawal", SITTING) if session.scalar(select(sitting)) else None
