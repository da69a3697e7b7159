"""Roll-ups of dossiers by field, and indexes of those that came late. Imports none of our models.

The roll-ups begin empty; what is known already is noted in ``rollup_fills`` and filled in by the projector, a piece
at a time, while everything else goes on.

Revision ID: 0058_late_rollups
Revises: 0057_kiosk_withdrawals
"""

import sqlalchemy as sa
from alembic import op

revision = "0058_late_rollups"
down_revision = "0057_kiosk_withdrawals"
branch_labels = None
depends_on = None

_LATE = sa.text("returned_on > due_on OR returned_on = due_on AND returned_time > due_time")


def upgrade() -> None:
    for name, day in (("dossier_fields_by_day", "day"), ("dossier_fields_by_month", "month")):
        op.create_table(
            name,
            sa.Column("step", sa.String(16), nullable=False),
            sa.Column(day, sa.Date(), nullable=False),
            sa.Column("unit_id", sa.String(64), nullable=False),
            sa.Column("counter_id", sa.String(64), nullable=False),
            sa.Column("field", sa.String(200), nullable=False),
            sa.Column("n", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint("step", day, "unit_id", "counter_id", "field", name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )
        op.create_index(f"ix_{name}_counter_id", name, ["counter_id", day])
    for day in ("returned_on", "received_on"):
        op.create_index(
            f"ix_dossiers_late_{day}",
            "dossiers",
            [
                day,
                "due_on",
                "removed",
                "counter_id",
                "officer_number",
                "apologised_on",
                "apology_number",
                "dossier_code",
            ],
            sqlite_where=_LATE,
            postgresql_where=_LATE,
        )
    op.execute("INSERT INTO rollup_fills (name, up_to) SELECT 'fields', '' WHERE EXISTS (SELECT 1 FROM dossiers)")
