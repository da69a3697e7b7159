"""Lists that were brought before the day from which they hold."""

from sqlalchemy import JSON, Boolean, Column, Date, Index, LargeBinary, String, Table, Text

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

planned_imports = Table(
    "planned_imports",
    metadata,
    Column("plan_id", PositionType, primary_key=True, autoincrement=True),
    Column("kind", String(32), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),  # the file; empty once the plan waits no more
    Column("fixed", JSON, nullable=False),  # values for columns that the file does not have
    Column("sheets", JSON, nullable=False),  # the only sheets of a workbook to read
    Column("is_full", Boolean, nullable=False),  # it is the whole list
    Column("may_empty", Boolean, nullable=False),  # somebody agreed that it takes known values away
    Column("may_close", Boolean, nullable=False),  # somebody agreed that it closes what it lacks
    Column("holds_from", Date, nullable=False),
    Column("person", String(64)),
    Column("planned_at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),  # sync.district.domain.plan.PlanState
    Column("ended_at", UtcDateTime),  # when it was carried out, refused or cancelled
    Column("revision", PositionType),  # of the import that it became; null: nothing had to change, or not yet
    Column("outcome", Text),  # why it was refused or cancelled
    Index("ix_planned_imports_state_holds_from", "state", "holds_from"),
)
