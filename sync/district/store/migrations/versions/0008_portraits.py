"""Pictures of officers. Imports none of our models.

Revision portraits.
"""

import sqlalchemy as sa
from alembic import op

revision = "portraits"
down_revision = "times"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "portraits",
        sa.Column("officer_number", sa.String(length=64), nullable=False),
        sa.Column("picture", sa.Text(), nullable=False),
        sa.Column("revision", POSITION, nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("officer_number", name=op.f("pk_portraits")),
    )
    op.create_index(op.f("ix_portraits_revision"), "portraits", ["revision"], unique=False)
