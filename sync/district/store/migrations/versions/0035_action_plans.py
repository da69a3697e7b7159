"""Action plans and what people did to them. Imports none of our models.

Revision ID: 0035_action_plans
Revises: 0034_officer_pins
"""

import sqlalchemy as sa
from alembic import op

revision = "0035_action_plans"
down_revision = "0034_officer_pins"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "action_plans",
        sa.Column("plan_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("concern", sa.String(length=300), nullable=False),
        sa.Column("period_name", sa.String(length=16), nullable=False),
        sa.Column("period_of", sa.String(length=16), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_action_plans")),
    )
    op.create_index(op.f("ix_action_plans_unit_id"), "action_plans", ["unit_id"], unique=False)
    op.create_table(
        "action_steps",
        sa.Column("step_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("plan_id", POSITION, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("card", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_action_steps")),
    )
    op.create_index(op.f("ix_action_steps_plan_id"), "action_steps", ["plan_id"], unique=False)
    for table in ("action_plans", "action_steps"):
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
