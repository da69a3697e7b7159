"""Tables of remarks: append-only facts. ``district rebuild`` leaves them alone."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

remark_steps = Table(  # who classified which comment, who confirmed or sent back
    "remark_steps",
    metadata,
    Column("step_id", PositionType, primary_key=True, autoincrement=True),
    Column("entry_id", String(36), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("person", String(64), nullable=False),
    Column("role", String(16), nullable=False),  # of the person then
    Column("act", String(16), nullable=False),  # sync.district.domain.remark.RemarkAct
    Column("about", String(16)),  # of a classification: sync.district.domain.remark.RemarkAbout
    Column("is_thanks", Boolean, nullable=False),
    Column("words", Text, nullable=False),
)

remark_releases = Table(  # the months of which remarks were released, one release each
    "remark_releases",
    metadata,
    Column("month", Date, primary_key=True),  # its first day
    Column("made_on", Date, nullable=False),
)

remark_batches = Table(
    "remark_batches",
    metadata,
    Column("batch_id", PositionType, primary_key=True, autoincrement=True),
    Column("month", Date, nullable=False),
    Column("unit_id", String(64), nullable=False),
    Column("counter_id", String(64), nullable=False),  # "": of the whole unit
    Index("ix_remark_batches_unit_id_month", "unit_id", "month"),
)

remarks = Table(  # what is read of a batch: words, in their order; not whose they were
    "remarks",
    metadata,
    Column("batch_id", PositionType, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("about", String(16), nullable=False),
    Column("is_thanks", Boolean, nullable=False),
    Column("words", Text, nullable=False),
)

remark_members = Table(  # which comments are in some batch, so that nothing is released twice; not in which
    "remark_members",
    metadata,
    Column("entry_id", String(36), primary_key=True),
    Column("month", Date, nullable=False),
)

remark_takedowns = Table(  # released remarks that are shown no more
    "remark_takedowns",
    metadata,
    Column("batch_id", PositionType, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("person", String(64), nullable=False),
    Column("why", String(16), nullable=False),  # sync.district.domain.remark.TakenDown
)

REMARK_FACTS = (
    *("remark_steps", "remark_releases", "remark_batches", "remarks", "remark_members"),
    "remark_takedowns",
)
