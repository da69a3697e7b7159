"""What the offices' ticket systems tell: waiting and service times as sums."""

from sqlalchemy import Column, Date, Integer, String, Table

from kiosk.domain.entry import EntryType
from sync.district.store.metadata import PositionType, metadata, projection_of, read_by

_READ = read_by("store/queue_times.py")

queue_times = Table(  # of a counter's day, what arrived first; a row is at least five visits
    "queue_times",
    metadata,
    Column("unit_id", String(64), primary_key=True, info=_READ),
    Column("of_day", Date, primary_key=True, info=_READ),
    Column("counter_id", String(64), primary_key=True, info=_READ),
    Column("service", String(64), primary_key=True, info=_READ),  # the field; empty: not told
    Column("timed", String(16), primary_key=True, info=_READ),  # waiting | service
    Column("hour", Integer, primary_key=True, autoincrement=False, info=_READ),  # local; -1: the rest of the day
    Column("n", Integer, nullable=False, info=_READ),
    Column("minutes", Integer, nullable=False, info=_READ),
    Column("entry_id", String(36), nullable=False),
    Column("device_id", String(64), nullable=False),
    Column("epoch", PositionType, nullable=False),
    Column("seq", PositionType, nullable=False),
    info=projection_of(EntryType.QUEUE_TIMES),
)
