"""Whom and what a complaint is about, written down when it arrives; accounts linked to officers; what is public.

Revision 0013_complaint_subjects. Imports none of our models.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013_complaint_subjects"
down_revision = "0012_attribution"
branch_labels = None
depends_on = None

TABLE = "complaint_subjects"
_SAID = """INSERT INTO complaint_subjects (complaint_id, kind, value, source, at)
    SELECT entry_id, '{kind}', {column}, 'said', received_at FROM complaints
    WHERE {column} IS NOT NULL AND {column} <> ''"""
_OF_DOSSIERS = """INSERT INTO complaint_subjects (complaint_id, kind, value, source, at)
    SELECT c.entry_id, '{kind}', d.{column}, 'dossier', c.received_at FROM complaints c
    JOIN dossiers d ON d.dossier_code = c.dossier_code WHERE d.{column} IS NOT NULL"""
_SEATED = """INSERT INTO complaint_subjects (complaint_id, kind, value, source, at)
    SELECT s.complaint_id, 'officer', o.officer_number, 'seat', min(s.at) FROM complaint_subjects s
    JOIN officers o ON o.counter_id = s.value WHERE s.kind = 'counter' GROUP BY s.complaint_id, o.officer_number"""


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("complaint_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("complaint_id", "kind", "value", "source", name=op.f("pk_complaint_subjects")),
    )
    op.create_index("ix_complaint_subjects_kind_value", TABLE, ["kind", "value"], unique=False)
    _write_down_what_is_known()
    _refuse_changes()
    op.add_column("users", sa.Column("not_an_officer", sa.Boolean(), nullable=True))
    op.add_column("users", sa.Column("full_name", sa.Text(), nullable=True))
    op.add_column("complaint_standings", sa.Column("classified", sa.JSON(), nullable=True))
    op.add_column("complaint_standings", sa.Column("published", sa.Boolean(), nullable=True))
    op.execute("UPDATE complaint_standings SET published = (state = 'published')")


def _write_down_what_is_known() -> None:
    """Of complaints that are there, what today's tables say: from now on it only grows."""
    for kind, column in (("officer", "officer_number"), ("counter", "counter_id")):
        op.execute(_SAID.format(kind=kind, column=column))
        op.execute(_OF_DOSSIERS.format(kind=kind, column=column))
    op.execute(_SEATED)


def _refuse_changes() -> None:
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
