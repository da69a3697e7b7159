"""Tables of inquiries: append-only facts. ``district rebuild`` leaves them alone."""

from sqlalchemy import Column, String, Table, Text

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

inquiries = Table(  # which counter asks about what
    "inquiries",
    metadata,
    Column("inquiry_id", PositionType, primary_key=True, autoincrement=True),
    Column("unit_id", String(64), nullable=False, index=True),
    Column("counter_id", String(64), nullable=False),
    Column("title", String(120), nullable=False),
)

inquiry_steps = Table(  # what people did to an inquiry; the first step asks
    "inquiry_steps",
    metadata,
    Column("step_id", PositionType, primary_key=True, autoincrement=True),
    Column("inquiry_id", PositionType, nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("person", String(64), nullable=False),
    Column("role", String(16), nullable=False),  # of the person then
    Column("act", String(16), nullable=False),  # sync.district.domain.inquiry.InquiryAct
    Column("text", Text, nullable=False),  # empty: nothing was written
)

INQUIRY_FACTS = ("inquiries", "inquiry_steps")
