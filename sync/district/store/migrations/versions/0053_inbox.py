"""Templates for answers, complaints that were merged, saved views of their list, what citizens added among what is
searched, and whose work waits for a second person. Imports none of our models.

Revision ID: 0053_inbox
Revises: 0052_cuts
"""

import sqlalchemy as sa
from alembic import op

revision = "0053_inbox"
down_revision = "0052_cuts"
branch_labels = None
depends_on = None

_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "answer_templates",
        sa.Column("template_id", _POSITION, autoincrement=True, nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("template_id", name="pk_answer_templates"),
    )
    op.create_index("ix_answer_templates_unit_id", "answer_templates", ["unit_id"], unique=False)
    op.create_table(
        "complaint_merges",
        sa.Column("merge_id", _POSITION, autoincrement=True, nullable=False),
        sa.Column("complaint_id", sa.String(length=36), nullable=False),
        sa.Column("into_id", sa.String(length=36), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("merge_id", name="pk_complaint_merges"),
    )
    op.create_index("ix_complaint_merges_complaint_id", "complaint_merges", ["complaint_id"], unique=False)
    op.create_index("ix_complaint_merges_into_id", "complaint_merges", ["into_id"], unique=False)
    op.add_column("complaint_standings", sa.Column("merged_into", sa.String(length=36), nullable=True))
    op.add_column("complaint_standings", sa.Column("folded_added", sa.Text(), nullable=True))
    op.add_column("complaint_standings", sa.Column("awaits_second", sa.JSON(), nullable=True))
    # what is closed and was added to is worked out anew by the projector, as what an older release has worked out is
    op.execute(
        "UPDATE complaint_standings SET restriction = NULL WHERE NOT open AND ("
        "entry_id IN (SELECT complaint_id FROM complaint_actions WHERE action = 'supplement') OR entry_id IN ("
        "SELECT c.entry_id FROM complaints c JOIN complaint_supplements s ON s.receipt_number = c.receipt_number))"
    )
    op.create_table(
        "saved_views",
        sa.Column("view_id", _POSITION, autoincrement=True, nullable=False),
        sa.Column("user_name", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=1000), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("view_id", name="pk_saved_views"),
    )
    op.create_index("ix_saved_views_user_name", "saved_views", ["user_name"], unique=False)
    _make_append_only("complaint_merges")


def _make_append_only(table: str) -> None:
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
