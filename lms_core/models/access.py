"""Ways in beside the password: tokens of programs, resets and registrations by e-mail. Secrets are kept as hashes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms_core.models.base import Base, Key


class ApiToken(Base):
    """A person's token for their own programs; `token_hash` is the SHA-256 of the secret, which is shown once."""

    __tablename__ = "api_token"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class PasswordReset(Base):
    """A reset that somebody asked for; `person_id` is None for an address that is nobody's, so that both cost the same.

    The job makes the token when it sends the letter: before, there is none to steal.
    """

    __tablename__ = "password_reset"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_password_reset_person_id", "person_id"),
        Index("ix_password_reset_requested_at", "requested_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[datetime]
    token_hash: Mapped[str | None] = mapped_column(String(64))
    sent_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class Registration(Base):
    """An address that somebody wants an account for; a person is made only when its link is followed.

    Whether the address is known already is not even asked before the job writes the letter.
    """

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_registration_email", "email"),
        Index("ix_registration_requested_at", "requested_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    requested_at: Mapped[datetime]
    token_hash: Mapped[str | None] = mapped_column(String(64))
    sent_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
