"""The table of changes to what kiosks show. ``district rebuild`` leaves it alone.

What a change says is never rewritten; only what became of it is added once. So it is the history of each piece too.
"""

from sqlalchemy import JSON, Column, Date, Index, String, Table, Text

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

content_changes = Table(
    "content_changes",
    metadata,
    Column("change_id", PositionType, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),  # sync.district.domain.content_change.ContentKind
    Column("key", String(64), nullable=False),  # which piece: a notice's code, a year; empty where there is but one
    Column("unit_id", String(64)),  # whose it is; null: it is for the whole district
    Column("before", JSON(none_as_null=True)),  # null: there was none
    Column("after", JSON(none_as_null=True)),  # null: it is taken away
    Column("why", Text, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),  # waiting | in_force | refused | withdrawn
    Column("decided_by", String(64), nullable=False),  # empty: nobody has, or it came from a file
    Column("decided_at", UtcDateTime),
    Column("decided_why", Text, nullable=False),
    Column("revision", PositionType),  # of the reference data, once it is in force
    Column("holds_from", Date),  # where that is later than the day on which it was decided
    Index("ix_content_changes_kind_key", "kind", "key"),
    Index("ix_content_changes_state", "state"),
)
