"""Read what a kiosk noted of itself."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, func, select, true

from sync.district.domain.kiosk_history import KioskFact
from sync.district.store import tables as t
from sync.district.store.engine import Connection


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
    return [
        KioskFact(row.type, row.body, row.happened_at, row.entry_id is None or row.uncertain_s is not None)
        for row in rows
    ]
