"""Whether there was a transaction beside a rating, and waiting and service times. Imports none of our models.

Revision ID: 0038_queue
Revises: 0037_objections
"""

import sqlalchemy as sa
from alembic import op

TABLE = "queue_times"
_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0038_queue"
down_revision = "0037_objections"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rating_circumstances", sa.Column("transaction", sa.String(length=16), nullable=True))
    op.create_table(
        TABLE,
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("of_day", sa.Date(), nullable=False),
        sa.Column("counter_id", sa.String(length=64), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("timed", sa.String(length=16), nullable=False),
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", _POSITION, nullable=False),
        sa.Column("seq", _POSITION, nullable=False),
        sa.PrimaryKeyConstraint(
            "unit_id", "of_day", "counter_id", "service", "timed", "hour", name=op.f(f"pk_{TABLE}")
        ),
    )
