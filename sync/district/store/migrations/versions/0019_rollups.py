"""Roll-ups of released groups and dossiers, by day and by month. Imports none of our models.

Revision 0019_rollups. The tables begin empty. What is known already is noted in ``rollup_fills`` and filled in by the
projector a piece at a time, so that a large district goes on accepting; until then figures are read as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019_rollups"
down_revision = "0018_planned_imports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, day in (("released_by_day", "day"), ("released_by_month", "month")):
        _released(name, day)
    for name, day in (("dossiers_by_day", "day"), ("dossiers_by_month", "month")):
        _dossiers(name, day)
    op.create_table(
        "rollup_fills",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("up_to", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_rollup_fills")),
    )
    for name, table in (("released", "released_groups"), ("dossiers", "dossiers")):
        op.execute(
            f"INSERT INTO rollup_fills (name, up_to) SELECT '{name}', '' WHERE EXISTS (SELECT 1 FROM {table})"  # noqa: S608 - our own names
        )
    undated = sa.text("counted_on IS NULL")
    op.create_index(
        "ix_released_groups_undated", "released_groups", ["group_id"], sqlite_where=undated, postgresql_where=undated
    )


def _released(name: str, day: str) -> None:
    op.create_table(
        name,
        sa.Column("stream", sa.String(16), nullable=False),
        sa.Column(day, sa.Date(), nullable=False),
        *_words("unit_id", "counter_id", "questionnaire", "question_id", "answer"),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            *("stream", day, "unit_id", "counter_id", "questionnaire", "question_id", "answer"),
            name=op.f(f"pk_{name}"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(f"ix_{name}_counter_id", name, ["counter_id", day])


def _dossiers(name: str, day: str) -> None:
    op.create_table(
        name,
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column(day, sa.Date(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        *_words("unit_id", "counter_id"),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("state", day, "since", "unit_id", "counter_id", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    op.create_index(f"ix_{name}_since", name, ["since", day])


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(64), nullable=False) for name in names]
