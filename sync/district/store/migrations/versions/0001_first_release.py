"""Everything the first release keeps. Imports none of our models, so that it stays what it was.

Revision 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
APPEND_ONLY = ("batches", "ledger", "refused_entries", "conflicts", "heads", "findings")


def upgrade() -> None:
    _create_tables()
    refuse = _refuse_on_postgresql if op.get_bind().dialect.name == "postgresql" else _refuse_on_sqlite
    refuse()


def _refuse_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'append-only: % on % is refused', TG_OP, TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )


def _refuse_on_sqlite() -> None:
    for table in APPEND_ONLY:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'append-only: {change} on {table} is refused'); END"
            )


def _create_tables() -> None:
    op.create_table(
        "batches",
        sa.Column("batch_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", POSITION, nullable=False),
        sa.Column("first_seq", POSITION, nullable=False),
        sa.Column("last_seq", POSITION, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_batches")),
    )
    op.create_table(
        "box_facts",
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", POSITION, nullable=False),
        sa.Column("seq", POSITION, nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_box_facts")),
    )
    op.create_index(op.f("ix_box_facts_device_id"), "box_facts", ["device_id"], unique=False)
    op.create_table(
        "conflicts",
        sa.Column("conflict_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", POSITION, nullable=False),
        sa.Column("seq", POSITION, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("envelope", sa.JSON(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("conflict_id", name=op.f("pk_conflicts")),
        sa.UniqueConstraint("device_id", "epoch", "seq", "hash", name=op.f("uq_conflicts_device_id_epoch_seq_hash")),
    )
    op.create_index(op.f("ix_conflicts_device_id"), "conflicts", ["device_id"], unique=False)
    op.create_table(
        "counter_pins",
        sa.Column("counter_id", sa.String(length=64), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("revision", POSITION, nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("counter_id", name=op.f("pk_counter_pins")),
    )
    op.create_index(op.f("ix_counter_pins_revision"), "counter_pins", ["revision"], unique=False)
    op.create_table(
        "counters",
        sa.Column("counter_id", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("revision", POSITION, nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("counter_id", name=op.f("pk_counters")),
    )
    op.create_index(op.f("ix_counters_revision"), "counters", ["revision"], unique=False)
    op.create_index(op.f("ix_counters_unit_id"), "counters", ["unit_id"], unique=False)
    op.create_table(
        "devices",
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("counter_id", sa.String(length=64), nullable=True),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("enrolled_at", MOMENT, nullable=False),
        sa.Column("last_contact_at", MOMENT, nullable=True),
        sa.Column("health", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_devices")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_devices_token_hash")),
    )
    op.create_table(
        "dossiers",
        sa.Column("dossier_code", sa.String(length=64), nullable=False),
        sa.Column("procedure_id", sa.String(length=64), nullable=True),
        sa.Column("counter_id", sa.String(length=64), nullable=True),
        sa.Column("officer_number", sa.String(length=64), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("revision", POSITION, nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("dossier_code", name=op.f("pk_dossiers")),
    )
    op.create_index(op.f("ix_dossiers_counter_id"), "dossiers", ["counter_id"], unique=False)
    op.create_index(op.f("ix_dossiers_revision"), "dossiers", ["revision"], unique=False)
    op.create_table(
        "enrolment_codes",
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("counter_id", sa.String(length=64), nullable=True),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_enrolment_codes")),
    )
    op.create_table(
        "epochs",
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", POSITION, autoincrement=False, nullable=False),
        sa.Column("held_seq", POSITION, nullable=False),
        sa.Column("held_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("latest_seq", POSITION, nullable=False),
        sa.PrimaryKeyConstraint("device_id", "epoch", name=op.f("pk_epochs")),
    )
    op.create_table(
        "findings",
        sa.Column("finding_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", POSITION, nullable=False),
        sa.Column("seq", POSITION, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_findings")),
        sa.UniqueConstraint("device_id", "epoch", "seq", "kind", name=op.f("uq_findings_device_id_epoch_seq_kind")),
    )
    op.create_table(
        "heads",
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", POSITION, autoincrement=False, nullable=False),
        sa.Column("seq", POSITION, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("first_seq", POSITION, nullable=False),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("device_id", "epoch", "seq", "hash", name=op.f("pk_heads")),
    )
    op.create_table(
        "ledger",
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", POSITION, autoincrement=False, nullable=False),
        sa.Column("seq", POSITION, autoincrement=False, nullable=False),
        sa.Column("batch_id", POSITION, nullable=False),
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("device_id", "epoch", "seq", name=op.f("pk_ledger")),
    )
    op.create_index(op.f("ix_ledger_batch_id"), "ledger", ["batch_id"], unique=False)
    op.create_index(op.f("ix_ledger_entry_id"), "ledger", ["entry_id"], unique=False)
    op.create_table(
        "officers",
        sa.Column("officer_number", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("counter_id", sa.String(length=64), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("revision", POSITION, nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("officer_number", name=op.f("pk_officers")),
    )
    op.create_index(op.f("ix_officers_revision"), "officers", ["revision"], unique=False)
    op.create_index(op.f("ix_officers_unit_id"), "officers", ["unit_id"], unique=False)
    op.create_table(
        "procedures",
        sa.Column("procedure_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("revision", POSITION, nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("procedure_id", name=op.f("pk_procedures")),
    )
    op.create_index(op.f("ix_procedures_revision"), "procedures", ["revision"], unique=False)
    op.create_table(
        "projection_queue",
        sa.Column("batch_id", POSITION, autoincrement=False, nullable=False),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_projection_queue")),
    )
    op.create_table(
        "questionnaires",
        sa.Column("questionnaire_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("revision", POSITION, nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("questionnaire_id", "version", name=op.f("pk_questionnaires")),
    )
    op.create_index(op.f("ix_questionnaires_revision"), "questionnaires", ["revision"], unique=False)
    op.create_table(
        "ratings",
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", POSITION, nullable=False),
        sa.Column("seq", POSITION, nullable=False),
        sa.Column("batch_id", POSITION, nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("counter_id", sa.String(length=64), nullable=True),
        sa.Column("officer_number", sa.String(length=64), nullable=True),
        sa.Column("procedure_id", sa.String(length=64), nullable=True),
        sa.Column("dossier_code", sa.String(length=64), nullable=True),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("questionnaire", sa.String(length=64), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("input", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_ratings")),
    )
    op.create_index("ix_ratings_dossier_code_stage", "ratings", ["dossier_code", "stage"], unique=False)
    op.create_index("ix_ratings_unit_id_day", "ratings", ["unit_id", "day"], unique=False)
    op.create_table(
        "refused_entries",
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", POSITION, autoincrement=False, nullable=False),
        sa.Column("seq", POSITION, autoincrement=False, nullable=False),
        sa.Column("batch_id", POSITION, nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("envelope", sa.JSON(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("device_id", "epoch", "seq", name=op.f("pk_refused_entries")),
    )
    op.create_index(op.f("ix_refused_entries_batch_id"), "refused_entries", ["batch_id"], unique=False)
    op.create_table(
        "revisions",
        sa.Column("revision", POSITION, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_revisions")),
    )
    op.create_table(
        "sign_ins",
        sa.Column("sign_in_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("user_name", sa.String(length=64), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sign_in_id", name=op.f("pk_sign_ins")),
    )
    op.create_index(op.f("ix_sign_ins_user_name"), "sign_ins", ["user_name"], unique=False)
    op.create_table(
        "tallies",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("counter_id", sa.String(length=64), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "unit_id", "counter_id", "question_id", "answer", name=op.f("pk_tallies")),
    )
    op.create_table(
        "units",
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("parent_id", sa.String(length=64), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("revision", POSITION, nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_units")),
    )
    op.create_index(op.f("ix_units_revision"), "units", ["revision"], unique=False)
    op.create_table(
        "unopened",
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", POSITION, autoincrement=False, nullable=False),
        sa.Column("seq", POSITION, autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("device_id", "epoch", "seq", name=op.f("pk_unopened")),
    )
    op.create_table(
        "users",
        sa.Column("user_name", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("user_name", name=op.f("pk_users")),
    )
    op.create_table(
        "sessions",
        sa.Column("session_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_name", sa.String(length=64), nullable=False),
        sa.Column("form_token", sa.String(length=64), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_name"], ["users.user_name"], name=op.f("fk_sessions_users")),
        sa.PrimaryKeyConstraint("session_hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_user_name"), "sessions", ["user_name"], unique=False)
