"""Credentials: awarded in the transaction that completes, then numbered, then signed (design, section 6)."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from certificates.claims import Claims, end_of_warsaw_day
from certificates.codes import code_from_bytes
from certificates.credential import open_badge
from certificates.proof import add_proof
from lms_core.database import insert_into, run, table_of
from lms_core.domain.calendar import add_months, warsaw_day
from lms_core.domain.program import CertificateDesign, TrainingProgram
from lms_core.models import (
    Credential,
    CredentialClaims,
    CredentialIssue,
    Enrolment,
    Issuer,
    IssuerKey,
    NumberCounter,
    Person,
    StatusList,
)
from lms_core.services import audit, entitlements, status_lists
from lms_core.services.audit import Deed
from lms_core.services.catalogue import Catalogue
from lms_core.services.issuers import Signing
from lms_core.transaction import Job, Later

CODE_BYTES = 10
FIRST_REVISION = 1
ISSUE_JOB = "issue_credential"
BEING_ISSUED = ("pending", "numbered")
HOLDER_COLUMNS = [table_of(Credential).c[name] for name in ("person_id", "organisation_id")]


def award(session: Session, enrolment: Enrolment, program: TrainingProgram, *, now: datetime, later: Later) -> None:
    """Insert the credential as pending and ask for the job that issues it; awarding twice changes nothing."""
    design = program.certificate
    if design is None:
        return
    values = {
        "code": code_from_bytes(secrets.token_bytes(CODE_BYTES)),
        "person_id": enrolment.person_id,
        "enrolment_id": enrolment.id,
        "program_id": enrolment.program_id,
        "achievement_id": design.id,
        "edition_id": enrolment.edition_id,
        "cycle": enrolment.cycle,
        "revision": FIRST_REVISION,
        "organisation_id": enrolment.organisation_id,
        "issuer_id": select(Issuer.id).order_by(Issuer.id).limit(1).scalar_subquery(),
        "digest": enrolment.digest,
        "state": "pending",
        "satisfied_at": now,
        "valid_until": _valid_until(design, warsaw_day(now)),
    }
    statement = insert_into(session, Credential).values(values).on_conflict_do_nothing().returning(Credential.id)
    if (credential_id := session.scalar(statement)) is not None:
        later(Job(ISSUE_JOB, (credential_id,)))


def _valid_until(design: CertificateDesign, completed_on: date) -> datetime | None:
    return end_of_warsaw_day(add_months(completed_on, design.valid_months)) if design.valid_months else None


def unfinished(session: Session, *, before: datetime, most: int = 500) -> list[int]:
    """Return credentials whose issuing has not ended, for the sweep that rings again."""
    query = select(Credential.id).where(Credential.state.in_(BEING_ISSUED), Credential.satisfied_at < before)
    return list(session.scalars(query.order_by(Credential.id).limit(most)))


def number(session: Session, catalogue: Catalogue, credential_id: int, signing: Signing, *, now: datetime) -> bool:
    """Take number, status index and day together and freeze the claims; say whether there is something to sign.

    The counter's row lock makes numbers gapless: a rolled-back transaction gives its number back.
    """
    credential, issuer, person, key = _locked(session, credential_id)
    if credential.state != "pending":
        return credential.state == "numbered"
    place = status_lists.free_place(session, issuer, now=now)
    issue = _take_number(session, credential, issuer, key, place=place, now=now)
    program = catalogue.program(session, credential.digest)
    design = _worded(session, program, credential)
    claims = _freeze(
        program, design, credential, issue, issuer=issuer, person=person, key=key, place=place, signing=signing
    )
    session.add(CredentialClaims(credential_id=credential.id, claims=claims.to_json()))
    credential.state = "numbered"
    session.flush()
    return True


def _locked(session: Session, credential_id: int) -> tuple[Credential, Issuer, Person, IssuerKey]:
    """Return the credential with its issuer, both locked, its holder, and the issuer's newest active key."""
    query = (
        select(Credential, Issuer, Person, IssuerKey)
        .join(Issuer, Issuer.id == Credential.issuer_id)
        .join(Person, Person.id == Credential.person_id)
        .join(IssuerKey, (IssuerKey.issuer_id == Issuer.id) & (IssuerKey.state == "active"))
        .where(Credential.id == credential_id)
        .order_by(IssuerKey.id.desc())
        .limit(1)
        .with_for_update(of=[Credential, Issuer])
    )
    credential, issuer, person, key = session.execute(query, execution_options={"populate_existing": True}).one()
    return credential, issuer, person, key


def _take_number(
    session: Session,
    credential: Credential,
    issuer: Issuer,
    key: IssuerKey,
    *,
    place: tuple[StatusList, int],
    now: datetime,
) -> CredentialIssue:
    issued_at = now.replace(microsecond=0)
    year = warsaw_day(issued_at).year
    sequence = _next_sequence(session, issuer.id, credential.program_id, year=year)
    status_list, index = place
    issue = CredentialIssue(
        credential_id=credential.id,
        issuer_id=issuer.id,
        issuer_key_id=key.id,
        program_id=credential.program_id,
        year=year,
        sequence=sequence,
        number=f"{issuer.slug}/{credential.program_id}/{year}/{sequence:06}".upper(),
        status_list_id=status_list.id,
        status_index=index,
        issued_at=issued_at,
        issued_on=warsaw_day(issued_at),
    )
    session.add(issue)
    session.flush()
    return issue


