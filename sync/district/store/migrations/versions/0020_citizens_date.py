"""By when the citizen has the answer, beside the date of the next step; who left a telephone alone.

Revision 0020_citizens_date. Imports none of our models.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0020_citizens_date"
down_revision = "0019_rollups"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("complaint_standings", sa.Column("answer_due_on", sa.Date(), nullable=True))
    op.add_column("complaint_standings", sa.Column("incomplete", sa.Boolean(), nullable=True))
    op.add_column("complaints", sa.Column("complete", sa.Boolean(), nullable=True))
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT entry_id, contact FROM complaints WHERE contact IS NOT NULL")).all()
    nameless = [{"entry_id": entry_id} for entry_id, contact in rows if not _name(contact).strip()]
    connection.execute(sa.text("UPDATE complaints SET complete = (1 = 1)"))
    if nameless:
        connection.execute(sa.text("UPDATE complaints SET complete = (1 = 0) WHERE entry_id = :entry_id"), nameless)


def _name(contact: object) -> str:
    """The name in a contact, as a database that keeps JSON as text or as objects gives it; none in no contact."""
    kept = json.loads(contact) if isinstance(contact, str) else contact
    return str(kept["name"]) if isinstance(kept, dict) else "-"
