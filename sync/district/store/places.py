"""Decide which units and counters a device's entries may name: those of where it stands, and stood before it was
moved, by all the district ever knew.

A counter that moved to another unit leaves its former unit in ``former_places``, so that what was said before the move
counts whenever it arrives, and still counts after a rebuild.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import starmap
from typing import Any

from msgspec.structs import replace
from sqlalchemy import select

from sync.district.domain.device_change import ChangeKind, DeviceChange
from sync.district.domain.rating_body import Allowed
from sync.district.store import tables as t
from sync.district.store.all_tables import full_metadata
from sync.district.store.among import among
from sync.district.store.device_changes import changes_of
from sync.district.store.engine import Connection
from sync.district.store.upsert import insert_new
from sync.district.times import local_day

_PARENT = {"counters": "unit_id", "units": "parent_id"}


def keep_former_places(connection: Connection, kind: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Before rows of an import are written: where those that move belonged until now."""
    if kind not in _PARENT:
        return
    table = full_metadata.tables[kind]
    key, parent = next(iter(table.primary_key)), table.c[_PARENT[kind]]
    coming = {row[key.name]: row[parent.name] for row in rows}
    moved = []
    for wanted in among(connection, key, sorted(coming)):
        for child, before in connection.execute(select(key, parent).where(wanted)):
            if before is not None and before != coming[child]:
                moved.append({"kind": kind, "child": child, "parent": before})
    insert_new(connection, t.former_places, moved)


def allowed_of(connection: Connection, device_ids: Iterable[str]) -> dict[str, Allowed]:
    """For each device its unit, and every counter that is or ever was of that unit or one below it; of a device that
    was moved, also where it stood before, up to the day on which it heard of the move."""
    d = t.devices.c
    found: list[Any] = []
    for wanted in among(connection, d.device_id, sorted(set(device_ids))):
        found += connection.execute(select(d.device_id, d.unit_id, d.counter_id, d.moves).where(wanted)).all()
    if not found:
        return {}
    units, counters = _children(connection, "units"), _children(connection, "counters")
    changes = changes_of(connection, [row.device_id for row in found if row.moves])

    @cache
    def place(unit_id: str, counter_id: str | None, last_day: date | None) -> Allowed:
        below = frozenset(counter for unit in _below(unit_id, units) for counter in counters[unit])
        return Allowed(unit_id, below | {counter_id}, last_day)

    return {
        row.device_id: replace(
            place(row.unit_id, row.counter_id, None),
            former=tuple(starmap(place, _former(changes.get(row.device_id, ())))),
        )
        for row in found
    }


def _former(changes: Sequence[DeviceChange]) -> Iterator[tuple[str, str | None, date | None]]:
    """Where a device stood before each of its moves, and the local day on which it heard of that move, if it has."""
    for number, change in enumerate(changes):
        if change.kind is ChangeKind.MOVED:
            known = next((later.at for later in changes[number:] if later.kind is ChangeKind.KNOWN), None)
            yield change.unit_id, change.counter_id, None if known is None else local_day(known)


def _children(connection: Connection, kind: str) -> dict[str, set[str]]:
    """What belongs or belonged to each unit."""
    table, f = full_metadata.tables[kind], t.former_places.c
    key, parent = next(iter(table.primary_key)), table.c[_PARENT[kind]]
    children: dict[str, set[str]] = defaultdict(set)
    former = select(f.child, f.parent).where(f.kind == kind)
    for child, of in [*connection.execute(select(key, parent)), *connection.execute(former)]:
        if of is not None:
            children[of].add(child)
    return children


def _below(unit_id: str, units: Mapping[str, set[str]]) -> set[str]:
    """The unit and all that are or were below it; a circle in the data ends."""
    found, waiting = {unit_id}, [unit_id]
    while waiting:
        new = units.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found
