"""Issuers, their keys and status lists; credentials, what was frozen in them, and their numbers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms_core.models.base import Base, Key, one_of

CREDENTIAL_STATES = ("pending", "numbered", "issued", "held", "revoked", "superseded", "erased")
CURRENT = text("state IN ('pending', 'numbered', 'issued', 'held')")
KEY_STATES = ("active", "retired", "compromised")


class Issuer(Base):
    """Who issues: `did:web:HOST:i:<slug>`; `public_url` is the address its certificates carry for ever."""

    __tablename__ = "issuer"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    slug: Mapped[str] = mapped_column(String(40))
    public_url: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))
    created_at: Mapped[datetime]


class IssuerKey(Base):
    """The public half; the private one is a file. A retired key stays listed for ever."""

    __tablename__ = "issuer_key"
    __table_args__ = (UniqueConstraint("issuer_id", "fragment"), one_of("state", KEY_STATES))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    issuer_id: Mapped[int] = mapped_column(ForeignKey("issuer.id"))
    fragment: Mapped[str] = mapped_column(String(40))
    public_multibase: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class StatusList(Base):
    """One Bitstring Status List; `document` is the signed credential as last published."""

    __tablename__ = "status_list"
    __table_args__ = (UniqueConstraint("issuer_id", "number"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    issuer_id: Mapped[int] = mapped_column(ForeignKey("issuer.id"))
    number: Mapped[int]
    size: Mapped[int]
    document: Mapped[str | None]
    signed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class NumberCounter(Base):
    """Gapless numbers per issuer, program and Warsaw year; `last` is the last one given."""

    __tablename__ = "number_counter"
    __table_args__ = (UniqueConstraint("issuer_id", "program_id", "year"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    issuer_id: Mapped[int] = mapped_column(ForeignKey("issuer.id"))
    program_id: Mapped[str] = mapped_column(String(64))
    year: Mapped[int]
    last: Mapped[int]


class Credential(Base):
    """One achievement of one person. Nothing is ever deleted; correction is the next revision."""

    __tablename__ = "credential"
    __table_args__ = (
        UniqueConstraint("person_id", "program_id", "achievement_id", "edition_id", "cycle", "revision"),
        Index(
            "uq_credential_current",
            *("person_id", "program_id", "achievement_id", "edition_id", "cycle"),
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        UniqueConstraint("code"),
        one_of("state", CREDENTIAL_STATES),
        CheckConstraint("revision >= 1", name="revision_counts_from_one"),
        Index("ix_credential_state", "state"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    program_id: Mapped[str] = mapped_column(String(64))
    achievement_id: Mapped[str] = mapped_column(String(64))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    cycle: Mapped[int]
    revision: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    issuer_id: Mapped[int] = mapped_column(ForeignKey("issuer.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20))
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("credential.id"))
    satisfied_at: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revocation_category: Mapped[str | None] = mapped_column(String(40))


class CredentialIssue(Base):
    """Number, status index and day, taken together in one short transaction; kept also after revocation or erasure."""

    __tablename__ = "credential_issue"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("issuer_id", "program_id", "year", "sequence"),
        UniqueConstraint("status_list_id", "status_index"),
    )

    credential_id: Mapped[int] = mapped_column(ForeignKey("credential.id"), primary_key=True)
    issuer_id: Mapped[int] = mapped_column(ForeignKey("issuer.id"))
    issuer_key_id: Mapped[int] = mapped_column(ForeignKey("issuer_key.id"), index=True)
    program_id: Mapped[str] = mapped_column(String(64))
    year: Mapped[int]
    sequence: Mapped[int]
    number: Mapped[str] = mapped_column(String(160))
    status_list_id: Mapped[int] = mapped_column(ForeignKey("status_list.id"))
    status_index: Mapped[int]
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]
    document_hash: Mapped[str | None] = mapped_column(String(64))


class CredentialClaims(Base):
    """The personal part: the frozen claims and, once signed, the credential. Erasure deletes this row."""

    __tablename__ = "credential_claims"

    credential_id: Mapped[int] = mapped_column(ForeignKey("credential.id"), primary_key=True)
    claims: Mapped[str]
    document: Mapped[str | None]
