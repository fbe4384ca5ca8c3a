"""Rows that keep the machinery honest: jobs with a memory, and leases."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms_core.models.base import Base, Key, one_of

JOB_STATES = ("pending", "running", "done", "failed")


class JobRow(Base):
    """A job whose own row is its memory, where no domain row could be."""

    __tablename__ = "job_row"
    __table_args__ = (
        UniqueConstraint("key"),
        one_of("state", JOB_STATES),
        Index("ix_job_row_state", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(String(160))
    name: Mapped[str] = mapped_column(String(60))
    arguments: Mapped[list[int]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(20))
    tries: Mapped[int]
    due_at: Mapped[datetime]
    last_error: Mapped[str | None]


class Lease(Base):
    """Who may do a periodic task now; the holder that took it last, until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    expires_at: Mapped[datetime]
