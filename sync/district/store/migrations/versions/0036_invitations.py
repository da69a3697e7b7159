"""Find what kiosks counted of invitations. Imports none of our models.

Revision ID: 0036_invitations
Revises: 0035_action_plans
"""

import sqlalchemy as sa
from alembic import op

revision = "0036_invitations"
down_revision = "0035_action_plans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    only = sa.text("type = 'invitations'")
    op.create_index("ix_box_facts_invitations", "box_facts", ["received_at"], sqlite_where=only, postgresql_where=only)
