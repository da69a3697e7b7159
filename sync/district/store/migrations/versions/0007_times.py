"""The box's clocks as it sent a batch, and when entries really happened. Imports none of our models.

Revision times.
"""

import sqlalchemy as sa
from alembic import op

revision = "times"
down_revision = "acknowledgements"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "clock_readings",
        sa.Column("batch_id", POSITION, autoincrement=False, nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("boot", sa.String(length=16), nullable=False),
        sa.Column("up_s", POSITION, nullable=False),
        sa.Column("at_s", POSITION, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_clock_readings")),
    )
    op.create_table(
        "entry_times",
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", POSITION, autoincrement=False, nullable=False),
        sa.Column("seq", POSITION, autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("happened_at", MOMENT, nullable=False),
        sa.Column("uncertain_s", POSITION, nullable=True),
        sa.PrimaryKeyConstraint("device_id", "epoch", "seq", name=op.f("pk_entry_times")),
    )
    op.create_index(op.f("ix_entry_times_entry_id"), "entry_times", ["entry_id"], unique=False)
    _protect("clock_readings")


def _protect(table: str) -> None:
    """As in revision 0001: the database refuses to rewrite what arrived."""
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
