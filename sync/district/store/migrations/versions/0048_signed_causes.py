"""The cause that a head names with the signature of a written apology, and indexes for the days of the register of
late dossiers. Imports none of our models.

Revision ID: 0048_signed_causes
Revises: 0047_conclusions
"""

import sqlalchemy as sa
from alembic import op

revision = "0048_signed_causes"
down_revision = "0047_conclusions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("apology_steps", sa.Column("cause_id", sa.String(length=32), nullable=True))
    op.drop_index("ix_dossiers_returned_on", "dossiers")
    about = ["returned_on", "received_on", "due_on", "removed", "counter_id", "dossier_code", "apologised_on"]
    op.create_index("ix_dossiers_returned_on", "dossiers", about, unique=False)
    op.create_index("ix_dossiers_received_on", "dossiers", ["received_on"], unique=False)
