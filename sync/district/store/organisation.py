"""Read the units and counters of all times."""

from collections.abc import Sequence
from typing import Any

from msgspec import convert
from sqlalchemy import Table, select

from kiosk.domain.reference import Counter, UnitRecord
from sync.district.domain.reference_history import Version
from sync.district.measures.organisation import Held, Organisation
from sync.district.store.engine import Connection
from sync.district.store.reference_tables import counters, units
from sync.district.store.reference_versions import changed_histories


def organisation(connection: Connection) -> Organisation:
    """Every unit and counter that is or was. Only those that were told more than once are read version by version."""
    moved_units, moved_counters = (changed_histories(connection, kind) for kind in ("units", "counters"))
    return Organisation(
        units={
            row["unit_id"]: _units(moved_units.get(row["unit_id"], ()))
            or (Held(None, row["removed"], UnitRecord(**{name: row[name] for name in UnitRecord.__struct_fields__})),)
            for row in _rows(connection, units)
        },
        counters={
            row["counter_id"]: _counters(moved_counters.get(row["counter_id"], ()))
            or (Held(None, row["removed"], Counter(**{name: row[name] for name in Counter.__struct_fields__})),)
            for row in _rows(connection, counters)
        },
    )


def _rows(connection: Connection, table: Table) -> list[Any]:
    return list(connection.execute(select(table)).mappings())


def _units(history: Sequence[Version]) -> tuple[Held[UnitRecord], ...]:
    return tuple(Held(each.holds_from, each.removed, convert(each.content, UnitRecord)) for each in history)


def _counters(history: Sequence[Version]) -> tuple[Held[Counter], ...]:
    return tuple(Held(each.holds_from, each.removed, convert(each.content, Counter)) for each in history)
