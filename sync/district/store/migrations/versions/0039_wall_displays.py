"""Addresses of wall displays. Imports none of our models.

Revision ID: 0039_wall_displays
Revises: 0038_queue
"""

import sqlalchemy as sa
from alembic import op

revision = "0039_wall_displays"
down_revision = "0038_queue"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "wall_displays",
        sa.Column("display_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("display_id", name=op.f("pk_wall_displays")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_wall_displays_token_hash")),
    )
    op.create_index(op.f("ix_wall_displays_unit_id"), "wall_displays", ["unit_id"], unique=False)
