"""What people did: enrolments, facts, attempts, answers and outcomes. Programs themselves are no rows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms_core.domain.rules import MODES, Status
from lms_core.models.base import Base, Key, one_of

FACT_KINDS = ("viewed", "completed", "attended", "observed", "declared", "document")
WITHDRAWN = "withdrawn"
ENROLMENT_STATES = ("open", "completed", "needs_review", WITHDRAWN)
ATTEMPT_STATES = ("open", "submitted", "expired", "needs_review", "void")
OPEN_ATTEMPT = text("state = 'open'")
IN_REVIEW = text("state = 'needs_review'")


class ProgramSnapshot(Base):
    """The canonical text of one program version; enrolments and attempts name it by digest."""

    __tablename__ = "program_snapshot"
    __table_args__ = (UniqueConstraint("program_id", "version"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    program_id: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(20))
    body: Mapped[str]
    stored_at: Mapped[datetime]


class Edition(Base):
    """A program tailored for one organisation's order; every program has its base edition."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("program_id", "organisation_id", "slug"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    program_id: Mapped[str] = mapped_column(String(64))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    slug: Mapped[str] = mapped_column(String(64))
    overlay: Mapped[dict[str, object]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class Enrolment(Base):
    """`role` is the learner's role in the program, taken up on the day `role_since`; both where the program asks."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("person_id", "program_id", "edition_id", "cycle"),
        CheckConstraint("cycle >= 1", name="cycle_counts_from_one"),
        Index("ix_enrolment_in_review", "id", sqlite_where=IN_REVIEW, postgresql_where=IN_REVIEW),
        one_of("state", ENROLMENT_STATES),
        one_of("verdict", Status),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    program_id: Mapped[str] = mapped_column(String(64))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    cycle: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20))
    verdict: Mapped[str] = mapped_column(String(20))
    reasons: Mapped[list[str]] = mapped_column(JSON)
    role: Mapped[str | None] = mapped_column(String(64))
    role_since: Mapped[date | None]
    enrolled_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]


class UnitFact(Base):
    """Append-only: something that happened in a unit, with its evidence."""

    __tablename__ = "unit_fact"
    __table_args__ = (
        one_of("kind", FACT_KINDS),
        one_of("mode", MODES),
        Index("ix_unit_fact_enrolment_id", "enrolment_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    unit_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    minutes: Mapped[int | None]
    mode: Mapped[str | None] = mapped_column(String(20))
    evidence: Mapped[dict[str, object]] = mapped_column(JSON)
    by_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class Attempt(Base):
    """One sitting. The paper, its order, the seed and the deadline are fixed before the first item is shown."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "assessment_id", "series", "number"),
        Index(
            "uq_attempt_open",
            "enrolment_id",
            "assessment_id",
            unique=True,
            sqlite_where=OPEN_ATTEMPT,
            postgresql_where=OPEN_ATTEMPT,
        ),
        Index("ix_attempt_deadline", "deadline", sqlite_where=OPEN_ATTEMPT, postgresql_where=OPEN_ATTEMPT),
        one_of("state", ATTEMPT_STATES),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    unit_id: Mapped[str] = mapped_column(String(64))
    assessment_id: Mapped[str] = mapped_column(String(64))
    series: Mapped[int]
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    seed: Mapped[int] = mapped_column(Key)
    paper: Mapped[list[dict[str, object]]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime]
    deadline: Mapped[datetime | None]
    grace_seconds: Mapped[int]
    extra_minutes: Mapped[int] = mapped_column(server_default=text("0"))
    finished_at: Mapped[datetime | None]


class ResponseEvent(Base):
    """The answer journal; `ordinal` is the order in which the server received the answers."""

    __tablename__ = "response_event"
    __table_args__ = (UniqueConstraint("attempt_id", "client_id", "seq"),)

    ordinal: Mapped[int] = mapped_column(Key, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    client_id: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int]
    item_id: Mapped[str] = mapped_column(String(64))
    response: Mapped[list[str]] = mapped_column(JSON)
    payload_hash: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]


class OutcomeRow(Base):
    """The result of an attempt; a regrade adds the next revision.

    `trace` says in codes how the decision came about, `explanation` in the words that the learner reads; None is older
    than the explanations.
    """

    __tablename__ = "outcome"
    __table_args__ = (UniqueConstraint("attempt_id", "revision"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    revision: Mapped[int]
    scaled: Mapped[float]
    raw: Mapped[float]
    max: Mapped[float]
    success: Mapped[bool]
    completion: Mapped[bool]
    trace: Mapped[list[str]] = mapped_column(JSON)
    explanation: Mapped[list[str] | None] = mapped_column(JSON)
    decided_at: Mapped[datetime]
