"""Read the units, counters and officers of all times."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from msgspec import convert
from msgspec.structs import asdict
from sqlalchemy import Table, select

from kiosk.domain.reference import Counter, Officer, UnitRecord
from sync.district.domain.attribution import OfficerFacts
from sync.district.domain.reference_history import Version
from sync.district.measures.organisation import Held, Organisation
from sync.district.store.among import among
from sync.district.store.engine import Connection
from sync.district.store.reference_tables import counters, officers, units
from sync.district.store.reference_versions import changed_histories, histories


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


def counter_units(
    connection: Connection, counter_ids: Collection[str]
) -> dict[str, tuple[tuple[date | None, str], ...]]:
    """The unit of each of these counters and since when, in the order in which that was told."""
    moved, found = histories(connection, "counters", counter_ids), {}
    for wanted in among(connection, counters.c.counter_id, counter_ids):
        for counter_id, unit_id in connection.execute(select(counters.c.counter_id, counters.c.unit_id).where(wanted)):
            versions = moved.get(counter_id, ())
            found[counter_id] = tuple((each.holds_from, each.content["unit_id"]) for each in versions) or (
                (None, unit_id),
            )
    return found


def officer_facts(connection: Connection, officer_numbers: Collection[str]) -> OfficerFacts:
    """What the lists said of these officers, from when to when."""
    o, known = officers.c, histories(connection, "officers", officer_numbers)
    columns = (o.removed, o.revision, *(o[name] for name in Officer.__struct_fields__))
    for wanted in among(connection, o.officer_number, set(officer_numbers) - known.keys()):
        for removed, revision, *row in connection.execute(select(*columns).where(wanted)):
            officer = Officer(*row)
            known[officer.officer_number] = [Version(officer.officer_number, revision, None, removed, asdict(officer))]
    return OfficerFacts(known)


def _rows(connection: Connection, table: Table) -> list[Any]:
    return list(connection.execute(select(table)).mappings())


def _units(history: Sequence[Version]) -> tuple[Held[UnitRecord], ...]:
    return tuple(Held(each.holds_from, each.removed, convert(each.content, UnitRecord)) for each in history)


def _counters(history: Sequence[Version]) -> tuple[Held[Counter], ...]:
    return tuple(Held(each.holds_from, each.removed, convert(each.content, Counter)) for each in history)
