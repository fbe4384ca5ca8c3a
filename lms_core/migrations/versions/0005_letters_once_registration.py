"""Letters that go out once, a wish to get no reminders, and registration by e-mail"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IN_REVIEW = sa.text("state = 'needs_review'")


def upgrade() -> None:
    op.create_table(
        "letter",
        sa.Column("id", KEY, nullable=False),
        sa.Column("job", sa.String(length=60), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_letter_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("job", "subject_id", "person_id", name=op.f("uq_letter_job_subject_id_person_id")),
    )
    op.create_index(op.f("ix_letter_person_id"), "letter", ["person_id"], unique=False)
    op.create_table(
        "registration",
        sa.Column("id", KEY, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_registration_token_hash")),
    )
    op.create_index("ix_registration_email", "registration", ["email"], unique=False)
    op.create_index("ix_registration_requested_at", "registration", ["requested_at"], unique=False)
    op.create_index("ix_enrolment_in_review", "enrolment", ["id"], sqlite_where=IN_REVIEW, postgresql_where=IN_REVIEW)
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reminders", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("reminders")
    op.drop_index("ix_enrolment_in_review", table_name="enrolment")
    op.drop_table("registration")
    op.drop_table("letter")
