"""Learners' roles in a program, and whom an organisation may train"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "entitlement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('staff', 'voivode', 'academy')", name=op.f("ck_entitlement_kind_known")),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_entitlement_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_entitlement_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlement")),
        sa.UniqueConstraint(
            "organisation_id", "kind", "valid_from", name=op.f("uq_entitlement_organisation_id_kind_valid_from")
        ),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("role_since", sa.Date(), nullable=True))
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_column("entitled_until")


def downgrade() -> None:
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("entitled_until", sa.Date(), nullable=True))
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_column("role_since")
        batch_op.drop_column("role")
    op.drop_table("entitlement")
