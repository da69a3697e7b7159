"""Changes to what kiosks show, proposed by one person and put in force by another. Imports none of our models.

Lists that were imported before have no line here: the first change of each names what was there.

Revision ID: 0060_content_changes
Revises: 0059_more_cuts
"""

import sqlalchemy as sa
from alembic import op

revision = "0060_content_changes"
down_revision = "0059_more_cuts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "content_changes",
        sa.Column("change_id", number, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("unit_id", sa.String(64), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.Column("decided_at", moment, nullable=True),
        sa.Column("decided_why", sa.Text(), nullable=False),
        sa.Column("revision", number, nullable=True),
        sa.Column("holds_from", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_content_changes")),
    )
    op.create_index("ix_content_changes_kind_key", "content_changes", ["kind", "key"])
    op.create_index("ix_content_changes_state", "content_changes", ["state"])
