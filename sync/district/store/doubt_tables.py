"""Tables of doubts: append-only facts, as what was released is. A doubt that was seen cannot be taken back, and one
that came and went with a rebuild would tell more than it says; ``district rebuild`` leaves these tables alone.
"""

from sqlalchemy import JSON, Column, Date, Float, Integer, String, Table, Text, UniqueConstraint

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

doubt_examinations = Table(  # when which month was examined
    "doubt_examinations",
    metadata,
    Column("month", Date, primary_key=True),  # its first day
    Column("examined_on", Date, primary_key=True),
    Column("groups", Integer, nullable=False),  # released groups that counted in the month by then
    Column("counters", Integer, nullable=False),  # counters of which some test could speak
    Column("noted", Integer, nullable=False),  # doubts that were noted
)

doubts = Table(  # a counter's month that needs a second look
    "doubts",
    metadata,
    Column("doubt_id", PositionType, primary_key=True, autoincrement=True),
    Column("month", Date, nullable=False, index=True),
    Column("unit_id", String(64), nullable=False),
    Column("counter_id", String(64), nullable=False),  # "" when the citizens named no counter
    Column("noted_on", Date, nullable=False),
    Column("p", Float, nullable=False),
    # sync.district.measures.doubt.signal.Signal of each test that speaks against it
    Column("signals", JSON, nullable=False),
    UniqueConstraint("month", "unit_id", "counter_id"),
)

doubt_groups = Table(  # the released groups that hold presses in question
    "doubt_groups",
    metadata,
    Column("doubt_id", PositionType, primary_key=True, autoincrement=False),
    Column("group_id", PositionType, primary_key=True, autoincrement=False),
)

doubt_steps = Table(  # what people wrote about a doubt
    "doubt_steps",
    metadata,
    Column("step_id", PositionType, primary_key=True, autoincrement=True),
    Column("doubt_id", PositionType, nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("person", String(64), nullable=False),
    # sync.district.domain.people.Role of the person then; null: written before it was kept
    Column("role", String(16)),
    Column("verdict", String(16)),  # null: an objection; else sync.district.domain.doubt_case.DoubtVerdict
    Column("text", Text, nullable=False),
)

DOUBT_FACTS = ("doubt_examinations", "doubts", "doubt_groups", "doubt_steps")
