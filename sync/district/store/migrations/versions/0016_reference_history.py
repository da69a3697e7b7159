"""Reference data in history: every row as each import told it, who brought it, and what the district keeps beside.

Revision 0016_reference_history. Imports none of our models. What older releases overwrote is gone: each row begins with
what it is now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016_reference_history"
down_revision = "0015_rating_circumstances"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FIELDS = {
    "units": ("unit_id", "name", "level", "parent_id", "valid_from", "valid_to", "successor_id"),
    "counters": ("counter_id", "unit_id", "name", "field", "valid_from", "valid_to"),
    "officers": ("officer_number", "unit_id", "post", "counter_id", "valid_from", "valid_to"),
    "procedures": ("procedure_id", "name", "field", "valid_from", "valid_to"),
    "dossiers": (
        *("dossier_code", "procedure_id", "counter_id", "officer_number", "received_on", "due_on", "returned_on"),
        *("received_time", "due_time", "returned_time"),
    ),
    "notices": (
        *("notice_id", "unit_id", "kind", "title", "text", "translations", "link", "position", "valid_from"),
        "valid_to",
    ),
    "opening_hours": ("hours_id", "unit_id", "weekdays", "morning", "afternoon", "valid_from", "valid_to"),
    "receptions": ("unit_id", "name", "address", "phone", "hours"),
}


def upgrade() -> None:
    op.add_column("units", sa.Column("successor_id", sa.String(length=64), nullable=True))
    for name in ("received_time", "due_time", "returned_time"):
        op.add_column("dossiers", sa.Column(name, sa.String(length=32), nullable=True))
    op.add_column("revisions", sa.Column("person", sa.String(length=64), nullable=True))
    op.add_column("revisions", sa.Column("reason", sa.Text(), nullable=True))
    op.add_column("revisions", sa.Column("undoes", POSITION, nullable=True))
    op.create_table(
        "reference_versions",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("row_key", sa.String(length=64), nullable=False),
        sa.Column("revision", POSITION, autoincrement=False, nullable=False),
        sa.Column("holds_from", sa.Date(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "row_key", "revision", name=op.f("pk_reference_versions")),
    )
    op.create_index("ix_reference_versions_revision", "reference_versions", ["revision"], unique=False)
    for kind, fields in FIELDS.items():
        _keep_what_is_known(kind, fields)
    _protect("reference_versions")


def _keep_what_is_known(kind: str, fields: tuple[str, ...]) -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    values = [_json(name, is_postgresql=is_postgresql) for name in fields]
    pairs = ", ".join(f"'{name}', {value}" for name, value in zip(fields, values, strict=True))
    made = f"json_build_object({pairs})" if is_postgresql else f"json_object({pairs})"
    op.execute(
        "INSERT INTO reference_versions (kind, row_key, revision, holds_from, removed, content) "  # noqa: S608 - our own names
        f"SELECT '{kind}', {fields[0]}, revision, NULL, removed, {made} FROM {kind}"
    )


def _json(name: str, *, is_postgresql: bool) -> str:
    return "json(translations)" if name == "translations" and not is_postgresql else name


def _protect(table: str) -> None:
    """As in revision 0001: the database refuses to rewrite what was told."""
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
