"""Settings that the district sends to its kiosks, and the days on which each was in touch. Imports none of our models.

Revision ID: 0051_kiosk_settings
Revises: 0050_verdict_tokens
"""

import sqlalchemy as sa
from alembic import op

revision = "0051_kiosk_settings"
down_revision = "0050_verdict_tokens"
branch_labels = None
depends_on = None

_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "settings_events",
        sa.Column("number", _POSITION, autoincrement=False, nullable=False),
        sa.Column("order_number", _POSITION, nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("reach", sa.String(length=16), nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("first_kiosks", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_settings_events")),
    )
    _protect("settings_events")
    op.create_table(
        "contact_days",
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("usual_gap_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_contact_days")),
    )


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
