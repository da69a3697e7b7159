"""Moved, replaced and retired kiosks, and the district's announced addresses. Imports none of our models.

Revision ID: 0036_device_changes
Revises: 0035_action_plans
"""

import sqlalchemy as sa
from alembic import op

revision = "0036_device_changes"
down_revision = "0035_action_plans"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for name in ("moves", "moves_known"):
        op.add_column("devices", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("enrolment_codes", sa.Column("replaces", sa.String(length=64), nullable=True))
    op.add_column("enrolment_codes", sa.Column("person", sa.String(length=64), nullable=True))
    op.add_column("enrolment_codes", sa.Column("why", sa.Text(), nullable=True))
    op.create_table(
        "device_changes",
        sa.Column("change_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("counter_id", sa.String(length=64), nullable=True),
        sa.Column("other_device", sa.String(length=64), nullable=True),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_device_changes")),
    )
    op.create_index(op.f("ix_device_changes_device_id"), "device_changes", ["device_id"], unique=False)
    op.create_table(
        "district_addresses",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("authorities", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_district_addresses")),
    )
    for table in ("device_changes", "district_addresses"):
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
