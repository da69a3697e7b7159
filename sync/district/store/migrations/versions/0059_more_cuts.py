"""The procedure and the language of a released group whose members all have the same, and their roll-ups. Imports none
of our models.

Groups released before have neither: they are told in no cut by these, and as before in the others. The roll-ups of cuts
are made again from the groups, of which only those since 0052 have a field or a stage.

Revision ID: 0059_more_cuts
Revises: 0058_late_rollups
"""

import sqlalchemy as sa
from alembic import op

revision = "0059_more_cuts"
down_revision = "0058_late_rollups"
branch_labels = None
depends_on = None

_FILL = """
INSERT INTO {table} (stream, {day}, unit_id, counter_id, field, stage, procedure_id, language, answer, n)
SELECT g.stream, {of} AS on_day, g.unit_id, g.counter_id, g.field, g.stage, '', '', c.answer, SUM(c.n)
FROM released_groups g JOIN released_counts c ON c.group_id = g.group_id
LEFT JOIN assigned_days a ON a.group_id = g.group_id
WHERE (g.field <> '' OR g.stage <> '') AND COALESCE(g.counted_on, a.day) IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM rollup_fills f WHERE f.name = 'released')
GROUP BY g.stream, on_day, g.unit_id, g.counter_id, g.field, g.stage, c.answer
"""


def upgrade() -> None:
    for name, length in (("procedure_id", 64), ("language", 16)):
        op.add_column(
            "released_groups", sa.Column(name, sa.String(length), nullable=False, server_default=sa.text("''"))
        )
    on = "COALESCE(g.counted_on, a.day)"
    months = {"sqlite": f"DATE({on}, 'start of month')", "postgresql": f"CAST(DATE_TRUNC('month', {on}) AS DATE)"}
    for table, day, of in (
        ("cuts_by_day", "day", on),
        ("cuts_by_month", "month", months[op.get_bind().dialect.name]),
    ):
        op.drop_table(table)
        op.create_table(
            table,
            sa.Column("stream", sa.String(16), nullable=False),
            sa.Column(day, sa.Date(), nullable=False),
            sa.Column("unit_id", sa.String(64), nullable=False),
            sa.Column("counter_id", sa.String(64), nullable=False),
            sa.Column("field", sa.String(200), nullable=False),
            sa.Column("stage", sa.String(16), nullable=False),
            sa.Column("procedure_id", sa.String(64), nullable=False),
            sa.Column("language", sa.String(16), nullable=False),
            sa.Column("answer", sa.String(64), nullable=False),
            sa.Column("n", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint(
                *("stream", day, "unit_id", "counter_id", "field", "stage", "procedure_id", "language", "answer"),
                name=op.f(f"pk_{table}"),
            ),
            sqlite_with_rowid=False,
        )
        op.execute(_FILL.format(table=table, day=day, of=of))
