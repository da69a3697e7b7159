"""What the list of complaints is asked for in SQL: who may see each, what it lacks, and its words without marks.

Revision 0022_inbox. Imports none of our models. How each complaint stands is worked out anew at the next start of the
projector; until then one without a restriction is shown to nobody in lists.
"""

import json
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0022_inbox"
down_revision = "0021_accounts"
branch_labels = None
depends_on = None

_DROPPED = dict.fromkeys(range(0x300, 0x370)) | {0x111: "d", 0x110: "d"}  # the two with a stroke


def upgrade() -> None:
    op.add_column("complaint_standings", sa.Column("restriction", sa.String(length=8), nullable=True))
    op.add_column("complaint_standings", sa.Column("lacks", sa.JSON(), nullable=True))
    op.add_column("complaint_standings", sa.Column("stuck_level", sa.String(length=64), nullable=True))
    op.add_column("complaints", sa.Column("folded", sa.Text(), nullable=True))
    op.add_column("complaints", sa.Column("folded_contact", sa.Text(), nullable=True))
    op.create_table(
        "complaint_kept_from",
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "kind", "value", name=op.f("pk_complaint_kept_from")),
    )
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT entry_id, text, dossier_code, contact FROM complaints")).all()
    folded = [
        {"entry_id": entry_id, "folded": _fold(f"{text} {code or ''}"), "contact": _contact(contact)}
        for entry_id, text, code, contact in rows
    ]
    if folded:
        change = "UPDATE complaints SET folded = :folded, folded_contact = :contact WHERE entry_id = :entry_id"
        connection.execute(sa.text(change), folded)


def _contact(contact: object) -> str | None:
    """Name and telephone, as a database that keeps JSON as text or as objects gives them."""
    kept = json.loads(contact) if isinstance(contact, str) else contact
    if not isinstance(kept, dict):
        return None
    digits = "".join(each for each in str(kept["phone"]) if each.isdigit())
    return f"{_fold(str(kept['name']))} {digits}".strip()


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFD", text).translate(_DROPPED).lower()
    return " ".join(unicodedata.normalize("NFC", plain).split())
