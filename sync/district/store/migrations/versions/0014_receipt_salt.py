"""Receipt numbers of 20 digits, and the salt with which they are looked up.

Revision ID: 0014_receipt_salt
Revises: 0012_attribution
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0014_receipt_salt"
down_revision = "0013_complaint_subjects"
branch_labels = None
depends_on = None

NUMBERED = ("complaints", "complaint_attachments", "complaint_verdicts", "complaint_lookups")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite holds no text to its declared length
        for table in NUMBERED:
            op.alter_column(
                table, "receipt_number", existing_type=sa.String(16), type_=sa.String(20), existing_nullable=False
            )
    salts = op.create_table(
        "receipt_salts",
        sa.Column("salt", sa.LargeBinary(16), nullable=False),
        sa.PrimaryKeyConstraint("salt", name=op.f("pk_receipt_salts")),
    )
    op.bulk_insert(salts, [{"salt": secrets.token_bytes(16)}])
