"""Templates for answers, saved views of the list of complaints, and what citizens added among what is searched. Imports
none of our models.

Revision ID: 0049_inbox
Revises: 0048_signed_causes
"""

import sqlalchemy as sa
from alembic import op

revision = "0049_inbox"
down_revision = "0048_signed_causes"
branch_labels = None
depends_on = None

_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "answer_templates",
        sa.Column("template_id", _POSITION, autoincrement=True, nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("template_id", name="pk_answer_templates"),
    )
    op.create_index("ix_answer_templates_unit_id", "answer_templates", ["unit_id"], unique=False)
