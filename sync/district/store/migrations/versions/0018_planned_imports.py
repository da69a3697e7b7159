"""Lists that are brought before the day from which they hold. Imports none of our models.

Revision ID: 0018_planned_imports
Revises: 0017_audit
"""

import sqlalchemy as sa
from alembic import op

revision = "0018_planned_imports"
down_revision = "0017_audit"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "planned_imports",
        sa.Column("plan_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("fixed", sa.JSON(), nullable=False),
        sa.Column("sheets", sa.JSON(), nullable=False),
        sa.Column("is_full", sa.Boolean(), nullable=False),
        sa.Column("may_empty", sa.Boolean(), nullable=False),
        sa.Column("may_close", sa.Boolean(), nullable=False),
        sa.Column("holds_from", sa.Date(), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=True),
        sa.Column("planned_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("revision", POSITION, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_planned_imports")),
    )
    op.create_index("ix_planned_imports_state_holds_from", "planned_imports", ["state", "holds_from"], unique=False)
