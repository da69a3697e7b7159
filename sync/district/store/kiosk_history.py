"""Read what a kiosk noted of itself."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select, true

from sync.district.domain.kiosk_history import KioskFact
from sync.district.store import tables as t
from sync.district.store.engine import Connection
from sync.district.store.officer_pins import officers_by_staff_id


def facts_of(
    connection: Connection,
    device_id: str,
    since: datetime,
    types: Collection[str] | None = None,
    arrived_before: datetime | None = None,
) -> list[KioskFact]:
    """The facts of a kiosk of some types, or of all, from a moment on, the newest first, each at its best known moment.
    ``arrived_before``: only those that the district had by then."""
    f, times = t.box_facts.c, t.entry_times.c
    same = and_(times.device_id == f.device_id, times.epoch == f.epoch, times.seq == f.seq)
    happened_at = func.coalesce(times.happened_at, f.recorded_at, type_=f.recorded_at.type).label("happened_at")
    rows = connection.execute(
        select(f.type, f.body, happened_at, times.entry_id, times.uncertain_s)
        .select_from(t.box_facts.outerjoin(t.entry_times, same))
        .where(f.device_id == device_id, happened_at >= since)
        .where(true() if types is None else f.type.in_(sorted(types)))
        .where(true() if arrived_before is None else f.received_at < arrived_before)
        .order_by(f.epoch.desc(), f.seq.desc())
    )
    officers = officers_by_staff_id(connection)
    return [
        KioskFact(
            type=row.type,
            body=_with_officer(row.body, officers),
            happened_at=row.happened_at,
            is_sure=row.entry_id is None or row.uncertain_s is not None,
        )
        for row in rows
    ]


def _with_officer(body: Mapping[str, Any], officers: Mapping[str, str]) -> Mapping[str, Any]:
    """With the officer whom the kiosk's id for a member of the staff belongs to."""
    staff_id = body.get("staff_id")
    known = officers.get(staff_id) if isinstance(staff_id, str) else None
    return {**body, "officer": known} if known else body
