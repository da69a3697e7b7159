"""When a deputy was ended: the row stays, whatever its days.

Revision 0025_deputies_ended. Imports none of our models.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025_deputies_ended"
down_revision = "0024_doubts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deputies", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
