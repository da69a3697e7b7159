"""The district's tables of reference data, made from ``KINDS``. ``revision`` is the import that last changed a row.

A table of a kind holds each row as it was last told. What it was told before stands in ``reference_versions``, which is
append-only: see ``sync.district.domain.reference_history``.
"""

from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import JSON, Boolean, Column, Date, Index, Integer, String, Table, Text, and_, or_
from sqlalchemy.types import TypeEngine

from kiosk.domain.reference import KINDS, Audience
from kiosk.domain.reference_fields import ReferenceField, fields_of
from sync.district.store.metadata import PositionType, UtcDateTime, metadata

_TYPES: dict[type[Any], type[TypeEngine[Any]]] = {str: Text, int: Integer, date: Date, dict: JSON}

AUDIENCE_COLUMN = {Audience.UNIT: "unit_id", Audience.NEAR_UNIT: "unit_id", Audience.COUNTER: "counter_id"}
"""The column that decides which kiosks get a row; it has an index."""

_SIGNED_AS_IT_LEAVES = {"portraits": "signature"}
_KEPT_BESIDE: dict[str, tuple[Column[Any], ...]] = {
    "complaint_answers": (
        Column("unit_id", String(64), nullable=False, index=True),  # where it was said
        Column("print", String(32), nullable=False),  # of what is inside, so that it is not closed again unchanged
    )
}


def _column(field: ReferenceField, indexed: str | None) -> Column[Any]:
    kind = String(field.max_length) if field.max_length else _TYPES[field.type]()
    is_indexed = field.name == indexed and not field.is_key
    return Column(
        field.name,
        kind,
        primary_key=field.is_key,
        nullable=field.is_optional,
        autoincrement=False,
        index=is_indexed or None,
    )


def _table(name: str, row: type[Struct], audience: Audience) -> Table:
    kept = [field for field in fields_of(row) if field.name != _SIGNED_AS_IT_LEAVES.get(name)]
    return Table(
        name,
        metadata,
        *(_column(field, AUDIENCE_COLUMN.get(audience)) for field in kept),
        *_KEPT_BESIDE.get(name, ()),
        Column("revision", PositionType, nullable=False, index=True),
        Column("removed", Boolean, nullable=False, default=False),
    )


reference: dict[str, Table] = {
    name: _table(name, kind.record, kind.audience)
    for name, kind in KINDS.items()
    if kind.audience is not Audience.ONE_KIOSK
}
units, counters, officers, portraits = (reference[name] for name in ("units", "counters", "officers", "portraits"))
procedures, dossiers, counter_pins = (reference[name] for name in ("procedures", "dossiers", "counter_pins"))
officer_pins = reference["officer_pins"]
questionnaires, holidays, wordings = (reference[name] for name in ("questionnaires", "holidays", "wordings"))
notices, opening_hours, receptions = (reference[name] for name in ("notices", "opening_hours", "receptions"))
complaint_answers = reference["complaint_answers"]

_D = dossiers.c
# All that is asked about dossiers that are not returned: a page reads these out of the index, and no dossier.
Index(
    *("ix_dossiers_returned_on", _D.returned_on, _D.received_on, _D.due_on, _D.removed, _D.counter_id, _D.dossier_code),
    _D.apologised_on,
)
Index(  # empty where no list tells of the office's own time
    *("ix_dossiers_office_done", _D.returned_on),
    sqlite_where=_D.office_done_on.is_not(None),
    postgresql_where=_D.office_done_on.is_not(None),
)
Index("ix_dossiers_received_on", _D.received_on)  # the register of late dossiers asks for those of a period
LATE_BACK = or_(_D.returned_on > _D.due_on, and_(_D.returned_on == _D.due_on, _D.returned_time > _D.due_time))
"""Returned late: hours decide only on the promised day, when both are known."""
for _name, _day in (("ix_dossiers_late_returned_on", _D.returned_on), ("ix_dossiers_late_received_on", _D.received_on)):
    Index(  # the register of late dossiers reads those of a period, of which few are late
        *(_name, _day, _D.due_on, _D.removed, _D.counter_id, _D.officer_number, _D.apologised_on),
        *(_D.apology_number, _D.dossier_code),
        sqlite_where=LATE_BACK,
        postgresql_where=LATE_BACK,
    )

revisions = Table(
    "revisions",
    metadata,
    Column("revision", PositionType, primary_key=True, autoincrement=True),
    Column("kind", String(32), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("person", String(64)),  # who brought it; null: it was not told
    Column("reason", Text),
    Column("undoes", PositionType),  # the revision that counts no more because of this one
)

reference_versions = Table(  # every row of every import from a file, as it was told
    "reference_versions",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("row_key", String(64), primary_key=True),
    Column("revision", PositionType, primary_key=True, autoincrement=False),
    Column("holds_from", Date),  # from which day it holds; null: for as long as there is such a row
    Column("removed", Boolean, nullable=False),
    Column("content", JSON, nullable=False),
    Index("ix_reference_versions_revision", "revision"),
)

REFERENCE_FACTS = ("reference_versions",)
