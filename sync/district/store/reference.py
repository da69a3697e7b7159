"""Read the reference data that a snapshot sends: only what concerns a device's unit."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, Table, and_, func, literal, select, true, tuple_

from kiosk.domain.reference import KINDS, Audience, ReferenceKind, TallyRow
from sync.district.domain.release import Stream
from sync.district.store import reference_tables as t
from sync.district.store.engine import Connection
from sync.district.store.reference_tables import reference
from sync.district.store.release_tables import COUNTED_ON, DATED_GROUPS, released_counts, released_groups
from sync.district.store.revisions import begin_revision
from sync.district.store.upsert import upsert
from sync.protocol.snapshot import Change

OVERALL = "overall"


class Scope(Struct, frozen=True):
    """What a device may see: its unit (``own``) and everything under it, the units above it, and its counters."""

    own: str
    units: frozenset[str]
    above: frozenset[str]
    counters: frozenset[str]


def unit_is_known(connection: Connection, unit_id: str) -> bool:
    """Whether the unit was imported and is not removed."""
    units = t.units.c
    return connection.execute(select(units.unit_id).where(units.unit_id == unit_id, ~units.removed)).first() is not None


def counter_unit(connection: Connection, counter_id: str) -> str | None:
    """The unit of a counter that was imported and is not removed."""
    counters = t.counters.c
    return connection.execute(
        select(counters.unit_id).where(counters.counter_id == counter_id, ~counters.removed)
    ).scalar()


def scope_of(connection: Connection, unit_id: str) -> Scope:
    """What a device of this unit may see. A removed row still counts, so that a box learns that it is gone."""
    units = _walk_tree(connection, unit_id, down=True)
    above = _walk_tree(connection, unit_id, down=False) - units
    counters = connection.execute(select(t.counters.c.counter_id).where(t.counters.c.unit_id.in_(units))).scalars()
    return Scope(unit_id, units, above, frozenset(counters))


def changes_of(
    connection: Connection, name: str, scope: Scope, base: int, after: tuple[Any, ...] | None, most: int
) -> list[Change]:
    """Up to ``most`` rows of a table changed since revision ``base``, in order of their key, from ``after`` on.

    From revision 0 on nothing is known yet, so what is gone is left out; later it is sent as removed, and so is an
    officer, a notice or hours that moved to a unit out of sight.
    """
    table, kind = reference[name], KINDS[name]
    key = list(table.primary_key)
    visible = _visible(table, kind.audience, scope)
    columns = [table.c[field] for field in kind.row.__struct_fields__ if field in table.c]
    query = select(*columns, table.c.removed, visible.label("visible"))
    query = query.where(table.c.revision > base, _sent(table, kind, visible, base))
    rows = connection.execute(_paged(query, key, after, most))
    return [_change(kind.row, row) for row in rows.mappings()]


def key_of(name: str, change: Change) -> tuple[Any, ...]:
    """The primary key of a changed row."""
    return tuple(getattr(change.row, column.name) for column in reference[name].primary_key)


def released_tallies(connection: Connection, scope: Scope, first_day: date) -> list[TallyRow]:
    """The released ratings of the counters in scope, by the day on which their group counts."""
    g, counts = released_groups.c, released_counts.c
    row = (COUNTED_ON, g.counter_id, counts.answer)
    rows = connection.execute(
        select(*row, func.sum(counts.n))
        .select_from(DATED_GROUPS.join(released_counts, counts.group_id == g.group_id))
        .where(g.stream == str(Stream.RATING), first_day <= COUNTED_ON, g.counter_id.in_(scope.counters))
        .group_by(*row)
    )
    return [TallyRow(day, counter_id, OVERALL, answer, n) for day, counter_id, answer, n in rows]


def _walk_tree(connection: Connection, unit_id: str, *, down: bool) -> frozenset[str]:
    """The unit and all below it, or all above it. UNION, not UNION ALL: a circle in the data ends."""
    units = t.units
    found = select(literal(unit_id, t.units.c.unit_id.type).label("unit_id")).cte("found", recursive=True)
    step = (
        select(units.c.unit_id).join(found, units.c.parent_id == found.c.unit_id)
        if down
        else select(units.c.parent_id).join(found, units.c.unit_id == found.c.unit_id)
    )
    rows = connection.execute(select(found.union(step).c.unit_id)).scalars()
    return frozenset(row for row in rows if row is not None)


def _visible(table: Table, audience: Audience, scope: Scope) -> ColumnElement[bool]:
    match audience:
        case Audience.UNIT:
            return table.c.unit_id.in_(scope.units)
        case Audience.NEAR_UNIT:
            return table.c.unit_id.in_(scope.units | scope.above)
        case Audience.COUNTER:
            return table.c.counter_id.in_(scope.counters)
        case Audience.OFFICER:
            officers = t.officers.c
            served = select(officers.officer_number).where(officers.unit_id == scope.own, ~officers.removed)
            return table.c.officer_number.in_(served)
        case _:
            return true()


def _sent(table: Table, kind: ReferenceKind, visible: ColumnElement[bool], base: int) -> ColumnElement[bool]:
    if base == 0:
        return and_(visible, ~table.c.removed)
    return true() if kind.moves else visible


def _paged(
    query: Select[Any], key: Sequence[ColumnElement[Any]], after: tuple[Any, ...] | None, most: int
) -> Select[Any]:
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after) if len(key) > 1 else key[0] > after[0])
    return query.order_by(*key).limit(most)


def _change(kind: type[Any], row: Any) -> Change:
    values = {field: row[field] for field in kind.__struct_fields__ if field in row}
    return Change(kind(**values), removed=bool(row["removed"]) or not row["visible"])


def set_counter_pin(connection: Connection, counter_id: str, pin_hash: str, at: datetime) -> None:
    """Replaces the PIN of a counter; boxes get it with their next snapshot."""
    revision = begin_revision(connection, "counter_pins", "", 1, at)
    row = {"counter_id": counter_id, "pin_hash": pin_hash, "revision": revision, "removed": False}
    upsert(connection, t.counter_pins, [row])
