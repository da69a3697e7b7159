"""The field and the stage of a released group whose members all have the same, and their roll-ups. Imports none of our
models.

Groups released before have neither: they are told in no cut, as what could not be divided. So the roll-ups begin whole.

Revision ID: 0052_cuts
Revises: 0051_kiosk_settings
"""

import sqlalchemy as sa
from alembic import op

revision = "0052_cuts"
down_revision = "0051_kiosk_settings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, length in (("field", 200), ("stage", 16)):
        op.add_column(
            "released_groups", sa.Column(name, sa.String(length), nullable=False, server_default=sa.text("''"))
        )
    for name, day in (("cuts_by_day", "day"), ("cuts_by_month", "month")):
        op.create_table(
            name,
            sa.Column("stream", sa.String(16), nullable=False),
            sa.Column(day, sa.Date(), nullable=False),
            sa.Column("unit_id", sa.String(64), nullable=False),
            sa.Column("counter_id", sa.String(64), nullable=False),
            sa.Column("field", sa.String(200), nullable=False),
            sa.Column("stage", sa.String(16), nullable=False),
            sa.Column("answer", sa.String(64), nullable=False),
            sa.Column("n", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint(
                *("stream", day, "unit_id", "counter_id", "field", "stage", "answer"), name=op.f(f"pk_{name}")
            ),
            sqlite_with_rowid=False,
        )