def _next_sequence(session: Session, issuer_id: int, program_id: str, *, year: int) -> int:
    values = {"issuer_id": issuer_id, "program_id": program_id, "year": year, "last": 1}
    statement = (
        insert_into(session, NumberCounter)
        .values(values)
        .on_conflict_do_update(
            index_elements=["issuer_id", "program_id", "year"], set_={"last": NumberCounter.last + 1}
        )
        .returning(NumberCounter.last)
    )
    last: int = session.scalars(statement).one()
    return last


def _worded(session: Session, program: TrainingProgram, credential: Credential) -> CertificateDesign:
    """Return the certificate's design in the words that the provider might use on the day of completion."""
    design = program.certificate
    if design is None:
        raise RuntimeError(f"program {program.id} {program.version} awards no certificate")
    if design.entitled is None:
        return design
    enrolment = session.get_one(Enrolment, credential.enrolment_id)
    completed_on = warsaw_day(credential.satisfied_at)
    return design.worded(entitled=entitlements.covers(session, enrolment, program, on=completed_on))


def _freeze(
    program: TrainingProgram,
    design: CertificateDesign,
    credential: Credential,
    issue: CredentialIssue,
    *,
    issuer: Issuer,
    person: Person,
    key: IssuerKey,
    place: tuple[StatusList, int],
    signing: Signing,
) -> Claims:
    return Claims(
        code=credential.code,
        public_url=signing.public_url,
        number=issue.number,
        holder_name=person.name,
        identity_level=person.identity,
        issuer_slug=issuer.slug,
        issuer_name=issuer.name,
        issuer_email=issuer.email,
        program_id=program.id,
        program_version=program.version,
        program_url=f"{signing.public_url}/programs/{program.id}",
        title=str(design.title),
        program_title=str(program.title),
        description=str(program.summary),
        criteria=str(design.criteria),
        statement=str(design.statement),
        disclaimer=str(design.disclaimer),
        legal_basis=design.legal_basis,
        planned_minutes=program.minutes,
        law_as_of=program.law_as_of,
        completed_on=warsaw_day(credential.satisfied_at),
        issued_at=issue.issued_at,
        issued_on=issue.issued_on,
        valid_until=credential.valid_until,
        status_list=place[0].number,
        status_index=issue.status_index,
        key_fragment=key.fragment,
        language=program.language,
    )


@dataclass(frozen=True, slots=True)
class ToSign:
    """All that signing needs, so that it can happen outside any transaction."""

    claims: Claims
    issuer: Issuer
    key: IssuerKey


def to_sign(session: Session, credential_id: int) -> ToSign:
    query = (
        select(CredentialClaims.claims, Issuer, IssuerKey)
        .join(CredentialIssue, CredentialIssue.credential_id == CredentialClaims.credential_id)
        .join(Issuer, Issuer.id == CredentialIssue.issuer_id)
        .join(IssuerKey, IssuerKey.id == CredentialIssue.issuer_key_id)
        .where(CredentialClaims.credential_id == credential_id)
    )
    claims, issuer, key = session.execute(query).one()
    session.expunge_all()  # signing needs what was read and no transaction, which would read it anew
    return ToSign(Claims.from_json(claims), issuer, key)


def signed_document(work: ToSign, signing: Signing) -> str:
    """Return the signed credential as JSON; the same claims and key give the same bytes, so doing it twice is safe."""
    signer = signing.signer(work.issuer, work.key)
    created = work.claims.issued_at
    signed = add_proof(open_badge(work.claims), signer=signer, did=signing.did(work.issuer.slug), created=created)
    return json.dumps(signed, ensure_ascii=False, separators=(",", ":"))


def keep_signed(session: Session, credential_id: int, document: str, *, now: datetime) -> int | None:
    """Store the signed credential once and call it issued; return whose it is.

    A second worker's identical result changes nothing and returns None.
    """
    now_issued = update(Credential).where(Credential.id == credential_id, Credential.state == "numbered")
    holder = run(session, now_issued.values(state="issued").returning(*HOLDER_COLUMNS)).one_or_none()
    if holder is None:
        return None
    document_hash = hashlib.sha256(document.encode()).hexdigest()
    issued = update(CredentialIssue).where(CredentialIssue.credential_id == credential_id)
    number = session.scalar(issued.values(document_hash=document_hash).returning(CredentialIssue.number))
    claims = update(CredentialClaims).where(CredentialClaims.credential_id == credential_id)
    session.execute(claims.values(document=document))
    deed = Deed("credential.issued", "credential", str(credential_id), holder.organisation_id)
    audit.record(session, deed, now=now, detail={"number": number, "hash": document_hash})
    person_id: int = holder.person_id
    return person_id
