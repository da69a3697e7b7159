"""The duty roster, and whom it names for a rating. Imports none of our models.

Revision ID: 0036_rosters
Revises: 0035_action_plans
"""

import sqlalchemy as sa
from alembic import op

revision = "0036_rosters"
down_revision = "0035_action_plans"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "shifts",
        sa.Column("shift_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("counter_id", sa.String(length=64), nullable=False),
        sa.Column("officer_number", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("start", sa.String(length=5), nullable=False),
        sa.Column("until", sa.String(length=5), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("revision", POSITION, nullable=False),
        sa.Column("ended_revision", POSITION, nullable=True),
        sa.PrimaryKeyConstraint("shift_id", name=op.f("pk_shifts")),
    )
    op.create_index("ix_shifts_unit_id_day", "shifts", ["unit_id", "day"], unique=False)
    op.add_column("ratings", sa.Column("seated_officer", sa.String(length=64), nullable=True))
    op.add_column("ratings", sa.Column("officer_known_by", sa.String(length=16), nullable=True))
