"""Organisations, people and their roles."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from lms_core.domain.learners import Entitlement
from lms_core.domain.permissions import Role
from lms_core.models.base import Base, Key, one_of

ORGANISATION_KINDS = ("platform", "gmina", "powiat", "wojewodztwo", "osp", "kos", "other")
IDENTITY_LEVELS = ("self_declared", "coordinator", "document", "eid")


class Organisation(Base):
    __tablename__ = "organisation"
    __table_args__ = (
        one_of("kind", ORGANISATION_KINDS),
        UniqueConstraint("teryt"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(20))
    teryt: Mapped[str | None] = mapped_column(String(7))
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]


class EntitlementRow(Base):
    """That an organisation may train certain people where the law asks for an entitled provider, and on what basis."""

    __tablename__ = "entitlement"
    __table_args__ = (
        one_of("kind", Entitlement),
        UniqueConstraint("organisation_id", "kind", "valid_from"),
        CheckConstraint("valid_until >= valid_from", name="ends_after_it_begins"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(20))
    basis: Mapped[str] = mapped_column(String(300))
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    recorded_at: Mapped[datetime]


class Person(Base):
    """`identity` says how the name was confirmed; `password_hash` is argon2id, None until a password is set.

    `reminders`: whether the person wants the letters that nobody needs, such as the one about an attempt left open.
    """

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("email"), one_of("identity", IDENTITY_LEVELS))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120))
    identity: Mapped[str] = mapped_column(String(20), default="self_declared")
    name_confirmed_at: Mapped[datetime | None]
    birth_date: Mapped[date | None]
    language: Mapped[str] = mapped_column(String(5), default="pl")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    session_stamp: Mapped[str] = mapped_column(String(32))
    active: Mapped[bool] = mapped_column(default=True)
    reminders: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_at: Mapped[datetime]


class Membership(Base):
    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id", "role"),
        one_of("role", Role),
        Index("ix_membership_organisation_id", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[str] = mapped_column(String(20))
    granted_at: Mapped[datetime]


class Accommodation(Base):
    """More time for one person, in per cent of an assessment's limit. The reason is kept nowhere: it may be health."""

    __tablename__ = "accommodation"
    __table_args__ = (CheckConstraint("extra_percent BETWEEN 1 AND 300", name="extra_percent_sensible"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    extra_percent: Mapped[int]
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    granted_at: Mapped[datetime]


class AuditEvent(Base):
    """Who did what to what: ids, never names. Each row carries the hash of the one before it."""

    __tablename__ = "audit_event"
    __table_args__ = (UniqueConstraint("previous_hash"), UniqueConstraint("hash"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    act: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(80))
    detail: Mapped[dict[str, object]] = mapped_column(JSON)
    at: Mapped[datetime]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
