"""Tables of the public log: append-only facts. ``district rebuild`` leaves them alone: what was published stays."""

from sqlalchemy import Column, Index, LargeBinary, String, Table, Text

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

log_leaves = Table(
    "log_leaves",
    metadata,
    Column("position", PositionType, primary_key=True, autoincrement=False),  # from 0, without a gap
    Column("hash", LargeBinary(32), nullable=False),
    Column("kind", String(16), nullable=False),  # sync.district.domain.merkle_log.LeafKind
    Column("device_id", String(64), nullable=True),  # of a ledger: where it stood, and on which day
    Column("epoch", PositionType, nullable=True),
    Column("seq", PositionType, nullable=True),
    Column("day", String(10), nullable=True),
    Column("name", String(64), nullable=True),  # of a file its path, of a closing its number
)
Index("ix_log_leaves_device_id_epoch_seq", *(log_leaves.c[name] for name in ("device_id", "epoch", "seq")))
Index("ix_log_leaves_kind_name", log_leaves.c.kind, log_leaves.c.name)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", PositionType, primary_key=True, autoincrement=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("note", Text, nullable=False),  # sync.district.domain.signed_note
    Column("peaks", LargeBinary, nullable=False),  # sync.district.domain.merkle_log.Peaks
)

LOG_FACTS = ("log_leaves", "checkpoints")
