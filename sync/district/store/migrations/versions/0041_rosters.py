"""The duty roster, whom it names for a rating, and one-time codes for PINs, contact places
that were looked at. Imports none of our models.

Revision ID: 0041_rosters
Revises: 0040_inquiries
"""

import sqlalchemy as sa
from alembic import op

revision = "0041_rosters"
down_revision = "0040_inquiries"
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
    op.create_index("ix_shifts_counter_id_day", "shifts", ["counter_id", "day"], unique=False)
    op.create_table(
        "pin_codes",
        sa.Column("officer_number", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("officer_number", name=op.f("pk_pin_codes")),
    )
    op.create_index(op.f("ix_pin_codes_code_hash"), "pin_codes", ["code_hash"], unique=False)
    op.create_table(
        "reception_checks",
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_reception_checks")),
    )
    op.add_column("ratings", sa.Column("seated_officer", sa.String(length=64), nullable=True))
    op.add_column("ratings", sa.Column("officer_known_by", sa.String(length=16), nullable=True))
