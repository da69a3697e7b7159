"""As what somebody wrote about a doubt; dossiers by the day of their return; a number that nobody read is gone.
Imports none of our models.

Revision ID: 0028_figures
Revises: 0027_alerts
"""

import sqlalchemy as sa
from alembic import op

revision = "0028_figures"
down_revision = "0027_alerts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("doubt_steps", sa.Column("role", sa.String(length=16), nullable=True))
    op.drop_column("doubts", "presses")
    about = ["returned_on", "received_on", "due_on", "removed", "counter_id", "dossier_code"]
    op.create_index("ix_dossiers_returned_on", "dossiers", about)
