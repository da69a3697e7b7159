"""Tables of closed periods: append-only facts. What was closed is never changed and never opened again; a correction is
one more version beside it. ``district rebuild`` leaves these tables alone.
"""

from sqlalchemy import Column, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

closed_periods = Table(  # sync.district.domain.closed_period.ClosedPeriod
    "closed_periods",
    metadata,
    Column("number", PositionType, primary_key=True, autoincrement=False),
    Column("unit_id", String(64), nullable=False),
    Column("period", String(16), nullable=False),  # sync.district.measures.period.PeriodName
    Column("of", String(10), nullable=False),  # 2026-10
    Column("version", Integer, nullable=False),
    Column("closed_at", UtcDateTime, nullable=False),
    Column("closed_by", String(64), nullable=False),  # a user's name; of a command the account of the server
    Column("proposed_by", String(64), nullable=False),  # of a correction, else ""
    Column("reason", Text, nullable=False),
    Column("through_group", PositionType, nullable=False),  # the newest released group that was there
    Column("content", Text, nullable=False),  # canonical JSON: sync.district.measures.closed_figures
    Column("previous", LargeBinary(32), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
    UniqueConstraint("unit_id", "period", "of", "version"),
)

closing_proposals = Table(  # that a closing is corrected, by the first of two people
    "closing_proposals",
    metadata,
    Column("proposal_id", PositionType, primary_key=True, autoincrement=True),
    Column("number", PositionType, nullable=False, index=True),
    Column("person", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
)

CLOSING_FACTS = ("closed_periods", "closing_proposals")
