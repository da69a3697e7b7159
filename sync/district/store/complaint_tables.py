"""Tables of complaints: what kiosks sent (projections), what people of the district did about it (append-only, never
rebuilt from the ledger), and each one's status (derived from both).
"""

from sqlalchemy import JSON, Boolean, Column, Date, Index, Integer, LargeBinary, String, Table, Text

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

#: SQLite keeps the length that the first releases declared; it holds no text to it.
ReceiptNumberType = String(20).with_variant(String(16), "sqlite")

# ---- projections of the ledger

complaints = Table(
    "complaints",
    metadata,
    Column("entry_id", String(36), primary_key=True),
    Column("device_id", String(64), nullable=False),
    Column("epoch", PositionType, nullable=False),
    Column("seq", PositionType, nullable=False),
    Column("batch_id", PositionType, nullable=False),  # with seq: the order of arrival
    Column("kind", String(16), nullable=False),  # comment | complaint
    Column("unit_id", String(64), nullable=False),
    Column("counter_id", String(64)),
    Column("officer_number", String(64)),
    Column("dossier_code", String(64)),
    Column("about", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("sentences", JSON, nullable=False),
    Column("sound_parts", Integer, nullable=False),
    Column("written_by_helper", Boolean, nullable=False),
    Column("contact", JSON),
    Column("consent", String(64), nullable=False),
    Column("about_entry", String(36), nullable=False),
    Column("receipt_number", ReceiptNumberType, nullable=False, index=True),
    Column("token_hash", LargeBinary(32), nullable=False, index=True),
    Column("language", String(16), nullable=False),
    Column("input", String(16), nullable=False),
    Column("sensitive", Boolean, nullable=False),  # its words read like bribery: for the head alone
    Column("day", Date, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
)

complaint_attachments = Table(
    "complaint_attachments",
    metadata,
    Column("entry_id", String(36), primary_key=True),
    Column("device_id", String(64), nullable=False),
    Column("epoch", PositionType, nullable=False),
    Column("seq", PositionType, nullable=False),
    Column("batch_id", PositionType, nullable=False),
    Column("receipt_number", ReceiptNumberType, nullable=False, index=True),
    Column("part", Integer, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("media_type", String(32), nullable=False),
    Column("sha256", String(64), nullable=False),  # of the whole
    Column("data", LargeBinary, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
)

complaint_verdicts = Table(
    "complaint_verdicts",
    metadata,
    Column("entry_id", String(36), primary_key=True),
    Column("device_id", String(64), nullable=False),
    Column("epoch", PositionType, nullable=False),
    Column("seq", PositionType, nullable=False),
    Column("batch_id", PositionType, nullable=False),
    Column("receipt_number", ReceiptNumberType, nullable=False, index=True),
    Column("opinion", String(16), nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
)

# How each stands, from the above and from what people did; kept so that a register is one query.
complaint_standings = Table(
    "complaint_standings",
    metadata,
    Column("entry_id", String(36), primary_key=True),
    Column("state", String(32), nullable=False),
    Column("unit_id", String(64), nullable=False),  # who has to act: where it was said, or where it was transferred
    Column("owner", String(64)),
    Column("due_on", Date),  # of the next step
    Column("open", Boolean, nullable=False),
    Column("doubled", Boolean, nullable=False),  # an earlier complaint has the same receipt number
    Column("changed_at", UtcDateTime, nullable=False),
    Column("classified", JSON(none_as_null=True)),  # what somebody outside found it to be about
    Column("published", Boolean),  # whether its answer stands on the public page
    Index("ix_complaint_standings_open_unit_id", "open", "unit_id"),
)

COMPLAINT_PROJECTIONS = ("complaints", "complaint_attachments", "complaint_verdicts", "complaint_standings")

# ---- what people did: append-only, outlives every rebuild

complaint_actions = Table(
    "complaint_actions",
    metadata,
    Column("action_id", PositionType, primary_key=True, autoincrement=True),
    Column("complaint_id", String(36), nullable=False, index=True),
    Column("action", String(32), nullable=False),
    Column("by", String(64), nullable=False),  # a user's name; empty for the citizen on the public page
    Column("at", UtcDateTime, nullable=False),
    Column("content", JSON, nullable=False),
)

complaint_views = Table(
    "complaint_views",
    metadata,
    Column("view_id", PositionType, primary_key=True, autoincrement=True),
    Column("complaint_id", String(36), nullable=False, index=True),
    Column("what", String(16), nullable=False),  # contact | sound
    Column("by", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# Whom and what each is about, as far as it was known when it arrived and ever since: what is here keeps these people
# from it, whatever an import says later.
complaint_subjects = Table(
    "complaint_subjects",
    metadata,
    Column("complaint_id", String(36), primary_key=True),
    Column("kind", String(16), primary_key=True),  # officer | counter | arrival (which entry this was read from)
    Column("value", String(64), primary_key=True),
    Column("source", String(16), primary_key=True),  # said | dossier | seat | text (a guess from the words) | entry
    Column("at", UtcDateTime, nullable=False),
    Index("ix_complaint_subjects_kind_value", "kind", "value"),
)

COMPLAINT_FACTS = ("complaint_actions", "complaint_views", "complaint_subjects")

# ---- how a complaint stands, on its way to the boxes

complaint_queue = Table(
    "complaint_queue",
    metadata,
    Column("entry_id", String(36), primary_key=True),
    Column("queued_at", UtcDateTime, nullable=False),
)

# One row: the salt with which numbers of 20 digits are looked up, drawn once and told to the district's own kiosks.
receipt_salts = Table("receipt_salts", metadata, Column("salt", LargeBinary(16), primary_key=True))

# Argon2id takes a tenth of a second on purpose; what it gave is kept here, never on a box.
complaint_lookups = Table(
    "complaint_lookups",
    metadata,
    Column("receipt_number", ReceiptNumberType, primary_key=True),
    Column("lookup_id", String(32), nullable=False),
    Column("key", LargeBinary(32), nullable=False),
)
