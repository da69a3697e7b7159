"""How each face was given, and answers that were left behind unsent. Imports none of our models.

Revision ID: 0015_rating_circumstances
Revises: 0014_receipt_salt
"""

import sqlalchemy as sa
from alembic import op

revision = "0015_rating_circumstances"
down_revision = "0014_receipt_salt"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "rating_circumstances"


def upgrade() -> None:
    op.add_column("answer_entries", sa.Column("left_unsent", sa.Boolean(), nullable=True))
    op.create_table(
        TABLE,
        sa.Column("device_id", sa.String(64), nullable=False),
        sa.Column("epoch", POSITION, autoincrement=False, nullable=False),
        sa.Column("seq", POSITION, autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.String(36), nullable=False),
        sa.Column("given", sa.String(16), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("presses", "scans")),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("since_ds", "spent_ds", "scan_ds", "home_ds")),
        sa.Column("revision", POSITION, nullable=True),
        sa.Column("counter_known_by", sa.String(16), nullable=True),
        sa.Column("officer_known_by", sa.String(16), nullable=True),
        sa.PrimaryKeyConstraint("device_id", "epoch", "seq", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(op.f(f"ix_{TABLE}_entry_id"), TABLE, ["entry_id"], unique=False)
