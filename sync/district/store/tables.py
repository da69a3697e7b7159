"""The district's tables, the same on SQLite and PostgreSQL. What arrived is append-only; what it means is projected.

Ledger (the truth, UPDATE and DELETE refused by triggers): ``batches``, ``ledger``, ``refused_entries``, ``conflicts``,
``heads``, ``findings``, ``device_keys``, ``clock_readings``. ``epochs`` sums up how far each epoch reaches; it follows
from the ledger. Projections (marked with ``projection_of``: ``district rebuild`` can make them again, and each column
names who reads it): ``ratings``, ``rating_circumstances``, ``box_facts``, ``unopened``, ``tallies``, ``entry_times``,
``answer_entries``, ``answers``, ``sensitive_answers``, and those of ``complaint_tables`` and ``queue_tables``.
Reference data stands in ``reference_tables``, what was released in ``release_tables``.
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
    text,
)

from kiosk.domain.entry import EntryType
from sync.district.store.metadata import (
    PositionType,
    UtcDateTime,
    metadata,
    order_of_arrival,
    projection_of,
    read_by,
    waits_for,
)

# ---- devices: who may send

devices = Table(
    "devices",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("unit_id", String(64), nullable=False),
    Column("counter_id", String(64)),
    Column("public_key", LargeBinary(32), nullable=False),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("state", String(16), nullable=False),  # active | retired | revoked
    Column("enrolled_at", UtcDateTime, nullable=False),
    Column("last_contact_at", UtcDateTime),
    Column("health", JSON, nullable=False),
    Column("box_number", Integer, nullable=False, unique=True),  # its receipts begin with it (10000 to 99999)
    Column("roll_wanted_at", UtcDateTime),  # null: the device keeps its key
    Column("moves", Integer, nullable=False, server_default="0"),  # how often it was moved
    Column("moves_known", Integer, nullable=False, server_default="0"),  # the move that the device has heard of
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
    Column("replaces", String(64)),  # the device whose place the new one takes
    Column("person", String(64)),  # who made it on a page, or replaces the device, and why
    Column("why", Text),
)

# ---- ledger: what arrived, as it arrived

IS_ERASABLE = text("type IN ('complaint', 'comment', 'attachment', 'supplement')")
"""``sync.district.domain.erasure.ERASABLE``: what is found by its id."""

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
    Index("ix_ledger_erasable", "entry_id", sqlite_where=IS_ERASABLE, postgresql_where=IS_ERASABLE),
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
    *order_of_arrival(),
    Column("unit_id", String(64), nullable=False, info=read_by("domain/deduplicate.py")),
    Column("counter_id", String(64), info=read_by("domain/deduplicate.py")),
    Column("officer_number", String(64), info=waits_for("officers")),
    Column("procedure_id", String(64), info=read_by("store/releases.py")),
    Column("dossier_code", String(64), info=read_by("domain/deduplicate.py")),
    Column("stage", String(16), nullable=False, info=read_by("domain/deduplicate.py")),
    Column("questionnaire", String(64), nullable=False, info=waits_for("officers")),
    Column("score", Integer, nullable=False, info=read_by("domain/deduplicate.py")),
    Column("flags", JSON, nullable=False, info=read_by("store/doubt_presses.py")),
    Column("language", String(16), nullable=False, info=read_by("store/releases.py")),
    Column("input", String(16), nullable=False, info=waits_for("silent")),
    Column("day", Date, nullable=False, info=read_by("store/releases.py")),
    Column("recorded_at", UtcDateTime, nullable=False, info=read_by("store/moments.py")),
    Column("received_at", UtcDateTime, nullable=False, info=read_by("store/releases.py")),
    # false: of its dossier and stage another press counts
    Column("counted", Boolean, nullable=False, info=read_by("store/releases.py")),
    # kiosk | dossier; null: no counter, or not looked at yet
    Column("counter_known_by", String(16), info=read_by("domain/attribution.py")),
    # who sat at its counter by a card or the duty roster; null: nobody, or the kiosk knew of neither
    Column("seated_officer", String(64), info=read_by("domain/attribution.py")),
    Column("seated_by", String(16), info=read_by("domain/attribution.py")),  # card | duty
    # dossier | card | duty; null: nobody is known
    Column("officer_known_by", String(16), info=read_by("store/export_rows.py")),
    # true: nobody knows the day; null: projected before that was looked at
    Column("day_guessed", Boolean, info=read_by("store/releases.py")),
    Index("ix_ratings_dossier_code_stage", "dossier_code", "stage"),
    Index("ix_ratings_unit_id_day", "unit_id", "day"),
    Index(
        "ix_ratings_seated_officer",
        "seated_officer",
        sqlite_where=text("seated_officer IS NOT NULL"),
        postgresql_where=text("seated_officer IS NOT NULL"),
    ),
    info=projection_of(EntryType.RATING),
)

rating_circumstances = Table(  # how each face was given, by the position of its entry
    "rating_circumstances",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("epoch", PositionType, primary_key=True, autoincrement=False),
    Column("seq", PositionType, primary_key=True, autoincrement=False),
    Column("entry_id", String(36), nullable=False, index=True),
    Column("given", String(16), info=read_by("store/export_rows.py")),
    Column("presses", Integer, info=read_by("store/export_rows.py")),
    Column("scans", Integer, info=read_by("store/export_rows.py")),
    Column("since_ds", Integer, info=read_by("store/export_rows.py")),
    Column("spent_ds", Integer, info=read_by("store/export_rows.py")),
    Column("scan_ds", Integer, info=read_by("store/export_rows.py")),
    Column("home_ds", Integer, info=read_by("store/export_rows.py")),
    Column("revision", PositionType, info=read_by("store/export_rows.py")),
    Column("counter_known_by", String(16), info=read_by("store/export_rows.py")),
    Column("officer_known_by", String(16), info=read_by("store/export_rows.py")),
    Column("transaction", String(16), info=read_by("store/doubt_presses.py")),  # yes, no, unknown; null: not said
    info=projection_of(EntryType.RATING),
)

box_facts = Table(
    "box_facts",
    metadata,
    Column("entry_id", String(36), primary_key=True),
    Column("device_id", String(64), nullable=False, index=True),
    Column("epoch", PositionType, nullable=False),
    Column("seq", PositionType, nullable=False),
    Column("type", String(32), nullable=False, info=read_by("store/kiosk_history.py")),
    Column("body", JSON, nullable=False, info=read_by("store/kiosk_history.py")),
    Column("recorded_at", UtcDateTime, nullable=False, info=read_by("store/kiosk_history.py")),
    Column("received_at", UtcDateTime, nullable=False, info=read_by("store/kiosk_history.py")),
    Index(
        "ix_box_facts_invitations",
        "received_at",
        sqlite_where=text("type = 'invitations'"),
        postgresql_where=text("type = 'invitations'"),
    ),
    info=projection_of(),
)

entry_times = Table(  # entries whose box's clock was wrong by more than a minute, or could not be checked
    "entry_times",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("epoch", PositionType, primary_key=True, autoincrement=False),
    Column("seq", PositionType, primary_key=True, autoincrement=False),
    Column("entry_id", String(36), nullable=False, index=True),
    Column("happened_at", UtcDateTime, nullable=False, info=read_by("store/kiosk_history.py")),
    # null: only the box's own unchecked clock says so
    Column("uncertain_s", PositionType, info=read_by("store/kiosk_history.py")),
    info=projection_of(),
)

unopened = Table(
    "unopened",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("epoch", PositionType, primary_key=True, autoincrement=False),
    Column("seq", PositionType, primary_key=True, autoincrement=False),
    Column("entry_id", String(36), nullable=False),
    Column("reason", Text, nullable=False, info=read_by("cli/quarantine.py")),
    info=projection_of(),
)

tallies = Table(
    "tallies",
    metadata,
    Column("day", Date, primary_key=True, info=waits_for("audit")),
    Column("unit_id", String(64), primary_key=True, info=waits_for("audit")),
    Column("counter_id", String(64), primary_key=True, info=waits_for("audit")),  # "" when the citizen named no counter
    Column("question_id", String(64), primary_key=True, info=waits_for("audit")),
    Column("answer", String(64), primary_key=True, info=waits_for("audit")),
    Column("n", Integer, nullable=False, info=waits_for("audit")),
    info=projection_of(),
)

answer_entries = Table(
    "answer_entries",
    metadata,
    *order_of_arrival(),
    Column("rating_entry_id", String(36), nullable=False, index=True, info=read_by("store/answers.py")),
    Column("questionnaire", String(64), nullable=False, info=read_by("store/answers.py")),
    Column("language", String(16), nullable=False, info=waits_for("visits")),
    Column("spent_ms", JSON, nullable=False, info=waits_for("visits")),
    Column("presses", Integer, nullable=False, info=waits_for("doubts")),
    Column("scans_again", Integer, nullable=False, info=waits_for("doubts")),
    # true: the citizen went away; null: projected before that was looked at
    Column("left_unsent", Boolean, info=waits_for("visits")),
    Column("recorded_at", UtcDateTime, nullable=False, info=waits_for("doubts")),
    Column("received_at", UtcDateTime, nullable=False, info=waits_for("late")),
    info=projection_of(EntryType.ANSWERS),
)

answers = Table(
    "answers",
    metadata,
    Column("entry_id", String(36), primary_key=True),
    Column("question_id", String(64), primary_key=True, info=read_by("store/answers.py")),
    Column("answer", String(64), primary_key=True, info=read_by("store/answers.py")),
    info=projection_of(EntryType.ANSWERS),
)

# Answers to private questions: for leaders alone, never beside a counter or an officer, so neither stands here.
sensitive_answers = Table(
    "sensitive_answers",
    metadata,
    Column("entry_id", String(36), primary_key=True),
    Column("question_id", String(64), primary_key=True, info=read_by("store/answers.py")),
    Column("answer", String(64), primary_key=True, info=read_by("store/answers.py")),
    Column("rating_entry_id", String(36), nullable=False, info=read_by("store/answers.py")),
    Column("unit_id", String(64), nullable=False, info=read_by("store/answers.py")),
    Column("questionnaire", String(64), nullable=False, info=waits_for("visits")),
    Column("day", Date, nullable=False, info=read_by("store/answers.py")),
    Index("ix_sensitive_answers_unit_id_day", "unit_id", "day"),
    info=projection_of(EntryType.ANSWERS),
)
