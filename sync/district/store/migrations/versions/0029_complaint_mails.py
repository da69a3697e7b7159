"""Mails to citizens about their complaints. Imports none of our models.

Revision ID: 0029_complaint_mails
Revises: 0028_figures
"""

import sqlalchemy as sa
from alembic import op

revision = "0029_complaint_mails"
down_revision = "0028_figures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "complaint_mails",
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("about", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("over", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_complaint_mails")),
    )
    op.create_index(op.f("ix_complaint_mails_entry_id"), "complaint_mails", ["entry_id"], unique=False)
