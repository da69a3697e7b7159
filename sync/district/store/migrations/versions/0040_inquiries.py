"""Inquiries of counters and what people did to them. Imports none of our models.

Revision ID: 0040_inquiries
Revises: 0039_wall_displays
"""

import sqlalchemy as sa
from alembic import op

revision = "0040_inquiries"
down_revision = "0039_wall_displays"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "inquiries",
        sa.Column("inquiry_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("counter_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("inquiry_id", name=op.f("pk_inquiries")),
    )
    op.create_index(op.f("ix_inquiries_unit_id"), "inquiries", ["unit_id"], unique=False)
    op.create_table(
        "inquiry_steps",
        sa.Column("step_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("inquiry_id", POSITION, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_inquiry_steps")),
    )
    op.create_index(op.f("ix_inquiry_steps_inquiry_id"), "inquiry_steps", ["inquiry_id"], unique=False)
    for table in ("inquiries", "inquiry_steps"):
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
