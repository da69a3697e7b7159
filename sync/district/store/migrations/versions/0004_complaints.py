"""Complaints and what is done about them, a number for every box, where to go with khiếu nại and tố cáo, wordings.

Revision complaints. Imports none of our models.
"""

import sqlalchemy as sa
from alembic import op

revision = "complaints"
down_revision = "notices_and_hours"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
APPEND_ONLY = ("complaint_actions", "complaint_views")
FIRST_BOX = 10_000


def upgrade() -> None:
    _create_complaints()
    _create_reference()
    refuse = _refuse_on_postgresql if op.get_bind().dialect.name == "postgresql" else _refuse_on_sqlite
    refuse()
    op.add_column("users", sa.Column("officer_number", sa.String(length=64), nullable=True))
    _number_boxes()


def _number_boxes() -> None:
    """Every box that is there gets a number, in the order in which they enrolled."""
    op.add_column("devices", sa.Column("box_number", sa.Integer(), nullable=True))
    bind = op.get_bind()
    ids = bind.execute(sa.text("SELECT device_id FROM devices ORDER BY enrolled_at, device_id")).scalars().all()
    for number, device_id in enumerate(ids, start=FIRST_BOX):
        bind.execute(
            sa.text("UPDATE devices SET box_number = :number WHERE device_id = :device_id"),
            {"number": number, "device_id": device_id},
        )
    with op.batch_alter_table("devices") as devices:
        devices.alter_column("box_number", existing_type=sa.Integer(), nullable=False)
        devices.create_unique_constraint(op.f("uq_devices_box_number"), ["box_number"])


def _refuse_on_postgresql() -> None:
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


def _create_complaints() -> None:
    op.create_table(
        "complaint_actions",
        sa.Column("action_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("complaint_id", sa.String(length=36), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("action_id", name=op.f("pk_complaint_actions")),
    )
    op.create_index(op.f("ix_complaint_actions_complaint_id"), "complaint_actions", ["complaint_id"], unique=False)
    op.create_table(
        "complaint_answers",
        sa.Column("lookup_id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("closed", sa.Text(), nullable=False),
        sa.Column("print", sa.String(length=32), nullable=False),
        sa.Column("revision", POSITION, nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("lookup_id", name=op.f("pk_complaint_answers")),
    )
    op.create_index(op.f("ix_complaint_answers_revision"), "complaint_answers", ["revision"], unique=False)
    op.create_index(op.f("ix_complaint_answers_unit_id"), "complaint_answers", ["unit_id"], unique=False)
    op.create_table(
        "complaint_attachments",
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", POSITION, nullable=False),
        sa.Column("seq", POSITION, nullable=False),
        sa.Column("batch_id", POSITION, nullable=False),
        sa.Column("receipt_number", sa.String(length=16), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_complaint_attachments")),
    )
    op.create_index(
        op.f("ix_complaint_attachments_receipt_number"), "complaint_attachments", ["receipt_number"], unique=False
    )
    op.create_table(
        "complaint_lookups",
        sa.Column("receipt_number", sa.String(length=16), nullable=False),
        sa.Column("lookup_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("receipt_number", name=op.f("pk_complaint_lookups")),
    )
    op.create_table(
        "complaint_queue",
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_complaint_queue")),
    )
    op.create_table(
        "complaint_standings",
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("doubled", sa.Boolean(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_complaint_standings")),
    )
    op.create_index("ix_complaint_standings_open_unit_id", "complaint_standings", ["open", "unit_id"], unique=False)
    op.create_table(
        "complaint_verdicts",
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", POSITION, nullable=False),
        sa.Column("seq", POSITION, nullable=False),
        sa.Column("batch_id", POSITION, nullable=False),
        sa.Column("receipt_number", sa.String(length=16), nullable=False),
        sa.Column("opinion", sa.String(length=16), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_complaint_verdicts")),
    )
    op.create_index(
        op.f("ix_complaint_verdicts_receipt_number"), "complaint_verdicts", ["receipt_number"], unique=False
    )
    op.create_table(
        "complaint_views",
        sa.Column("view_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("complaint_id", sa.String(length=36), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("view_id", name=op.f("pk_complaint_views")),
    )
    op.create_index(op.f("ix_complaint_views_complaint_id"), "complaint_views", ["complaint_id"], unique=False)
    op.create_table(
        "complaints",
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", POSITION, nullable=False),
        sa.Column("seq", POSITION, nullable=False),
        sa.Column("batch_id", POSITION, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("counter_id", sa.String(length=64), nullable=True),
        sa.Column("officer_number", sa.String(length=64), nullable=True),
        sa.Column("dossier_code", sa.String(length=64), nullable=True),
        sa.Column("about", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sentences", sa.JSON(), nullable=False),
        sa.Column("sound_parts", sa.Integer(), nullable=False),
        sa.Column("written_by_helper", sa.Boolean(), nullable=False),
        sa.Column("contact", sa.JSON(), nullable=True),
        sa.Column("consent", sa.String(length=64), nullable=False),
        sa.Column("about_entry", sa.String(length=36), nullable=False),
        sa.Column("receipt_number", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("input", sa.String(length=16), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_complaints")),
    )
    op.create_index(op.f("ix_complaints_receipt_number"), "complaints", ["receipt_number"], unique=False)
    op.create_index(op.f("ix_complaints_token_hash"), "complaints", ["token_hash"], unique=False)


def _create_reference() -> None:
    op.create_table(
        "receptions",
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("revision", POSITION, nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_receptions")),
    )
    op.create_index(op.f("ix_receptions_revision"), "receptions", ["revision"], unique=False)
    op.create_table(
        "wordings",
        sa.Column("wording_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("revision", POSITION, nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("wording_id", name=op.f("pk_wordings")),
    )
    op.create_index(op.f("ix_wordings_revision"), "wordings", ["revision"], unique=False)
