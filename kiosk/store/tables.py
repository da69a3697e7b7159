"""The box's tables. In clear stand only kinds, days and counts; what citizens said is sealed.

``dossiers`` are found by a keyed hash of their code, so that the file names no dossier. Nothing here remembers which
dossier was rated: that is known while the program runs, and exactly at the district.
"""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

ledger = Table(
    "ledger",
    metadata,
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("entry_id", String(36), nullable=False),
    Column("type", String(32), nullable=False),
    Column("day", String(10), nullable=False),
    Column("key_id", String(8), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Index("ix_ledger_entry_id_epoch", "entry_id", "epoch", unique=True),
)

PENDING, DELIVERED, SET_ASIDE, REISSUED = "pending", "delivered", "set_aside", "reissued"

outbox = Table(
    "outbox",
    metadata,
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    CheckConstraint("state IN ('pending', 'delivered', 'set_aside', 'reissued')", name="ck_outbox_state"),
    Index("ix_outbox_state_epoch_seq", "state", "epoch", "seq"),
)

heads = Table(
    "heads",
    metadata,
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
)

receipts = Table(
    "receipts",
    metadata,
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("received_at", String(40), nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
)

identity = Table(
    "identity",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("unit_id", String(64), nullable=False),
    Column("counter_id", String(64)),
    Column("district_url", Text, nullable=False),
    Column("sealing_public_key", LargeBinary(32), nullable=False),
    Column("receipt_public_key", LargeBinary(32), nullable=False),
    Column("enrolled_at", String(40), nullable=False),
    Column("sealing_number", Integer, nullable=False, server_default="1"),
)

former_keys = Table(
    "former_keys",
    metadata,
    Column("public_key", LargeBinary(32), primary_key=True),
    Column("next_key", LargeBinary(32), nullable=False),
    Column("token_hash", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
)

pruned = Table(
    "pruned",
    metadata,
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)

tallies = Table(
    "tallies",
    metadata,
    Column("source", String(8), primary_key=True),  # district: released counts of finished days
    Column("day", Date, primary_key=True),
    Column("counter_id", String(64), primary_key=True),
    Column("question_id", String(64), primary_key=True),
    Column("answer", String(64), primary_key=True),
    Column("n", Integer, nullable=False),
)

box_state = Table(
    "box_state",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", JSON, nullable=False),
)

units = Table(
    "units",
    metadata,
    Column("unit_id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", String(32), nullable=False),
    Column("parent_id", String(64)),
    Column("valid_from", Date),
    Column("valid_to", Date),
)

counters = Table(
    "counters",
    metadata,
    Column("counter_id", String(64), primary_key=True),
    Column("unit_id", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
)

officers = Table(
    "officers",
    metadata,
    Column("officer_number", String(64), primary_key=True),
    Column("unit_id", String(64), nullable=False),
    Column("post", Text, nullable=False),
    Column("counter_id", String(64)),
    Column("valid_from", Date),
    Column("valid_to", Date),
)

portraits = Table(
    "portraits",
    metadata,
    Column("officer_number", String(64), primary_key=True),
    Column("picture", LargeBinary, nullable=False),
)

procedures = Table(
    "procedures",
    metadata,
    Column("procedure_id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
)

dossiers = Table(
    "dossiers",
    metadata,
    Column("lookup", LargeBinary(16), primary_key=True),
    Column("procedure_id", String(64)),
    Column("counter_id", String(64)),
    Column("officer_number", String(64)),
    Column("received_on", Date),
    Column("due_on", Date),
    Column("returned_on", Date),
)

questionnaires = Table(
    "questionnaires",
    metadata,
    Column("questionnaire_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("content", JSON, nullable=False),
)

counter_pins = Table(
    "counter_pins",
    metadata,
    Column("counter_id", String(64), primary_key=True),
    Column("pin_hash", Text, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    Column("notice_id", String(64), primary_key=True),
    Column("unit_id", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("translations", JSON, nullable=False),
    Column("link", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
)

opening_hours = Table(
    "opening_hours",
    metadata,
    Column("hours_id", String(64), primary_key=True),
    Column("unit_id", String(64), nullable=False),
    Column("weekdays", String(7), nullable=False),
    Column("morning", String(16), nullable=False),
    Column("afternoon", String(16), nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
)

receptions = Table(
    "receptions",
    metadata,
    Column("unit_id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("hours", Text, nullable=False),
)

wordings = Table(
    "wordings",
    metadata,
    Column("wording_id", String(64), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("content", JSON, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
)

complaint_answers = Table(
    "complaint_answers",
    metadata,
    Column("lookup_id", String(32), primary_key=True),
    Column("closed", Text, nullable=False),
    sqlite_with_rowid=False,
)

this_box = Table(
    "this_box",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("box_number", Integer, nullable=False),
    Column("public_url", Text, nullable=False),
)

# What receipt numbers became, so that none is given out twice; in the order of the hashes, never of the days.
given_receipts = Table(
    "given_receipts",
    metadata,
    Column("lookup_id", String(32), primary_key=True),
    sqlite_with_rowid=False,
)

holidays = Table(
    "holidays",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("content", JSON, nullable=False),
)
