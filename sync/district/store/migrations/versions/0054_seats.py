"""Say of a rating by what it is known who sat at its counter: by the duty roster, which alone could name somebody
before this, or by a card. Imports none of our models.

Revision ID: 0054_seats
Revises: 0053_inbox
"""

import sqlalchemy as sa
from alembic import op

revision = "0054_seats"
down_revision = "0053_inbox"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ratings", sa.Column("seated_by", sa.String(length=16), nullable=True))
    op.execute("UPDATE ratings SET seated_by = 'duty' WHERE seated_officer IS NOT NULL")
