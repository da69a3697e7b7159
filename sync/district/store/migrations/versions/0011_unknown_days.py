"""Ratings whose day nobody knows, and the days that people assigned. Imports none of our models.

Revision 0011_unknown_days.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011_unknown_days"
down_revision = "0010_released_groups"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("ratings", sa.Column("day_guessed", sa.Boolean(), nullable=True))
    index = "ix_clock_readings_device_id_batch_id"
    op.create_index(index, "clock_readings", ["device_id", "batch_id"], unique=False)
    op.create_table(
        "assigned_days",
        sa.Column("group_id", POSITION, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_assigned_days")),
    )
    _protect("assigned_days")


def _protect(table: str) -> None:
    """As in revision 0001: the database refuses to rewrite what was decided."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'append-only: {change} on {table} is refused'); END"
        )
