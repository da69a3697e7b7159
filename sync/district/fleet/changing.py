"""Move a kiosk, put a spare in its place, or retire it. Nothing that a kiosk recorded is lost by any of these.

A move keeps the device and its ledger: the kiosk hears of it with its next snapshot, signed, and what it recorded until
then counts where it stood. A spare takes a place over by a one-time code of its own; the device before it is retired at
that moment, and what still waits on its disk is taken whenever it comes.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from sync.district.domain.device_change import ChangeKind, DeviceChange
from sync.district.fleet.enrolment import UnknownPlace, code_hash, insist_on_a_place, note_code
from sync.district.reference.snapshot import knows_its_place
from sync.district.services import Services
from sync.district.store import device_changes as changes
from sync.district.store import devices as store
from sync.district.store.engine import Connection, Engine, writing

MAX_REASON = 500


class ChangeRefusal(StrEnum):
    """Why a change is not made."""

    UNKNOWN_DEVICE = "unknown_device"
    NOT_ACTIVE = "not_active"
    UNKNOWN_PLACE = "unknown_place"
    SAME_PLACE = "same_place"
    ALREADY_REPLACED = "already_replaced"
    NO_REASON = "no_reason"


class NotChanged(Exception):
    """The change is not made; ``refusal`` says why."""

    def __init__(self, refusal: ChangeRefusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class Order(Struct, frozen=True):
    """Who wants it, why, and when (aware UTC)."""

    person: str
    why: str
    at: datetime


def move(engine: Engine, device_id: str, unit_id: str, counter_id: str | None, order: Order) -> None:
    """Puts a kiosk into another unit, or at another counter (``None``: it serves the whole unit).

    Raises ``NotChanged`` or ``StoreUnavailable``.
    """
    with writing(engine) as connection:
        moved = _active(connection, device_id, order)
        try:
            insist_on_a_place(connection, unit_id, counter_id)
        except UnknownPlace as error:
            raise NotChanged(ChangeRefusal.UNKNOWN_PLACE) from error
        if (moved.unit_id, moved.counter_id) == (unit_id, counter_id):
            raise NotChanged(ChangeRefusal.SAME_PLACE)
        changes.move(connection, moved, unit_id, counter_id, _change(moved, ChangeKind.MOVED, order))


def retire(engine: Engine, device_id: str, order: Order) -> None:
    """Takes a kiosk out of use: its silence is no alert, and what it still sends is kept.

    Raises ``NotChanged`` or ``StoreUnavailable``.
    """
    with writing(engine) as connection:
        retired = _active(connection, device_id, order)
        changes.retire(connection, _change(retired, ChangeKind.RETIRED, order))


def replace(engine: Engine, code: str, device_id: str, valid: timedelta, order: Order) -> None:
    """Makes ``code`` one with which a spare takes the place of a kiosk, of a revoked one too.

    Raises ``NotChanged`` or ``StoreUnavailable``.
    """
    with writing(engine) as connection:
        before = _known(connection, device_id, order)
        done = changes.changes_of(connection, [device_id]).get(device_id, [])
        if any(change.kind is ChangeKind.REPLACED for change in done):
            raise NotChanged(ChangeRefusal.ALREADY_REPLACED)
        wanted = store.EnrolmentCode(
            code_hash=code_hash(code),
            unit_id=before.unit_id,
            counter_id=before.counter_id,
            expires_at=order.at + valid,
            replaces=device_id,
            person=order.person,
            why=order.why,
        )
        store.add_code(connection, wanted)
        note_code(connection, "code_given", before.unit_id, order.person, order.at)


def note_move_known(services: Services, device: store.Device, since: str, at: datetime) -> None:
    """Notes at ``at`` (aware UTC) that a device has heard of its newest move, if its cursor ``since`` shows it.

    Until that day what it says of where it stood before counts there. Raises ``StoreUnavailable``.
    """
    if device.moves_known < device.moves and knows_its_place(services, device, since):
        with writing(services.engine) as connection:
            changes.note_move_known(connection, device, at)


def _active(connection: Connection, device_id: str, order: Order) -> store.Device:
    known = _known(connection, device_id, order)
    if known.state != store.ACTIVE:
        raise NotChanged(ChangeRefusal.NOT_ACTIVE)
    return known


def _known(connection: Connection, device_id: str, order: Order) -> store.Device:
    if not order.why.strip() or len(order.why) > MAX_REASON:
        raise NotChanged(ChangeRefusal.NO_REASON)
    if store.device(connection, device_id) is None:
        raise NotChanged(ChangeRefusal.UNKNOWN_DEVICE)
    return store.lock_device(connection, device_id)


def _change(device: store.Device, kind: ChangeKind, order: Order) -> DeviceChange:
    return DeviceChange(
        device_id=device.device_id,
        at=order.at,
        kind=kind,
        unit_id=device.unit_id,
        counter_id=device.counter_id,
        person=order.person,
        why=order.why.strip(),
    )
