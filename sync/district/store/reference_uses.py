"""Find what refers to a unit, a counter, an officer or a procedure, so that none of them is taken away from it."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Column, ColumnElement, func, not_, select

from sync.district.store.among import among
from sync.district.store.engine import Connection
from sync.district.store.people_tables import users
from sync.district.store.reference_tables import counters, dossiers, officers, units
from sync.district.store.tables import devices


class Use(Struct, frozen=True):
    """So many of a ``kind`` (units, counters, officers, dossiers, kiosks, accounts) hang on a row."""

    row_key: str
    kind: str
    n: int


_USES: dict[str, tuple[tuple[str, Column[str | None]], ...]] = {
    "units": (
        ("units", units.c.parent_id),
        ("counters", counters.c.unit_id),
        ("officers", officers.c.unit_id),
        ("kiosks", devices.c.unit_id),
        ("accounts", users.c.unit_id),
    ),
    "counters": (
        ("officers", officers.c.counter_id),
        ("dossiers", dossiers.c.counter_id),
        ("kiosks", devices.c.counter_id),
    ),
    "officers": (("dossiers", dossiers.c.officer_number), ("accounts", users.c.officer_number)),
    "procedures": (("dossiers", dossiers.c.procedure_id),),
}


def uses_of(connection: Connection, kind: str, keys: Sequence[str]) -> list[Use]:
    """What hangs on these rows and is still there, by row."""
    found = []
    for what, column in _USES.get(kind, ()):
        there = _there(column)
        for wanted in among(connection, column, keys):
            rows = connection.execute(select(column, func.count()).where(wanted, there).group_by(column))
            found += [Use(str(row[0]), what, row[1]) for row in rows]
    return sorted(found, key=lambda use: use.row_key)


def _there(column: Column[str | None]) -> ColumnElement[bool]:
    """Rows that were not removed, kiosks that may send, accounts that are open."""
    table = column.table
    if table is devices:
        return devices.c.state == "active"
    return not_(users.c.disabled if table is users else table.c.removed)
