"""Tables of what was released, and when: append-only facts, never made again from the ledger.

A figure that was seen cannot be taken back. If a rebuild grouped anew what late entries, replayed entries or imports
have moved since, the old figure and the new one would differ by single ratings. So a group keeps the counts it was
released with, and ``district rebuild`` leaves these tables alone.
"""

from sqlalchemy import JSON, Column, Date, Index, Integer, String, Table, Text, func, text

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

MAX_FIELD = 200
"""So many letters a field's name may have in a cut."""

releases = Table(  # one for each local day on which something could be released
    "releases",
    metadata,
    Column("day", Date, primary_key=True),
    Column("made_at", UtcDateTime, nullable=False),
)

released_groups = Table(
    "released_groups",
    metadata,
    Column("group_id", PositionType, primary_key=True, autoincrement=True),
    Column("released_on", Date, nullable=False),
    Column("stream", String(16), nullable=False),  # sync.district.domain.release.Stream
    Column("unit_id", String(64), nullable=False),
    Column("counter_id", String(64), nullable=False),  # "" when the citizen named no counter
    Column("counted_on", Date),  # null: nobody knows the day
    Column("questionnaire", String(64), nullable=False),  # of a reason, else ""
    Column("question_id", String(64), nullable=False),
    Column("n", Integer, nullable=False),
    Column("field", String(MAX_FIELD), nullable=False, server_default=text("''")),  # of all its members, else ""
    Column("stage", String(16), nullable=False, server_default=text("''")),  # of all its members, else ""
    Column("procedure_id", String(64), nullable=False, server_default=text("''")),  # of all its members, else ""
    Column("language", String(16), nullable=False, server_default=text("''")),  # of all its members, else ""
    Index("ix_released_groups_stream_counted_on", "stream", "counted_on"),
    Index(
        "ix_released_groups_undated",
        "group_id",
        sqlite_where=text("counted_on IS NULL"),
        postgresql_where=text("counted_on IS NULL"),
    ),
)

released_counts = Table(  # what a group adds to each count; of a correction it may be less than nothing
    "released_counts",
    metadata,
    Column("group_id", PositionType, primary_key=True, autoincrement=False),
    Column("answer", String(64), primary_key=True),
    Column("n", Integer, nullable=False),
)

released_members = Table(  # what is in a group, so that nothing is released twice
    "released_members",
    metadata,
    Column("stream", String(16), primary_key=True),
    Column("member", String(320), primary_key=True),
    Column("group_id", PositionType, nullable=False, index=True),
    Column("score", Integer),  # as it was released
    Column("highest", Integer),
)

assigned_days = Table(  # the day that a person gave to a group whose day nobody knew; for good
    "assigned_days",
    metadata,
    Column("group_id", PositionType, primary_key=True, autoincrement=False),
    Column("day", Date, nullable=False),
    Column("person", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

public_months = Table(  # what everybody may read of a month, as it was first told; never changed after that
    "public_months",
    metadata,
    Column("month", String(7), primary_key=True),  # 2026-10
    Column("made_on", Date, nullable=False),
    Column("minimum_n", Integer, nullable=False),
    Column("counters_from", Integer, nullable=False),
    Column("measures", JSON, nullable=False),  # names and versions of the definitions
    Column("units", JSON, nullable=False),  # sync.district.measures.public_figures.FixedUnit
)

RELEASE_FACTS = (
    *("releases", "released_groups", "released_counts", "released_members", "assigned_days"),
    "public_months",
)

DATED_GROUPS = released_groups.outerjoin(assigned_days, assigned_days.c.group_id == released_groups.c.group_id)
"""The groups with the days that people assigned."""
COUNTED_ON = func.coalesce(released_groups.c.counted_on, assigned_days.c.day)
"""The day on which a group counts: its own, or the one that a person assigned. To be read from ``DATED_GROUPS``."""
