"""Tables of duty rosters: every shift that was ever put down, and which change ended it; nothing is removed. And when
somebody last looked whether a contact place is right.
"""

from sqlalchemy import Column, Date, Index, String, Table

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

shifts = Table(
    "shifts",
    metadata,
    Column("shift_id", PositionType, primary_key=True, autoincrement=True),
    Column("unit_id", String(64), nullable=False),
    Column("counter_id", String(64), nullable=False),  # "": receives complaints, at no counter
    Column("officer_number", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("start", String(5), nullable=False),  # HH:MM in Việt Nam, as "until", which may be 24:00
    Column("until", String(5), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("revision", PositionType, nullable=False),  # the change that put it down, in the table "revisions"
    Column("ended_revision", PositionType),  # the change that ended it; null: it stands
    Index("ix_shifts_unit_id_day", "unit_id", "day"),
    Index("ix_shifts_counter_id_day", "counter_id", "day"),
)

reception_checks = Table(  # the newest alone; every one stands in the audit list
    "reception_checks",
    metadata,
    Column("unit_id", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("person", String(64), nullable=False),
)
