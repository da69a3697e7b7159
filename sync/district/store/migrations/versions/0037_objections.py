"""Objections to figures and what people did to them. Imports none of our models.

Revision ID: 0037_objections
Revises: 0036_device_changes
"""

import sqlalchemy as sa
from alembic import op

revision = "0037_objections"
down_revision = "0036_device_changes"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "objections",
        sa.Column("objection_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("about", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("counter_id", sa.String(length=64), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("k", sa.Integer(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("doubt_id", POSITION, nullable=True),
        sa.Column("decided_by", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("objection_id", name=op.f("pk_objections")),
    )
    op.create_index(op.f("ix_objections_unit_id"), "objections", ["unit_id"], unique=False)
    op.create_index(op.f("ix_objections_counter_id"), "objections", ["counter_id"], unique=False)
    op.create_table(
        "objection_steps",
        sa.Column("step_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("objection_id", POSITION, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_objection_steps")),
    )
    op.create_index(op.f("ix_objection_steps_objection_id"), "objection_steps", ["objection_id"], unique=False)
    for table in ("objections", "objection_steps"):
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
