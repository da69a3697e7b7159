"""Releases of the software for kiosks, and the steps of their roll-outs. Imports none of our models.

Revision ID: 0055_software_releases
Revises: 0054_own_counters
"""

import sqlalchemy as sa
from alembic import op

revision = "0055_software_releases"
down_revision = "0054_own_counters"
branch_labels = None
depends_on = None

_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "software_releases",
        sa.Column("number", _POSITION, autoincrement=True, nullable=False),
        sa.Column("version", sa.String(length=24), nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_software_releases")),
    )
    op.create_index(op.f("ix_software_releases_version"), "software_releases", ["version"])
    op.create_table(
        "rollout_events",
        sa.Column("number", _POSITION, autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=24), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_rollout_events")),
    )
    op.create_table(
        "rollout_troubles",
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("is_old", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_rollout_troubles")),
    )
    _protect("software_releases")
    _protect("rollout_events")


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
