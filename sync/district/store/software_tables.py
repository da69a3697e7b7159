"""Releases of the software that were added, and the steps of their roll-outs. Nobody rewrites any."""

from sqlalchemy import Boolean, Column, Integer, LargeBinary, String, Table, Text

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

software_releases = Table(  # as their holders signed them; the payloads are files
    "software_releases",
    metadata,
    Column("number", PositionType, primary_key=True, autoincrement=True),  # of a version the newest holds
    Column("version", String(24), nullable=False, index=True),
    Column("manifest", LargeBinary, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("person", String(64), nullable=False),
)

rollout_events = Table(  # to which share of the kiosks a release is offered, from when on
    "rollout_events",
    metadata,
    Column("number", PositionType, primary_key=True, autoincrement=False),
    Column("version", String(24), nullable=False),
    Column("share", Integer, nullable=False),  # hundredths of a percent; 0: stopped
    Column("at", UtcDateTime, nullable=False),
    Column("person", String(64), nullable=False),  # empty: the district itself
    Column("why", Text, nullable=False),
)

rollout_troubles = Table(  # what is wrong with kiosks now, as the hourly looks at the newest roll-out have followed it
    "rollout_troubles",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("looks", Integer, nullable=False),  # at so many in a row it was there
    Column("is_old", Boolean, nullable=False),  # older than the roll-out, or than the kiosk's taking the release
)

SOFTWARE_FACTS = ("software_releases", "rollout_events")
