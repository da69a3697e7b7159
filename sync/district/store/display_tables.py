"""The table of wall displays: addresses that show what a unit has to return. ``district rebuild`` leaves it alone."""

from sqlalchemy import Column, LargeBinary, String, Table

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

wall_displays = Table(
    "wall_displays",
    metadata,
    Column("display_id", PositionType, primary_key=True, autoincrement=True),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("unit_id", String(64), nullable=False, index=True),
    Column("made_by", String(64), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),  # brought forward by whoever ends it before
)
