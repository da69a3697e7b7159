"""Read who signed in at the kiosks of counters."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select

from kiosk.domain.entry import EntryType
from sync.district.domain.device_change import ChangeKind
from sync.district.domain.sign_ins import SignIn
from sync.district.store.among import among
from sync.district.store.device_changes import changes_of
from sync.district.store.engine import Connection
from sync.district.store.kiosk_history import facts_of
from sync.district.store.tables import devices
from sync.district.times import VIETNAM


def sign_ins_at(
    connection: Connection, counters: Collection[str], since: datetime, arrived_before: datetime
) -> list[SignIn]:
    """The officers who signed in at the kiosks that stand at these counters, since a moment and since the kiosk came
    there, as far as their clocks can be relied on. Who used a counter's shared PIN is nobody in particular."""
    d, counter_of = devices.c, dict[str, str]()
    for wanted in among(connection, d.counter_id, sorted(counters)):
        rows = connection.execute(select(d.device_id, d.counter_id).where(wanted))
        counter_of |= {row[0]: row[1] for row in rows}
    return _sign_ins(connection, counter_of, since, arrived_before)


def sign_ins_of(
    connection: Connection, officer_number: str, unit_id: str, since: datetime, arrived_before: datetime
) -> list[SignIn]:
    """Where somebody signed in at the kiosks of their unit, likewise; the counter is empty for a kiosk of the hall."""
    d = devices.c
    rows = connection.execute(select(d.device_id, d.counter_id).where(d.unit_id == unit_id))
    found = _sign_ins(connection, {row[0]: row[1] or "" for row in rows}, since, arrived_before)
    return [each for each in found if each.officer_number == officer_number]


def _sign_ins(
    connection: Connection, counter_of: Mapping[str, str], since: datetime, arrived_before: datetime
) -> list[SignIn]:
    """The officers who signed in at kiosks, each with its counter."""
    moves = changes_of(connection, counter_of)
    found = []
    for device_id, counter_id in counter_of.items():
        moved = [each.at for each in moves.get(device_id, ()) if each.kind in (ChangeKind.MOVED, ChangeKind.KNOWN)]
        facts = facts_of(connection, device_id, max([since, *moved]), {EntryType.STAFF_SIGNED_IN}, arrived_before)
        found += [
            SignIn(counter_id, str(each.body["officer"]), each.happened_at.astimezone(VIETNAM))
            for each in facts
            if each.is_sure and each.body.get("officer")
        ]
    return found
