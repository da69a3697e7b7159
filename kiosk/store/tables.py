"""The kiosk's tables. Only types, days and counts are in clear; what citizens said is sealed.

``dossiers`` are found by a keyed hash of their code, and what staff have to return is named in a closed box: the file
alone names no dossier. Nothing here remembers which
dossier was rated: that is known while the program runs, and exactly at the district.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Connection,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.types import TypeEngine

from kiosk.domain.reference import KINDS, ComplaintAnswer, Dossier, TallyRow
from kiosk.domain.reference_fields import fields_of

metadata = MetaData()

ledger = Table(
    "ledger",
    metadata,
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("entry_id", String(36), nullable=False),
    Column("type", String(32), nullable=False),
    Column("day", String(10), nullable=False),
    Column("key_id", String(8), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Index("ix_ledger_entry_id_epoch", "entry_id", "epoch", unique=True),
)

PENDING, DELIVERED, SET_ASIDE, REISSUED = "pending", "delivered", "set_aside", "reissued"

outbox = Table(
    "outbox",
    metadata,
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    CheckConstraint("state IN ('pending', 'delivered', 'set_aside', 'reissued')", name="ck_outbox_state"),
    Index("ix_outbox_state_epoch_seq", "state", "epoch", "seq"),
)

heads = Table(
    "heads",
    metadata,
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
)

receipts = Table(
    "receipts",
    metadata,
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("received_at", String(40), nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
)

identity = Table(
    "identity",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("unit_id", String(64), nullable=False),
    Column("counter_id", String(64)),
    Column("district_url", Text, nullable=False),
    Column("sealing_public_key", LargeBinary(32), nullable=False),
    Column("receipt_public_key", LargeBinary(32), nullable=False),
    Column("enrolled_at", String(40), nullable=False),
    Column("sealing_number", Integer, nullable=False, server_default="1"),
    Column("moves", Integer, nullable=False, server_default="0"),
    Column("address_number", Integer, nullable=False, server_default="0"),
)

former_keys = Table(
    "former_keys",
    metadata,
    Column("public_key", LargeBinary(32), primary_key=True),
    Column("next_key", LargeBinary(32), nullable=False),
    Column("token_hash", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
)

pruned = Table(
    "pruned",
    metadata,
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)

box_state = Table(
    "box_state",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", JSON, nullable=False),
)

# ---- reference data: made from the kinds, but for what the kiosk keeps otherwise than it came

_TYPES: dict[type[Any], type[TypeEngine[Any]]] = {str: Text, int: Integer, date: Date, dict: JSON}


def _columns(row: type[Struct]) -> list[Column[Any]]:
    return [
        Column(
            field.name,
            String(field.max_length) if field.max_length else _TYPES[field.type](),
            primary_key=field.is_key,
            nullable=field.is_optional,
            autoincrement=False,
        )
        for field in fields_of(row)
    ]


tallies = Table(
    "tallies",
    metadata,
    Column("source", String(8), primary_key=True),  # district: released counts of finished days
    *_columns(TallyRow),
)

portraits = Table(
    "portraits",
    metadata,
    Column("officer_number", String(64), primary_key=True),
    Column("picture", LargeBinary, nullable=False),
)

dossiers = Table(
    "dossiers",
    metadata,
    Column("lookup", LargeBinary(16), primary_key=True),
    *(column for column in _columns(Dossier) if column.name != "dossier_code"),
    Column("closed_code", LargeBinary),  # of one that is not returned: its code, closed with a key of this kiosk
)

complaint_answers = Table("complaint_answers", metadata, *_columns(ComplaintAnswer), sqlite_with_rowid=False)

reference: dict[str, Table] = {
    name: metadata.tables[name] if name in metadata.tables else Table(name, metadata, *_columns(kind.row))
    for name, kind in KINDS.items()
}
units, counters, officers = reference["units"], reference["counters"], reference["officers"]
procedures, counter_pins = reference["procedures"], reference["counter_pins"]
officer_pins, counter_periods = reference["officer_pins"], reference["counter_periods"]
questionnaires, wordings = reference["questionnaires"], reference["wordings"]
notices, opening_hours, holidays = reference["notices"], reference["opening_hours"], reference["holidays"]
receptions, this_box, rosters = reference["receptions"], reference["this_box"], reference["rosters"]
counter_notes = reference["counter_notes"]

# What receipt numbers became, so that none is given out twice; in the order of the hashes, never of the days.
given_receipts = Table(
    "given_receipts",
    metadata,
    Column("lookup_id", String(32), primary_key=True),
    sqlite_with_rowid=False,
)


def insert_missing(tx: Connection, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows read off the pages of a damaged file, as SQLite kept them; one whose key is there is passed over."""
    for row in rows:
        names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
        tx.execute(text(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({places})"), dict(row))  # noqa: S608 - ours
