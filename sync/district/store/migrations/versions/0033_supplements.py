"""What citizens add who were asked for more. Imports none of our models.

Revision ID: 0033_supplements
Revises: 0032_closed_periods
"""

import sqlalchemy as sa
from alembic import op

TABLE = "complaint_supplements"
_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0033_supplements"
down_revision = "0032_closed_periods"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", _POSITION, nullable=False),
        sa.Column("seq", _POSITION, nullable=False),
        sa.Column("batch_id", _POSITION, nullable=False),
        sa.Column("receipt_number", sa.String(length=20).with_variant(sa.String(length=16), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("will_bring", sa.Boolean(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_complaint_supplements")),
    )
    op.create_index(op.f("ix_complaint_supplements_receipt_number"), TABLE, ["receipt_number"])
    op.add_column("complaint_standings", sa.Column("supplemented_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("complaint_standings", sa.Column("later_words", sa.String(length=16), nullable=True))
