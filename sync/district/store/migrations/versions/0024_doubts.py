"""Doubts about counters' months, and what people wrote about them. Imports none of our models.

Revision ID: 0024_doubts
Revises: 0023_informing
"""

import sqlalchemy as sa
from alembic import op

revision = "0024_doubts"
down_revision = "0023_informing"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "doubt_examinations",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("examined_on", sa.Date(), nullable=False),
        sa.Column("groups", sa.Integer(), nullable=False),
        sa.Column("counters", sa.Integer(), nullable=False),
        sa.Column("noted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "examined_on", name=op.f("pk_doubt_examinations")),
    )
    op.create_table(
        "doubts",
        sa.Column("doubt_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("counter_id", sa.String(length=64), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("presses", sa.Integer(), nullable=False),
        sa.Column("p", sa.Float(), nullable=False),
        sa.Column("signals", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("doubt_id", name=op.f("pk_doubts")),
        sa.UniqueConstraint("month", "unit_id", "counter_id", name=op.f("uq_doubts_month_unit_id_counter_id")),
    )
    op.create_index(op.f("ix_doubts_month"), "doubts", ["month"], unique=False)
    op.create_table(
        "doubt_groups",
        sa.Column("doubt_id", POSITION, autoincrement=False, nullable=False),
        sa.Column("group_id", POSITION, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("doubt_id", "group_id", name=op.f("pk_doubt_groups")),
    )
    op.create_table(
        "doubt_steps",
        sa.Column("step_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("doubt_id", POSITION, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_doubt_steps")),
    )
    op.create_index(op.f("ix_doubt_steps_doubt_id"), "doubt_steps", ["doubt_id"], unique=False)
    for table in ("doubt_examinations", "doubts", "doubt_groups", "doubt_steps"):
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
