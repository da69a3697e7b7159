"""How the counter of a rating is known. Imports none of our models.

Revision 0012_attribution.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012_attribution"
down_revision = "0011_unknown_days"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ratings", sa.Column("counter_known_by", sa.String(length=16), nullable=True))
