"""Remarks: citizens' comments in the words in which counters read them. Imports none of our models.

Revision ID: 0044_remarks
Revises: 0043_officers_known
"""

import sqlalchemy as sa
from alembic import op

revision = "0044_remarks"
down_revision = "0043_officers_known"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "remark_steps",
        sa.Column("step_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("about", sa.String(length=16), nullable=True),
        sa.Column("is_thanks", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_remark_steps")),
    )
    op.create_index(op.f("ix_remark_steps_entry_id"), "remark_steps", ["entry_id"], unique=False)
    op.create_table(
        "remark_releases",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_remark_releases")),
    )
    op.create_table(
        "remark_batches",
        sa.Column("batch_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("counter_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_remark_batches")),
    )
    op.create_index("ix_remark_batches_unit_id_month", "remark_batches", ["unit_id", "month"], unique=False)
    op.create_table(
        "remarks",
        sa.Column("batch_id", POSITION, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("about", sa.String(length=16), nullable=False),
        sa.Column("is_thanks", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "position", name=op.f("pk_remarks")),
    )
    op.create_table(
        "remark_members",
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_remark_members")),
    )
    for table in ("remark_steps", "remark_releases", "remark_batches", "remarks", "remark_members"):
        _protect(table)


def _protect(table: str) -> None:
    """As in revision 0001: the database refuses to rewrite what was noted."""
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
