"""The days on which each kiosk was in touch, its newest few, and how often it usually is."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from sync.district.measures.contact_habit import usual_gap, with_day
from sync.district.measures.kiosks import KioskRow
from sync.district.store.alert_tables import contact_days
from sync.district.store.engine import Connection
from sync.district.store.upsert import upsert
from sync.district.times import local_day

_C = contact_days.c


def usual_gaps(connection: Connection) -> dict[str, int]:
    """Of the kiosks that are usually in touch more seldom than every other day: how often, in days."""
    rows = connection.execute(select(_C.device_id, _C.usual_gap_days).where(_C.usual_gap_days > 0))
    return {row.device_id: row.usual_gap_days for row in rows}


def note_contact_days(connection: Connection, kiosks: Iterable[KioskRow]) -> None:
    """Notes the day of each kiosk's last contact, if that is a new one."""
    known = {
        row.device_id: tuple(map(date.fromisoformat, row.days))
        for row in connection.execute(select(_C.device_id, _C.days))
    }
    rows = []
    for kiosk in kiosks:
        before = known.get(kiosk.device_id, ())
        days = with_day(before, local_day(kiosk.last_contact_at)) if kiosk.last_contact_at else before
        if days != before:
            shown = [day.isoformat() for day in days]
            rows.append({"device_id": kiosk.device_id, "days": shown, "usual_gap_days": usual_gap(days)})
    upsert(connection, contact_days, rows)
