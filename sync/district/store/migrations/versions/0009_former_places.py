"""Where counters and units belonged before: an entry is held against what its device could have known.

Revision ID: former_places
Revises: portraits
"""

import sqlalchemy as sa
from alembic import op

revision = "former_places"
down_revision = "portraits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_places",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("child", sa.String(length=64), nullable=False),
        sa.Column("parent", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("kind", "child", "parent", name=op.f("pk_former_places")),
    )
