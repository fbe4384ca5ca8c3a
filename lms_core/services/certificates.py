"""A learner's own certificates, and their renderings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates.claims import Claims
from certificates.codes import parse_code
from lms_core.domain.errors import NotFound, Refused
from lms_core.domain.permissions import Act, Actor, Subject, can
from lms_core.domain.program import TrainingProgram
from lms_core.domain.sentences import say
from lms_core.models import Credential, CredentialClaims, CredentialIssue, Issuer
from lms_core.services.catalogue import Catalogue
from lms_core.services.credentials import BEING_ISSUED
from lms_core.services.issuers import default_issuer


@dataclass(frozen=True, slots=True)
class CertificateCard:
    """One line of a learner's list; number and day are None until it is issued."""

    code: str
    title: str
    program_title: str
    number: str | None
    issued_on: date | None
    valid_until: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class Held:
    """What an enrolment brought; `state` is in the words of the list, the issuer's address may be unknown."""

    code: str
    state: str
    valid_until: datetime | None
    issuer_name: str
    issuer_email: str | None


@dataclass(frozen=True, slots=True)
class Issued:
    """The frozen facts and the signed document, from which every rendering is made."""

    enrolment_id: int
    claims: Claims
    document: str
    state: str


def mine(session: Session, catalogue: Catalogue, *, actor: Actor, now: datetime) -> list[CertificateCard]:
    """Return the actor's certificates, newest first."""
    query = (
        select(Credential, CredentialIssue)
        .outerjoin(CredentialIssue, CredentialIssue.credential_id == Credential.id)
        .where(Credential.person_id == actor.person_id)
        .order_by(Credential.id.desc())
    )
    return [
        CertificateCard(
            code=credential.code,
            title=_title(catalogue.program(session, credential.digest)),
            program_title=str(catalogue.program(session, credential.digest).title),
            number=issue.number if issue else None,
            issued_on=issue.issued_on if issue else None,
            valid_until=credential.valid_until,
            state=shown_state(credential, now=now),
        )
        for credential, issue in session.execute(query)
    ]


def _title(program: TrainingProgram) -> str:
    return str(program.certificate.title if program.certificate else program.title)


def shown_state(credential: Credential, *, now: datetime) -> str:
    """Return the state in the words of the list: pending, issued, expired, revoked, superseded, erased."""
    if credential.state in BEING_ISSUED:
        return "pending"
    if credential.state in {"issued", "held"}:
        return "expired" if credential.valid_until and now > credential.valid_until else "issued"
    return credential.state


def own(session: Session, code: str, *, actor: Actor, now: datetime) -> Issued:
    """Return the actor's issued certificate; raise `Refused` while it is being prepared."""
    query = (
        select(Credential, CredentialClaims)
        .outerjoin(CredentialClaims, CredentialClaims.credential_id == Credential.id)
        .where(Credential.code == (parse_code(code) or ""))
    )
    found = session.execute(query).one_or_none()
    if found is None or not can(actor, Act.SEE_OWN, Subject(owner_id=found[0].person_id)):
        raise _not_found()
    credential, claims = found
    if claims is None or claims.document is None:
        raise Refused("certificate_pending", say("Zaświadczenie jest w przygotowaniu. Odśwież stronę za chwilę."))
    shown = Claims.from_json(claims.claims)
    return Issued(credential.enrolment_id, shown, claims.document, shown_state(credential, now=now))


def held(session: Session, enrolment_ids: Collection[int], *, now: datetime) -> dict[int, Held]:
    """Return by enrolment the certificate that was made last, in one statement."""
    query = (
        select(Credential, Issuer.name, Issuer.email)
        .join(Issuer, Issuer.id == Credential.issuer_id)
        .where(Credential.enrolment_id.in_(enrolment_ids), Credential.state != "superseded")
        .order_by(Credential.id)
    )
    return {
        one.enrolment_id: Held(one.code, shown_state(one, now=now), one.valid_until, name, email)
        for one, name, email in session.execute(query)
    }


def issuer_name(session: Session) -> str:
    return default_issuer(session).name


def _not_found() -> NotFound:
    return NotFound("certificate", say("Nie ma takiego zaświadczenia na Twojej liście."))
