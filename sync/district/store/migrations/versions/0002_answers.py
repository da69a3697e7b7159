"""What citizens add to a rating: the entries, the answers, and apart from them the answers to private questions.

Revision 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "answer_entries",
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", POSITION, nullable=False),
        sa.Column("seq", POSITION, nullable=False),
        sa.Column("batch_id", POSITION, nullable=False),
        sa.Column("rating_entry_id", sa.String(length=36), nullable=False),
        sa.Column("questionnaire", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("spent_ms", sa.JSON(), nullable=False),
        sa.Column("presses", sa.Integer(), nullable=False),
        sa.Column("scans_again", sa.Integer(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_answer_entries")),
    )
    op.create_index(op.f("ix_answer_entries_rating_entry_id"), "answer_entries", ["rating_entry_id"], unique=False)
    op.create_table(
        "answers",
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "question_id", "answer", name=op.f("pk_answers")),
    )
    op.create_table(
        "sensitive_answers",
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(length=64), nullable=False),
        sa.Column("rating_entry_id", sa.String(length=36), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("questionnaire", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "question_id", "answer", name=op.f("pk_sensitive_answers")),
    )
    op.create_index("ix_sensitive_answers_unit_id_day", "sensitive_answers", ["unit_id", "day"], unique=False)
