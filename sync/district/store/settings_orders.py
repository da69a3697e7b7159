"""The settings that the district sends: an event for each order and each step of one. Nobody rewrites any."""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import astuple
from sqlalchemy import func, insert, select

from sync.district.domain.settings_order import OrderStage, SettingsEvent, SettingsOrder, orders_of
from sync.district.store.device_tables import settings_events
from sync.district.store.engine import Connection
from sync.district.store.locks import Lock, hold
from sync.district.store.reference_tables import reference
from sync.district.store.tables import devices

_E = settings_events.c
_COLUMNS = (
    _E.number,
    _E.order_number,
    _E.stage,
    _E.at,
    _E.person,
    _E.why,
    _E.reach,
    _E.target,
    _E.content,
    _E.first_kiosks,
)
MAX_DEPTH = 32
MAX_LEAP = 10_000
"""More events than a backup can have lost: a kiosk that tells of a number further ahead is not believed."""


def all_orders(connection: Connection) -> list[SettingsOrder]:
    """Every order, the oldest first."""
    rows = connection.execute(select(*_COLUMNS).order_by(_E.number))
    return orders_of(_event(tuple(row)) for row in rows)


def newest_event(connection: Connection) -> int:
    """The number of the newest event, 0 before the first."""
    return int(connection.execute(select(func.max(_E.number))).scalar() or 0)


def begin_event(connection: Connection, reported: Iterable[int] = ()) -> int:
    """The number of the event that this transaction adds; no other adds one meanwhile. ``reported``: the numbers that
    kiosks say they have, higher than any known after a backup was restored: kiosks never go back. What one says moves
    the numbers by ``MAX_LEAP`` at most."""
    hold(connection, Lock.KIOSK_SETTINGS)
    newest = newest_event(connection)
    return max([newest, *(number for number in reported if number <= newest + MAX_LEAP)]) + 1


def add_event(connection: Connection, event: SettingsEvent) -> None:
    """Adds an event whose number ``begin_event`` gave."""
    values = (*astuple(event)[:-1], list(event.first))
    names = (column.name for column in _COLUMNS)
    connection.execute(insert(settings_events).values(dict(zip(names, values, strict=True))))


def unit_path(connection: Connection, unit_id: str) -> tuple[str, ...]:
    """A unit, before it all units above. A circle in the data ends."""
    units, path = reference["units"].c, [unit_id]
    while len(path) < MAX_DEPTH:
        above = connection.execute(select(units.parent_id).where(units.unit_id == path[0])).scalar()
        if above is None or above in path:
            break
        path.insert(0, above)
    return tuple(path)


def moves_of(connection: Connection) -> dict[str, int]:
    """How often each kiosk was moved."""
    rows = connection.execute(select(devices.c.device_id, devices.c.moves))
    return {row.device_id: row.moves for row in rows}


def _event(row: tuple[Any, ...]) -> SettingsEvent:
    number, order_number, stage, at, person, why, reach, target, content, first = row
    return SettingsEvent(number, order_number, OrderStage(stage), at, person, why, reach, target, content, tuple(first))
