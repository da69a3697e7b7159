"""Alerts about kiosks as they are kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import delete, insert, select, update

from sync.district.measures.alerts import Alert, Cause
from sync.district.measures.kiosks import Trouble
from sync.district.store.alert_tables import alert_looks, alerts
from sync.district.store.engine import Connection
from sync.district.store.upsert import claim_row

KEPT_FOR = timedelta(days=30)
"""So long one that has ended can be read."""
LOOKS_KEPT_FOR = timedelta(days=2)
CLOCKS_DIFFER = timedelta(hours=1)

_A = alerts.c
_VALUES = tuple(name for name in Alert.__struct_fields__ if name not in ("cause", "alert_id"))
_ROW = (_A.alert_id, _A.kind, _A.unit_id, _A.device_id, *(_A[name] for name in _VALUES))


def was_looked(connection: Connection, hour: datetime) -> bool:
    """Whether somebody has looked at this full hour or the next."""
    at = alert_looks.c.looked_at
    wanted = select(at).where(at >= hour, at <= hour + CLOCKS_DIFFER).limit(1)
    return connection.scalar(wanted) is not None


def last_hour_away(connection: Connection, hour: datetime) -> datetime | None:
    """The last full hour before this one at which nobody looked, as far back as is known: the district was not there,
    or not long enough. ``None`` where it was there all the time."""
    at = alert_looks.c.looked_at
    looked = set(connection.scalars(select(at).where(at >= hour - LOOKS_KEPT_FOR)))
    before = (hour - timedelta(hours=n) for n in range(1, LOOKS_KEPT_FOR // timedelta(hours=1) + 1))
    return next((each for each in before if each not in looked), None)


def begin_look(connection: Connection, hour: datetime) -> bool:
    """Whether nobody has looked at this full hour or the next; from now on somebody has. A look further ahead was made
    by a clock that was wrong, and counts for nothing."""
    at = alert_looks.c.looked_at
    connection.execute(delete(alert_looks).where((at < hour - LOOKS_KEPT_FOR) | (at > hour + CLOCKS_DIFFER)))
    if was_looked(connection, hour):
        return False
    return claim_row(connection, alert_looks, {"looked_at": hour})


def open_alerts(connection: Connection) -> list[Alert]:
    """Those that have not ended, raised or not, the oldest first."""
    return _alerts(connection, _A.ended_at.is_(None))


def raised_alerts(connection: Connection, ended_after: datetime) -> list[Alert]:
    """Those that were raised and have not ended, or ended after a moment."""
    return _alerts(connection, _A.raised_at.is_not(None) & (_A.ended_at.is_(None) | (_A.ended_at > ended_after)))


def _alerts(connection: Connection, wanted: Any) -> list[Alert]:
    rows = connection.execute(select(*_ROW).where(wanted).order_by(_A.first_seen_at, _A.alert_id))
    return [
        Alert(Cause(Trouble(kind), unit_id, device_id), **dict(zip(_VALUES, values, strict=True)), alert_id=alert_id)
        for alert_id, kind, unit_id, device_id, *values in rows
    ]


def keep(connection: Connection, changed: Sequence[Alert], at: datetime) -> None:
    """Keeps alerts as a look at ``at`` left them; new ones get their number. Who took one on meanwhile stays, unless it
    was raised in this look."""
    for alert in changed:
        anew = alert.raised_at == at
        values = {name: asdict(alert)[name] for name in _VALUES if anew or not name.startswith("taken_on")}
        if alert.alert_id is None:
            cause = {"kind": str(alert.cause.kind), "unit_id": alert.cause.unit_id, "device_id": alert.cause.device_id}
            connection.execute(insert(alerts).values(**cause, **values))
        else:
            connection.execute(update(alerts).where(_A.alert_id == alert.alert_id).values(**values))


def take_on(connection: Connection, alert_id: int, person: str, at: datetime) -> bool:
    """Somebody takes a raised alert on, or takes it over from another. ``False``: there is no such alert, it has ended,
    or it is theirs already."""
    others = _A.taken_on_by.is_(None) | (_A.taken_on_by != person)
    mine = (_A.alert_id == alert_id) & _A.raised_at.is_not(None) & _A.ended_at.is_(None) & others
    taken = connection.execute(update(alerts).where(mine).values(taken_on_at=at, taken_on_by=person))
    return bool(taken.rowcount)


def forget_alerts(connection: Connection, now: datetime) -> None:
    """Forgets what ended long ago."""
    connection.execute(delete(alerts).where(_A.ended_at < now - KEPT_FOR))
