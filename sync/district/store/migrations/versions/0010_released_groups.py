"""What was released, and when; append-only. Imports none of our models.

Revision 0010_released_groups.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010_released_groups"
down_revision = "former_places"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "releases",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_releases")),
    )
    op.create_table(
        "released_groups",
        sa.Column("group_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.Column("stream", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("counter_id", sa.String(length=64), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=True),
        sa.Column("questionnaire", sa.String(length=64), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_released_groups")),
    )
    op.create_index("ix_released_groups_stream_counted_on", "released_groups", ["stream", "counted_on"], unique=False)
    op.create_table(
        "released_counts",
        sa.Column("group_id", POSITION, autoincrement=False, nullable=False),
        sa.Column("answer", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "answer", name=op.f("pk_released_counts")),
    )
    op.create_table(
        "released_members",
        sa.Column("stream", sa.String(length=16), nullable=False),
        sa.Column("member", sa.String(length=320), nullable=False),
        sa.Column("group_id", POSITION, nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("highest", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("stream", "member", name=op.f("pk_released_members")),
    )
    op.create_index(op.f("ix_released_members_group_id"), "released_members", ["group_id"], unique=False)
    for table in ("releases", "released_groups", "released_counts", "released_members"):
        _protect(table)


def _protect(table: str) -> None:
    """As in revision 0001: the database refuses to rewrite what was released."""
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
