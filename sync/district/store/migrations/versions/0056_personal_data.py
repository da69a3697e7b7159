"""Keys of matters, erasures, requests about personal data, breaches, and runs of the retention job. Imports none of our
models.

From here on the sealed form of an entry may be taken out of the ledger and of what was refused or in conflict beside
it, and the steps of a complaint scrubbed, where an erasure is written down; ratings and the chain stay as they are.
Contacts that stand open are sealed by the projector when it starts, with a key that no database holds.

Revision ID: 0056_personal_data
Revises: 0055_software_releases
"""

import sqlalchemy as sa
from alembic import op

revision = "0056_personal_data"
down_revision = "0055_software_releases"
branch_labels = None
depends_on = None

_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)
_FACTS = ("erasures", "personal_requests", "personal_request_steps", "breaches", "retention_runs")
_ERASED = (
    "NEW.device_id = OLD.device_id AND NEW.epoch = OLD.epoch AND NEW.seq = OLD.seq AND NEW.batch_id = OLD.batch_id "
    "AND NEW.entry_id = OLD.entry_id AND NEW.type = OLD.type AND NEW.day = OLD.day AND NEW.key_id = OLD.key_id "
    "AND NEW.hash = OLD.hash AND length(NEW.sealed) = 0 "
    "AND OLD.type IN ('complaint', 'comment', 'attachment', 'supplement') AND EXISTS (SELECT 1 FROM erased_entries e "
    "JOIN erasures x ON x.complaint_id = e.complaint_id "
    "WHERE e.device_id = OLD.device_id AND e.epoch = OLD.epoch AND e.seq = OLD.seq "
    "AND (OLD.type IN ('attachment', 'supplement') OR OLD.entry_id = e.complaint_id))"
)
_ERASABLE = sa.text("type IN ('complaint', 'comment', 'attachment', 'supplement')")
_COPY_ERASED = (
    "NEW.device_id = OLD.device_id AND NEW.epoch = OLD.epoch AND NEW.seq = OLD.seq AND NEW.hash = OLD.hash "
    "AND NEW.envelope ->> 'sealed' = '' AND NEW.envelope ->> 'entry_id' = OLD.envelope ->> 'entry_id' "
    "AND NEW.envelope ->> 'type' = OLD.envelope ->> 'type' AND NEW.envelope ->> 'day' = OLD.envelope ->> 'day' "
    "AND EXISTS (SELECT 1 FROM ledger l JOIN erased_entries e "
    "ON e.device_id = l.device_id AND e.epoch = l.epoch AND e.seq = l.seq "
    "JOIN erasures x ON x.complaint_id = e.complaint_id WHERE l.entry_id = OLD.envelope ->> 'entry_id' "
    "AND l.type IN ('complaint', 'comment', 'attachment', 'supplement') AND l.type = OLD.envelope ->> 'type')"
)
_REFUSED_ERASED = f"NEW.batch_id = OLD.batch_id AND NEW.reason = OLD.reason AND {_COPY_ERASED}"
_CONFLICT_ERASED = (
    f"NEW.conflict_id = OLD.conflict_id AND NEW.kind = OLD.kind AND NEW.found_at = OLD.found_at AND {_COPY_ERASED}"
)
_SCRUBBED = (
    "NEW.action_id = OLD.action_id AND NEW.complaint_id = OLD.complaint_id AND NEW.action = OLD.action "
    'AND NEW."by" = OLD."by" AND NEW.at = OLD.at '
    "AND EXISTS (SELECT 1 FROM erasures e WHERE e.complaint_id = OLD.complaint_id)"
)


def upgrade() -> None:
    op.create_table(
        "matter_keys",
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(length=72), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_matter_keys"),
    )
    op.create_table(
        "erasures",
        sa.Column("erasure_id", _POSITION, autoincrement=True, nullable=False),
        sa.Column("complaint_id", sa.String(length=36), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("erasure_id", name="pk_erasures"),
    )
    op.create_index("ix_erasures_complaint_id", "erasures", ["complaint_id"], unique=False)
    op.create_table(
        "erased_entries",
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", _POSITION, autoincrement=False, nullable=False),
        sa.Column("seq", _POSITION, autoincrement=False, nullable=False),
        sa.Column("complaint_id", sa.String(length=36), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("residue", sa.JSON(), nullable=True),
        sa.Column("emptied_at", _AT, nullable=True),
        sa.PrimaryKeyConstraint("device_id", "epoch", "seq", name="pk_erased_entries"),
    )
    op.create_index("ix_erased_entries_emptied_at", "erased_entries", ["emptied_at"], unique=False)
    op.create_index("ix_erased_entries_complaint_id", "erased_entries", ["complaint_id"], unique=False)
    op.create_index(
        "ix_ledger_erasable", "ledger", ["entry_id"], sqlite_where=_ERASABLE, postgresql_where=_ERASABLE, unique=False
    )
    _create_registers()
    op.add_column("complaints", sa.Column("erased", sa.String(length=8), nullable=True))
    for table in _FACTS:
        _make_append_only(table)
    _let_erasures_through("ledger", _ERASED)
    _let_erasures_through("refused_entries", _REFUSED_ERASED)
    _let_erasures_through("conflicts", _CONFLICT_ERASED)
    _let_erasures_through("complaint_actions", _SCRUBBED)


def _create_registers() -> None:
    op.create_table(
        "personal_requests",
        sa.Column("request_id", _POSITION, autoincrement=True, nullable=False),
        sa.Column("complaint_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("request_id", name="pk_personal_requests"),
    )
    op.create_index("ix_personal_requests_complaint_id", "personal_requests", ["complaint_id"], unique=False)
    op.create_table(
        "personal_request_steps",
        sa.Column("step_id", _POSITION, autoincrement=True, nullable=False),
        sa.Column("request_id", _POSITION, nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("step_id", name="pk_personal_request_steps"),
    )
    op.create_index("ix_personal_request_steps_request_id", "personal_request_steps", ["request_id"], unique=False)
    op.create_table(
        "breaches",
        sa.Column("version_id", _POSITION, autoincrement=True, nullable=False),
        sa.Column("breach_id", _POSITION, nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("found_at", _AT, nullable=False),
        sa.Column("notified_at", _AT, nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", name="pk_breaches"),
    )
    op.create_index("ix_breaches_breach_id", "breaches", ["breach_id"], unique=False)
    op.create_table(
        "retention_runs",
        sa.Column("run_id", _POSITION, autoincrement=True, nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_retention_runs"),
    )


def _let_erasures_through(table: str, unless: str) -> None:
    """UPDATE is refused as before, unless it takes away what an erasure was written down for."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )
        op.execute(
            f"CREATE FUNCTION {table}_erased_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {unless} THEN RETURN NEW; END IF; "
            "RAISE EXCEPTION 'append-only: % on % is refused', TG_OP, TG_TABLE_NAME; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_erased_only BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_erased_only()"
        )
        return
    op.execute(f"DROP TRIGGER {table}_refuses_update")
    op.execute(
        f"CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table} WHEN NOT ({unless}) "
        f"BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on {table} is refused'); END"
    )


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
