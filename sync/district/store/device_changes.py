"""Enrolments, moves, replacements and retirements of devices: facts that nobody rewrites, and what follows for the
device's row."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec.structs import asdict
from sqlalchemy import insert, select, update

from sync.district.domain.device_change import ChangeKind, DeviceChange
from sync.district.store.among import among
from sync.district.store.device_tables import device_changes
from sync.district.store.devices import RETIRED, Device
from sync.district.store.engine import Connection
from sync.district.store.tables import devices


def move(connection: Connection, moved: Device, unit_id: str, counter_id: str | None, order: DeviceChange) -> None:
    """Puts a device elsewhere; ``order`` keeps where it stood."""
    values = {"unit_id": unit_id, "counter_id": counter_id, "moves": moved.moves + 1}
    _change(connection, order, values)


def retire(connection: Connection, order: DeviceChange) -> None:
    """Takes a device out of use; what it still sends is kept."""
    _change(connection, order, {"state": RETIRED})


def note_replaced(connection: Connection, order: DeviceChange) -> None:
    """Keeps that another device took the place of one that was revoked or retired before."""
    _change(connection, order, {})


def note_enrolled(connection: Connection, order: DeviceChange) -> None:
    """Keeps where a device was enrolled, and whose one-time code it used."""
    _change(connection, order, {})


def note_move_known(connection: Connection, moved: Device, at: datetime) -> None:
    """Keeps that a device has heard of its newest move; once."""
    known = DeviceChange(moved.device_id, at, ChangeKind.KNOWN, moved.unit_id, moved.counter_id)
    where = (devices.c.device_id == moved.device_id) & (devices.c.moves_known < moved.moves)
    if connection.execute(update(devices).where(where).values(moves_known=moved.moves)).rowcount:
        _add(connection, known)


def changes_of(connection: Connection, device_ids: Iterable[str]) -> dict[str, list[DeviceChange]]:
    """What was done with each of these devices, the oldest first; devices with nothing are left out."""
    c, found = device_changes.c, dict[str, list[DeviceChange]]()
    columns = [c[name] for name in DeviceChange.__struct_fields__]
    for wanted in among(connection, c.device_id, sorted(set(device_ids))):
        for row in connection.execute(select(*columns).where(wanted).order_by(c.change_id)):
            change = DeviceChange(row[0], row[1], ChangeKind(row[2]), *row[3:])
            found.setdefault(change.device_id, []).append(change)
    return found


def _change(connection: Connection, order: DeviceChange, values: Mapping[str, object]) -> None:
    if values:
        connection.execute(update(devices).where(devices.c.device_id == order.device_id).values(values))
    _add(connection, order)


def _add(connection: Connection, change: DeviceChange) -> None:
    connection.execute(insert(device_changes).values(asdict(change)))
