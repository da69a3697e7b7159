"""Alerts about kiosks, and messages that wait to be sent."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

alerts = Table(
    "alerts",
    metadata,
    Column("alert_id", PositionType, primary_key=True, autoincrement=True),
    Column("kind", String(32), nullable=False),  # sync.district.measures.kiosks.Trouble
    Column("unit_id", String(64), nullable=False),  # empty: of the whole district
    Column("device_id", String(64), nullable=False),  # empty: of all kiosks of the unit
    Column("first_seen_at", UtcDateTime, nullable=False),  # this and what follows: full hours
    Column("kiosks", Integer, nullable=False),
    Column("looks", Integer, nullable=False),  # in so many looks in a row it was there
    Column("missed", Integer, nullable=False),  # and in so many it was not
    Column("raised_at", UtcDateTime),
    Column("notified_at", UtcDateTime),
    Column("taken_on_at", UtcDateTime),
    Column("taken_on_by", String(64)),
    Column("ended_at", UtcDateTime),
    Index("ix_alerts_ended_at", "ended_at"),
)

# The full hours at which somebody looked: of several servers only one does.
alert_looks = Table("alert_looks", metadata, Column("looked_at", UtcDateTime, primary_key=True))

# The newest few local days on which a kiosk was in touch, and the median of the days between; 0 for every day.
contact_days = Table(
    "contact_days",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("days", JSON, nullable=False),
    Column("usual_gap_days", Integer, nullable=False),
)

# The outbox: what is sent away, and what became of it; no word of a complaint; an address until it went or is given up.
messages = Table(
    "messages",
    metadata,
    Column("message_id", String(36), primary_key=True),
    Column("channel", String(16), nullable=False),  # sync.district.domain.message.Channel
    Column("content", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),  # not before; while somebody sends it, when another may try
    Column("tries", Integer, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("given_up_at", UtcDateTime),
    Column("trouble", String(200)),  # why the last try failed, in the program's own words
    Index("ix_messages_sent_at_due_at", "sent_at", "due_at"),
)
