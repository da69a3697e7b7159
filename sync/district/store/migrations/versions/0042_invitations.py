"""Find what kiosks counted of invitations. Imports none of our models.

Revision ID: 0042_invitations
Revises: 0041_rosters
"""

import sqlalchemy as sa
from alembic import op

revision = "0042_invitations"
down_revision = "0041_rosters"
branch_labels = None
depends_on = None


def upgrade() -> None:
    only = sa.text("type = 'invitations'")
    op.create_index("ix_box_facts_invitations", "box_facts", ["received_at"], sqlite_where=only, postgresql_where=only)
