"""The district's reference data. ``revision`` says in which import a row last changed."""

from sqlalchemy import JSON, Column, Date, Integer, String, Table, Text

from sync.district.store.metadata import Moment, Position, metadata, reference_table

units = reference_table(
    "units",
    Column("unit_id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", String(32), nullable=False),
    Column("parent_id", String(64)),
    Column("valid_from", Date),
    Column("valid_to", Date),
)

counters = reference_table(
    "counters",
    Column("counter_id", String(64), primary_key=True),
    Column("unit_id", String(64), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
)

officers = reference_table(
    "officers",
    Column("officer_number", String(64), primary_key=True),
    Column("unit_id", String(64), nullable=False, index=True),
    Column("post", Text, nullable=False),
    Column("counter_id", String(64)),
    Column("valid_from", Date),
    Column("valid_to", Date),
)

portraits = reference_table(  # who is shown where follows from ``officers``; a removed one keeps no picture
    "portraits",
    Column("officer_number", String(64), primary_key=True),
    Column("picture", Text, nullable=False),  # a small square JPEG in base64
)

procedures = reference_table(
    "procedures",
    Column("procedure_id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
)

dossiers = reference_table(
    "dossiers",
    Column("dossier_code", String(64), primary_key=True),
    Column("procedure_id", String(64)),
    Column("counter_id", String(64), index=True),
    Column("officer_number", String(64)),
    Column("received_on", Date),
    Column("due_on", Date),
    Column("returned_on", Date),
)

questionnaires = reference_table(
    "questionnaires",
    Column("questionnaire_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("content", JSON, nullable=False),
)

counter_pins = reference_table(
    "counter_pins",
    Column("counter_id", String(64), primary_key=True),
    Column("pin_hash", Text, nullable=False),
)

notices = reference_table(
    "notices",
    Column("notice_id", String(64), primary_key=True),
    Column("unit_id", String(64), nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("translations", JSON, nullable=False),
    Column("link", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
)

opening_hours = reference_table(
    "opening_hours",
    Column("hours_id", String(64), primary_key=True),
    Column("unit_id", String(64), nullable=False, index=True),
    Column("weekdays", String(7), nullable=False),
    Column("morning", String(16), nullable=False),
    Column("afternoon", String(16), nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
)

holidays = reference_table(
    "holidays",
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("content", JSON, nullable=False),
)

revisions = Table(
    "revisions",
    metadata,
    Column("revision", Position, primary_key=True, autoincrement=True),
    Column("kind", String(32), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
)
