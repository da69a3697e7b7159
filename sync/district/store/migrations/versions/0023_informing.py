"""How each citizen wants to hear of the reply, and who is still to be told what.

Revision 0023_informing. Imports none of our models.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0023_informing"
down_revision = "0022_inbox"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("complaint_standings", sa.Column("to_inform", sa.String(length=16), nullable=True))
    op.add_column("complaints", sa.Column("reply_by", sa.String(length=16), nullable=True))
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT entry_id, contact FROM complaints WHERE contact IS NOT NULL")).all()
    asked = [{"entry_id": entry_id, "reply_by": way} for entry_id, contact in rows if (way := _reply_by(contact))]
    if asked:
        connection.execute(sa.text("UPDATE complaints SET reply_by = :reply_by WHERE entry_id = :entry_id"), asked)


def _reply_by(contact: object) -> str | None:
    """How somebody wants to hear, as a database that keeps JSON as text or as objects gives it."""
    kept = json.loads(contact) if isinstance(contact, str) else contact
    return str(kept["reply_by"])[:16] if isinstance(kept, dict) else None
