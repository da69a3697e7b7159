"""Closed periods, and proposals to correct them. Imports none of our models.

Revision ID: 0032_closed_periods
Revises: 0031_published_answers
"""

import sqlalchemy as sa
from alembic import op

revision = "0032_closed_periods"
down_revision = "0031_published_answers"
branch_labels = None
depends_on = None

UNIQUE = "uq_closed_periods_unit_id_period_of_version"
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "closed_periods",
        sa.Column("number", POSITION, autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("of", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.String(length=64), nullable=False),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("through_group", POSITION, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_closed_periods")),
        sa.UniqueConstraint(
            "unit_id", "period", "of", "version", name=op.f("uq_closed_periods_unit_id_period_of_version")
        ),
    )
    op.create_table(
        "closing_proposals",
        sa.Column("proposal_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("number", POSITION, nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_closing_proposals")),
    )
    op.create_index(op.f("ix_closing_proposals_number"), "closing_proposals", ["number"])
    for table in ("closed_periods", "closing_proposals"):
        _never_changes(table)


def _never_changes(table: str) -> None:
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
