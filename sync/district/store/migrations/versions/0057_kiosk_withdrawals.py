"""Consent that is withdrawn at kiosks. Imports none of our models.

Revision ID: 0057_kiosk_withdrawals
Revises: 0056_personal_data
"""

import sqlalchemy as sa
from alembic import op

revision = "0057_kiosk_withdrawals"
down_revision = "0056_personal_data"
branch_labels = None
depends_on = None

_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "complaint_withdrawals",
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", _POSITION, nullable=False),
        sa.Column("seq", _POSITION, nullable=False),
        sa.Column("batch_id", _POSITION, nullable=False),
        sa.Column("receipt_number", sa.String(20).with_variant(sa.String(16), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_complaint_withdrawals"),
    )
    op.create_index(
        "ix_complaint_withdrawals_receipt_number", "complaint_withdrawals", ["receipt_number"], unique=False
    )
