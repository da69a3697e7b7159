"""Several things may be left to tell one citizen; who is told what is worked out anew, by a rule that counts a matter
which was closed, or judged with its receipt, as known.

Revision 0026_to_inform. Imports none of our models. A matter with something to be told is worked out anew at the next
start of the projector; until then lists show it to nobody, as in 0022_inbox.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026_to_inform"
down_revision = "0025_deputies_ended"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE complaint_standings SET restriction = NULL WHERE to_inform IS NOT NULL")
    op.drop_column("complaint_standings", "to_inform")
    op.add_column("complaint_standings", sa.Column("to_inform", sa.JSON(), nullable=True))
