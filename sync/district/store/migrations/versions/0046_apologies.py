"""Written apologies for late dossiers, reviews of officers, and what the one-stop software tells of apologies. Imports
none of our models.

Revision ID: 0046_apologies
Revises: 0045_public_log
"""

import sqlalchemy as sa
from alembic import op

revision = "0046_apologies"
down_revision = "0045_public_log"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("apologies", "apology_steps", "second_apologies", "late_reviews")


def upgrade() -> None:
    op.add_column("dossiers", sa.Column("apologised_on", sa.Date(), nullable=True))
    op.add_column("dossiers", sa.Column("apology_number", sa.String(length=32), nullable=True))
    _letters()
    _reviews()
    for table in TABLES:
        _protect(table)


def _letters() -> None:
    op.create_table(
        "apologies",
        sa.Column("apology_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("dossier_code", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("counter_id", sa.String(length=64), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("procedure_id", sa.String(length=64), nullable=True),
        sa.Column("officer_number", sa.String(length=64), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("cause_id", sa.String(length=32), nullable=False),
        sa.Column("agency", sa.String(length=160), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("apology_id", name=op.f("pk_apologies")),
        sa.UniqueConstraint("dossier_code", name=op.f("uq_apologies_dossier_code")),
        sa.UniqueConstraint("unit_id", "year", "number", name=op.f("uq_apologies_unit_id_year_number")),
    )
    op.create_table(
        "apology_steps",
        sa.Column("step_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("apology_id", POSITION, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("delivery", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_apology_steps")),
        sa.UniqueConstraint("apology_id", "act", name=op.f("uq_apology_steps_apology_id_act")),
    )


def _reviews() -> None:
    op.create_table(
        "second_apologies",
        sa.Column("attempt_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("dossier_code", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("counter_id", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_second_apologies")),
    )
    op.create_index("ix_second_apologies_unit_id", "second_apologies", ["unit_id"], unique=False)
    op.create_table(
        "late_reviews",
        sa.Column("review_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("officer_number", sa.String(length=64), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("present", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("concluded", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_late_reviews")),
    )
    op.create_index("ix_late_reviews_unit_id", "late_reviews", ["unit_id"], unique=False)


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
