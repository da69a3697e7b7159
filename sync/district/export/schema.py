"""The tables and columns of exports, read from ``export.schema.json``: what is documented is what is written."""

import json
from functools import cache
from pathlib import Path

from msgspec import Struct

SCHEMA = Path(__file__).parent / "export.schema.json"


class ExportTable(Struct, frozen=True):
    """One table: its columns in order, the export it belongs to, and whether it is for auditors alone."""

    name: str
    export: str
    for_auditors: bool
    columns: tuple[str, ...]


@cache
def tables() -> tuple[ExportTable, ...]:
    """Every table, in the order of the schema."""
    defined = json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"]
    return tuple(
        ExportTable(name, table["x-export"], table["x-for-auditors"], tuple(table["properties"]))
        for name, table in defined.items()
    )


def exports() -> tuple[str, ...]:
    """What can be exported."""
    return tuple(dict.fromkeys(table.export for table in tables()))


def tables_of(export: str, *, for_auditors: bool) -> tuple[ExportTable, ...]:
    """The tables of an export; those for auditors only when asked for."""
    return tuple(table for table in tables() if table.export == export and (for_auditors or not table.for_auditors))
