"""The district's tables, the same on SQLite and PostgreSQL. What arrived is append-only; what it means is projected.

Ledger (the truth, UPDATE and DELETE refused by triggers): ``batches``, ``ledger``, ``refused_entries``, ``conflicts``,
``heads``, ``findings``, ``device_keys``, ``clock_readings``. ``epochs`` sums up how far each epoch reaches; it follows
from the ledger. Projections (``district rebuild`` can make them again): those of ``PROJECTIONS``, with those of
``complaint_tables``. Reference data stands in ``reference_tables``, what was released in ``release_tables``.
Times are aware UTC; dates are local calendar dates in Việt Nam.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from sync.district.store.complaint_tables import COMPLAINT_PROJECTIONS
from sync.district.store.metadata import PositionType, UtcDateTime, metadata

# ---- devices: who may send

devices = Table(
    "devices",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("unit_id", String(64), nullable=False),
    Column("counter_id", String(64)),
    Column("public_key", LargeBinary(32), nullable=False),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("state", String(16), nullable=False),  # active | revoked
    Column("enrolled_at", UtcDateTime, nullable=False),
    Column("last_contact_at", UtcDateTime),
    Column("health", JSON, nullable=False),
    Column("box_number", Integer, nullable=False, unique=True),  # its receipts begin with it (10000 to 99999)
    Column("roll_wanted_at", UtcDateTime),  # null: the device keeps its key
)

device_keys = Table(  # keys that gave way to another; the one in force stands in ``devices``
    "device_keys",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("public_key", LargeBinary(32), primary_key=True),
    Column("until", UtcDateTime, nullable=False),
    Column("next_key", LargeBinary(32), nullable=False),
    Column("token_hash", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
    Column("proof", LargeBinary(64), nullable=False),
)

sealing_keys = Table(  # to which boxes seal; the private ones are files (sync.district.keys.files)
    "sealing_keys",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("key_id", String(8), nullable=False),
    Column("public_key", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)

former_places = Table(  # to which unit a counter or a unit belonged before an import moved it
    "former_places",
    metadata,
    Column("kind", String(16), primary_key=True),  # counters | units
    Column("child", String(64), primary_key=True),
    Column("parent", String(64), primary_key=True),
)

enrolment_codes = Table(
    "enrolment_codes",
    metadata,
    Column("code_hash", LargeBinary(32), primary_key=True),
    Column("unit_id", String(64), nullable=False),
    Column("counter_id", String(64)),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("device_id", String(64)),
)

# ---- ledger: what arrived, as it arrived

batches = Table(
    "batches",
    metadata,
    Column("batch_id", PositionType, primary_key=True, autoincrement=True),
    Column("device_id", String(64), nullable=False),
    Column("epoch", PositionType, nullable=False),
    Column("first_seq", PositionType, nullable=False),
    Column("last_seq", PositionType, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("epoch", PositionType, primary_key=True, autoincrement=False),
    Column("seq", PositionType, primary_key=True, autoincrement=False),
    Column("batch_id", PositionType, nullable=False, index=True),
    Column("entry_id", String(36), nullable=False),
    Column("type", String(32), nullable=False),
    Column("day", Date, nullable=False),
    Column("key_id", String(8), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)

clock_readings = Table(  # of batches that came over the network: the box's clocks as it sent them
    "clock_readings",
    metadata,
    Column("batch_id", PositionType, primary_key=True, autoincrement=False),
    Column("device_id", String(64), nullable=False),
    Column("boot", String(16), nullable=False),
    Column("up_s", PositionType, nullable=False),
    Column("at_s", PositionType, nullable=False),
    Index("ix_clock_readings_device_id_batch_id", "device_id", "batch_id"),
)

refused_entries = Table(
    "refused_entries",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("epoch", PositionType, primary_key=True, autoincrement=False),
    Column("seq", PositionType, primary_key=True, autoincrement=False),
    Column("batch_id", PositionType, nullable=False, index=True),
    Column("reason", String(32), nullable=False),
    Column("envelope", JSON, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)

conflicts = Table(
    "conflicts",
    metadata,
    Column("conflict_id", PositionType, primary_key=True, autoincrement=True),
    Column("device_id", String(64), nullable=False, index=True),
    Column("epoch", PositionType, nullable=False),
    Column("seq", PositionType, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("envelope", JSON, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
    UniqueConstraint("device_id", "epoch", "seq", "hash"),
)

heads = Table(
    "heads",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("epoch", PositionType, primary_key=True, autoincrement=False),
    Column("seq", PositionType, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), primary_key=True),
    Column("first_seq", PositionType, nullable=False),
    Column("previous", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
)

findings = Table(
    "findings",
    metadata,
    Column("finding_id", PositionType, primary_key=True, autoincrement=True),
    Column("device_id", String(64), nullable=False),
    Column("epoch", PositionType, nullable=False),
    Column("seq", PositionType, nullable=False),  # the first position it is about
    Column("kind", String(32), nullable=False),  # sync.district.domain.anomaly.Kind
    Column("found_at", UtcDateTime, nullable=False),
    UniqueConstraint("device_id", "epoch", "seq", "kind"),
)

# Who looked into a finding. ``finding`` is its name as ``district verify`` prints it.
acknowledgements = Table(
    "acknowledgements",
    metadata,
    Column("acknowledgement_id", PositionType, primary_key=True, autoincrement=True),
    Column("device_id", String(64), nullable=False),
    Column("finding", String(160), nullable=False),
    Column("person", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

APPEND_ONLY = (
    *("batches", "ledger", "refused_entries", "conflicts", "heads", "findings"),
    *("device_keys", "acknowledgements", "clock_readings"),
)

# ---- how far each epoch reaches (follows from the ledger; kept so that a batch costs the same on the last day)

epochs = Table(
    "epochs",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("epoch", PositionType, primary_key=True, autoincrement=False),
    Column("held_seq", PositionType, nullable=False),  # every position up to here is held; 0: none
    Column("held_hash", LargeBinary(32), nullable=False),
    Column("latest_seq", PositionType, nullable=False),  # the highest position held, holes before it or not
)

# ---- the way from the ledger to the projections

projection_queue = Table(
    "projection_queue",
    metadata,
    Column("batch_id", PositionType, primary_key=True, autoincrement=False),
    Column("queued_at", UtcDateTime, nullable=False),
)

# ---- projections

ratings = Table(
    "ratings",
    metadata,
    Column("entry_id", String(36), primary_key=True),
    Column("device_id", String(64), nullable=False),
    Column("epoch", PositionType, nullable=False),
    Column("seq", PositionType, nullable=False),
    Column("batch_id", PositionType, nullable=False),  # with seq: the order of arrival
    Column("unit_id", String(64), nullable=False),
    Column("counter_id", String(64)),
    Column("officer_number", String(64)),
    Column("procedure_id", String(64)),
    Column("dossier_code", String(64)),
    Column("stage", String(16), nullable=False),
    Column("questionnaire", String(64), nullable=False),
    Column("score", Integer, nullable=False),
    Column("flags", JSON, nullable=False),
    Column("language", String(16), nullable=False),
    Column("input", String(16), nullable=False),
    Column("day", Date, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("counted", Boolean, nullable=False),  # false: of its dossier and stage another press counts
    Column("counter_known_by", String(16)),  # kiosk | dossier; null: no counter, or not looked at yet
    Column("day_guessed", Boolean),  # true: nobody knows the day; null: projected before that was looked at
    Index("ix_ratings_dossier_code_stage", "dossier_code", "stage"),
    Index("ix_ratings_unit_id_day", "unit_id", "day"),
)

rating_circumstances = Table(  # how each face was given, by the position of its entry
    "rating_circumstances",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("epoch", PositionType, primary_key=True, autoincrement=False),
    Column("seq", PositionType, primary_key=True, autoincrement=False),
    Column("entry_id", String(36), nullable=False, index=True),
    Column("given", String(16)),
    Column("presses", Integer),
    Column("scans", Integer),
    Column("since_ds", Integer),
    Column("spent_ds", Integer),
    Column("scan_ds", Integer),
    Column("home_ds", Integer),
    Column("revision", PositionType),
    Column("counter_known_by", String(16)),
    Column("officer_known_by", String(16)),
)

box_facts = Table(
    "box_facts",
    metadata,
    Column("entry_id", String(36), primary_key=True),
    Column("device_id", String(64), nullable=False, index=True),
    Column("epoch", PositionType, nullable=False),
    Column("seq", PositionType, nullable=False),
    Column("type", String(32), nullable=False),
    Column("body", JSON, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
)

entry_times = Table(  # entries whose box's clock was wrong by more than a minute, or could not be checked
    "entry_times",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("epoch", PositionType, primary_key=True, autoincrement=False),
    Column("seq", PositionType, primary_key=True, autoincrement=False),
    Column("entry_id", String(36), nullable=False, index=True),
    Column("happened_at", UtcDateTime, nullable=False),
    Column("uncertain_s", PositionType),  # null: only the box's own unchecked clock says so
)

unopened = Table(
    "unopened",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("epoch", PositionType, primary_key=True, autoincrement=False),
    Column("seq", PositionType, primary_key=True, autoincrement=False),
    Column("entry_id", String(36), nullable=False),
    Column("reason", Text, nullable=False),
)

tallies = Table(
    "tallies",
    metadata,
    Column("day", Date, primary_key=True),
    Column("unit_id", String(64), primary_key=True),
    Column("counter_id", String(64), primary_key=True),  # "" when the citizen named no counter
    Column("question_id", String(64), primary_key=True),
    Column("answer", String(64), primary_key=True),
    Column("n", Integer, nullable=False),
)

answer_entries = Table(
    "answer_entries",
    metadata,
    Column("entry_id", String(36), primary_key=True),
    Column("device_id", String(64), nullable=False),
    Column("epoch", PositionType, nullable=False),
    Column("seq", PositionType, nullable=False),
    Column("batch_id", PositionType, nullable=False),  # with seq: the order of arrival
    Column("rating_entry_id", String(36), nullable=False, index=True),
    Column("questionnaire", String(64), nullable=False),
    Column("language", String(16), nullable=False),
    Column("spent_ms", JSON, nullable=False),
    Column("presses", Integer, nullable=False),
    Column("scans_again", Integer, nullable=False),
    Column("left_unsent", Boolean),  # true: the citizen went away; null: projected before that was looked at
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("entry_id", String(36), primary_key=True),
    Column("question_id", String(64), primary_key=True),
    Column("answer", String(64), primary_key=True),
)

# Answers to private questions: for leaders alone, never beside a counter or an officer, so neither stands here.
sensitive_answers = Table(
    "sensitive_answers",
    metadata,
    Column("entry_id", String(36), primary_key=True),
    Column("question_id", String(64), primary_key=True),
    Column("answer", String(64), primary_key=True),
    Column("rating_entry_id", String(36), nullable=False),
    Column("unit_id", String(64), nullable=False),
    Column("questionnaire", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Index("ix_sensitive_answers_unit_id_day", "unit_id", "day"),
)

PROJECTIONS = (
    *("entry_times", "rating_circumstances"),
    *("ratings", "box_facts", "unopened", "tallies", "answer_entries", "answers", "sensitive_answers"),
    *COMPLAINT_PROJECTIONS,
)
