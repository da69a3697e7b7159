"""Tables of personal data: the keys of matters, what was erased, what citizens asked for, breaches, and the runs of the
retention job. ``district rebuild`` leaves them alone.
"""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

# The key with which a matter's contact is sealed, wrapped by a key that is in no database. Whose row is gone is erased.
matter_keys = Table(
    "matter_keys",
    metadata,
    Column("entry_id", String(36), primary_key=True),
    Column("wrapped_key", LargeBinary(72), nullable=False),
)

# That something of a matter was erased, and why; not a word of what it was. The database lets the steps of such a
# matter be scrubbed, and of no other.
erasures = Table(
    "erasures",
    metadata,
    Column("erasure_id", PositionType, primary_key=True, autoincrement=True),
    Column("complaint_id", String(36), nullable=False, index=True),
    Column("scope", String(8), nullable=False),  # sync.district.domain.erasure.ErasureScope
    Column("why", String(16), nullable=False),  # sync.district.domain.erasure.Why
    Column("at", UtcDateTime, nullable=False),
)

# Entries of the ledger whose sealed form is taken away (``emptied_at``), by the erasure of which complaint, and what a
# rebuild reads instead. Its hash and its place stay, so that the chain is checked over it.
erased_entries = Table(
    "erased_entries",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("epoch", PositionType, primary_key=True, autoincrement=False),
    Column("seq", PositionType, primary_key=True, autoincrement=False),
    Column("complaint_id", String(36), nullable=False, index=True),
    Column("scope", String(8), nullable=False),
    Column("residue", JSON(none_as_null=True)),
    Column("emptied_at", UtcDateTime),
    Index("ix_erased_entries_emptied_at", "emptied_at"),
)

personal_requests = Table(  # what citizens asked for about their own data
    "personal_requests",
    metadata,
    Column("request_id", PositionType, primary_key=True, autoincrement=True),
    Column("complaint_id", String(36), nullable=False, index=True),
    Column("kind", String(16), nullable=False),  # sync.district.domain.personal_request.RequestKind
    Column("channel", String(16), nullable=False),  # page | counter | letter | kiosk
    Column("at", UtcDateTime, nullable=False),
    Column("by", String(64), nullable=False),  # who wrote it down; empty: the citizen, with the receipt's token
)

personal_request_steps = Table(
    "personal_request_steps",
    metadata,
    Column("step_id", PositionType, primary_key=True, autoincrement=True),
    Column("request_id", PositionType, nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("person", String(64), nullable=False),  # empty: the program, at once
    Column("act", String(16), nullable=False),  # sync.district.domain.personal_request.RequestAct
    Column("text", Text, nullable=False),
)

breaches = Table(  # each version of a breach sheet; the newest of a breach holds
    "breaches",
    metadata,
    Column("version_id", PositionType, primary_key=True, autoincrement=True),
    Column("breach_id", PositionType, nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("person", String(64), nullable=False),
    Column("found_at", UtcDateTime, nullable=False),  # from when the 72 hours run
    Column("notified_at", UtcDateTime),
    Column("content", JSON, nullable=False),  # sync.district.domain.breach.BREACH_FIELDS
)

retention_runs = Table(  # what the retention job did: counts alone
    "retention_runs",
    metadata,
    Column("run_id", PositionType, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("rule", String(32), nullable=False),  # of config/schemes/personal-data.toml
    Column("n", Integer, nullable=False),
    Column("failed", Boolean, nullable=False),
)

PRIVACY_FACTS = ("erasures", "personal_requests", "personal_request_steps", "breaches", "retention_runs")
