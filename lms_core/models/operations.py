"""Rows that keep the machinery honest: jobs with a memory, letters that go out once, and leases."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
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


class LetterRow(Base):
    """A letter to one person about one thing, once however often it is asked for; `job` is the one that sends it.

    `subject_id` is a credential, an attempt or an enrolment, as the job has it.
    """

    __tablename__ = "letter"
    __table_args__ = (UniqueConstraint("job", "subject_id", "person_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    job: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    subject_id: Mapped[int] = mapped_column(Key)
    asked_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Lease(Base):
    """Who may do a periodic task now; the holder that took it last, until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    expires_at: Mapped[datetime]
