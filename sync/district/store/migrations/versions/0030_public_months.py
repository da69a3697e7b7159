"""Months of the public index as they were first told. Imports none of our models.

Revision ID: 0030_public_months
Revises: 0029_complaint_mails
"""

import sqlalchemy as sa
from alembic import op

TABLE = "public_months"

revision = "0030_public_months"
down_revision = "0029_complaint_mails"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("minimum_n", sa.Integer(), nullable=False),
        sa.Column("counters_from", sa.Integer(), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_public_months")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {TABLE}_refuses_{change.lower()} BEFORE {change} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, 'append-only: {change} on {TABLE} is refused'); END"
        )
