"""Tables of objections: append-only facts. ``district rebuild`` leaves them alone."""

from sqlalchemy import JSON, Column, Date, Integer, String, Table, Text

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

objections = Table(  # what an objection is about; the share as it was told then
    "objections",
    metadata,
    Column("objection_id", PositionType, primary_key=True, autoincrement=True),
    Column("about", String(16), nullable=False),  # sync.district.domain.objection.ObjectionAbout
    Column("unit_id", String(64), nullable=False, index=True),
    Column("counter_id", String(64), nullable=False, index=True),
    Column("month", Date, nullable=False),  # its first day
    Column("k", Integer),  # null: no share was told
    Column("n", Integer),
    Column("doubt_id", PositionType),  # null: it is about no doubt
    Column("notice_id", PositionType, index=True),  # null: it is about no conclusion
    Column("decided_by", JSON, nullable=False),  # names of those who decided about the doubt, or concluded
)

objection_steps = Table(  # what people did to an objection; the first step raises it
    "objection_steps",
    metadata,
    Column("step_id", PositionType, primary_key=True, autoincrement=True),
    Column("objection_id", PositionType, nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("person", String(64), nullable=False),
    Column("role", String(16), nullable=False),  # of the person then
    Column("act", String(16), nullable=False),  # sync.district.domain.objection.ObjectionAct
    Column("text", Text, nullable=False),  # empty: nothing was written
    Column("verdict", String(16)),  # of a decision
)

OBJECTION_FACTS = ("objections", "objection_steps")
