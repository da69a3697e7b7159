"""Whether a complaint waits for a conclusion, which officers were told of one, and objections to one. Imports none of
our models.

Revision ID: 0047_conclusions
Revises: 0046_apologies
"""

import sqlalchemy as sa
from alembic import op

revision = "0047_conclusions"
down_revision = "0046_apologies"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("complaint_standings", sa.Column("to_conclude", sa.Boolean(), nullable=True))
    op.add_column("objections", sa.Column("notice_id", POSITION, nullable=True))
    op.create_index(op.f("ix_objections_notice_id"), "objections", ["notice_id"], unique=False)
    op.create_table(
        "conclusion_notices",
        sa.Column("notice_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("complaint_id", sa.String(length=36), nullable=False),
        sa.Column("action_id", POSITION, nullable=False),
        sa.Column("officer_number", sa.String(length=64), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_conclusion_notices")),
        sa.UniqueConstraint("action_id", "officer_number", name=op.f("uq_conclusion_notices_action_id_officer_number")),
    )
    for column in ("complaint_id", "officer_number"):
        op.create_index(op.f(f"ix_conclusion_notices_{column}"), "conclusion_notices", [column], unique=False)
    _protect("conclusion_notices")


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
