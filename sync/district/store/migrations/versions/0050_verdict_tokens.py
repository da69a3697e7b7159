"""With which receipt a verdict was given at a kiosk. Imports none of our models.

Revision ID: 0050_verdict_tokens
Revises: 0049_remark_takedowns
"""

import sqlalchemy as sa
from alembic import op

revision = "0050_verdict_tokens"
down_revision = "0049_remark_takedowns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("complaint_verdicts", sa.Column("token_hash", sa.LargeBinary(length=32), nullable=True))
