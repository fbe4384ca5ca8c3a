"""Invitations: an account without a password gets a letter whose link sets one, as a reset does, but lasts longer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms_core.domain.errors import Refused
from lms_core.domain.permissions import Actor
from lms_core.domain.sentences import say
from lms_core.mail import Letter, is_deliverable
from lms_core.models import WITHDRAWN, Enrolment, Membership, Organisation, PasswordReset, Person
from lms_core.services import audit, letters, members, passwords, resets
from lms_core.services.audit import Deed
from lms_core.services.catalogue import Catalogue
from lms_core.transaction import Later

JOB = "send_invitation"
SUBJECT = "Zaproszenie do nauki w serwisie Filar"
BODY = """\
Dzień dobry,

organizacja {organisation} zaprasza Cię do nauki w serwisie
{site}

Twoje konto już tam jest – brakuje mu tylko hasła.
{programs}
Aby zacząć, ustaw hasło:

{link}

Odnośnik działa przez 14 dni i tylko raz. Później nowy odnośnik przyjdzie
po wpisaniu tego adresu e-mail na stronie:

{again}

Jeśli to pomyłka, nic nie trzeba robić: dopóki nie ustawisz hasła, nikt
nie zaloguje się na to konto. Nikomu nie przekazuj tej wiadomości.

Ta wiadomość została wysłana automatycznie; nikt nie czyta odpowiedzi.
"""


def invite(session: Session, person_ids: Iterable[int], *, now: datetime, later: Later) -> None:
    """Note the invitations; the job makes the tokens and sends the letters. The caller has decided who may ask."""
    rows = [{"person_id": person_id, "requested_at": now} for person_id in person_ids]
    if rows:
        made = session.scalars(insert(PasswordReset).returning(PasswordReset.id), rows)
        letters.ask_all(session, JOB, sorted(made), now=now, later=later)


def invite_again(
    session: Session, person_id: int, *, organisation_id: int, actor: Actor, now: datetime, later: Later
) -> None:
    """Send another letter to somebody of the organisation that the actor coordinates.

    Raises `Refused` for who set a password: they can reset it themselves.
    """
    members.chosen(session, organisation_id, [person_id], actor=actor)
    person = passwords.locked(session, person_id)
    if person.password_hash is not None:
        raise Refused("invited", say("Ta osoba ma już hasło. Zapomniane ustawi od nowa na stronie „Nowe hasło”."))
    invite(session, [person_id], now=now, later=later)
    deed = Deed("invitation.repeated", "person", str(person_id), organisation_id, actor.person_id)
    audit.record(session, deed, now=now)


def letter(session: Session, reset_id: int, *, catalogue: Catalogue, public_url: str, now: datetime) -> Letter | None:
    """Write the invitation; None when none is due: a password is set, a newer one goes out, the last role is gone."""
    reset = session.get(PasswordReset, reset_id)
    if reset is None or reset.person_id is None or reset.sent_at is not None or reset.used_at is not None:
        return None
    person = passwords.locked(session, reset.person_id)
    if not person.active or not is_deliverable(person.email):
        return None
    if reset.requested_at <= now - resets.INVITATION_LASTS or resets.is_too_many(session, reset, now=now):
        return None
    organisation = _organisation(session, person.id)
    if organisation is None:
        return None
    body = BODY.format(
        site=public_url,
        organisation=organisation,
        programs=_programs(session, catalogue, person),
        link=resets.new_link(session, reset, public_url=public_url, kind=resets.INVITED),
        again=f"{public_url}/password/reset",
    )
    return Letter(person.email, SUBJECT, body)


def _organisation(session: Session, person_id: int) -> str | None:
    """Return the name of the organisation that the person was taken into last; None once every role was taken away."""
    query = (
        select(Organisation.name)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == person_id)
        .order_by(Membership.id.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def _programs(session: Session, catalogue: Catalogue, person: Person) -> str:
    """Return a paragraph that names the programs which wait for the person, "" for none."""
    waiting = select(Enrolment.digest).where(Enrolment.person_id == person.id, Enrolment.state != WITHDRAWN)
    digests = session.scalars(waiting.order_by(Enrolment.id)).all()
    titles = [f"– {catalogue.program(session, digest).title}" for digest in digests]
    return "\n".join(("\nCzeka na Ciebie:", *titles, "")) if titles else ""
