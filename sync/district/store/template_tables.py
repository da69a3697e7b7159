"""The table of templates for answers. ``district rebuild`` leaves it alone.

A row is never rewritten: a change ends it and writes another, so that what an office once said stays to be read.
"""

from sqlalchemy import Column, String, Table, Text

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

answer_templates = Table(
    "answer_templates",
    metadata,
    Column("template_id", PositionType, primary_key=True, autoincrement=True),
    Column("unit_id", String(64), nullable=False, index=True),
    Column("purpose", String(16), nullable=False),  # the action whose form offers it: draft | ask_more
    Column("name", String(80), nullable=False),
    Column("text", Text, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),  # when it was changed or taken away
)
