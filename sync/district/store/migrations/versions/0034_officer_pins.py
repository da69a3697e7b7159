"""Officers' own PINs for the kiosks of their unit. Imports none of our models.

Revision ID: 0034_officer_pins
Revises: 0033_supplements
"""

import sqlalchemy as sa
from alembic import op

revision = "0034_officer_pins"
down_revision = "0033_supplements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "officer_pins",
        sa.Column("officer_number", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("officer_number", name=op.f("pk_officer_pins")),
    )
    op.create_index(op.f("ix_officer_pins_revision"), "officer_pins", ["revision"], unique=False)
