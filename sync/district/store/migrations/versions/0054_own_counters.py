"""Say of a rating by what it is known who sat at its counter: by the duty roster, which alone could name somebody
before this, or by a card. Keep of a dossier until when its office had to be done with it, and when it was. Imports none
of our models.

Revision ID: 0054_own_counters
Revises: 0053_inbox
"""

import sqlalchemy as sa
from alembic import op

revision = "0054_own_counters"
down_revision = "0053_inbox"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ratings", sa.Column("seated_by", sa.String(length=16), nullable=True))
    op.execute("UPDATE ratings SET seated_by = 'duty' WHERE seated_officer IS NOT NULL")
    for name, kind in (("due_on", sa.Date()), ("done_on", sa.Date())):
        op.add_column("dossiers", sa.Column(f"office_{name}", kind, nullable=True))
    for name in ("due_time", "done_time"):
        op.add_column("dossiers", sa.Column(f"office_{name}", sa.String(length=32), nullable=True))
    known = sa.text("office_done_on IS NOT NULL")
    op.create_index("ix_dossiers_office_done", "dossiers", ["returned_on"], sqlite_where=known, postgresql_where=known)
