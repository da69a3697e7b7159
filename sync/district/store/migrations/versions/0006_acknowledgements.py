"""Findings that somebody looked into; and the ledger is no longer searched by entry id, which no hot path did.

Revision acknowledgements. Imports none of our models.
"""

import sqlalchemy as sa
from alembic import op

revision = "acknowledgements"
down_revision = "keys_and_time"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "acknowledgements"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("acknowledgement_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("finding", sa.String(length=160), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("acknowledgement_id", name=op.f("pk_acknowledgements")),
    )
    op.drop_index("ix_ledger_entry_id", table_name="ledger")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {TABLE}_refuses_{change.lower()} BEFORE {change} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, 'append-only: {change} on {TABLE} is refused'); END"
        )
