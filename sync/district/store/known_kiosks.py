"""Read what the district knows of its kiosks, and of the offices in which they stand."""

from collections import Counter
from datetime import date, timedelta

from sqlalchemy import func, select

from kiosk.domain.reference import OpeningHours
from sync.district.measures.kiosks import FORTNIGHT, Fortnight, KioskRow, KnownKiosks, LedgerAnomaly, Offices
from sync.district.store.acknowledgements import acknowledged
from sync.district.store.complaints import country_holidays
from sync.district.store.contact_days import usual_gaps
from sync.district.store.engine import Connection
from sync.district.store.figures import handled_by_era, released_by_era
from sync.district.store.raw_sums import EVERYTHING, Only
from sync.district.store.reference_tables import opening_hours
from sync.district.store.tables import devices, findings

_NAMES = ("device_id", "unit_id", "counter_id", "state", "enrolled_at", "last_contact_at", "health")
_ROW = tuple(devices.c[name] for name in _NAMES)


def known_kiosks(
    connection: Connection, today: date, device_id: str | None = None, only: Only = EVERYTHING
) -> KnownKiosks:
    """Every kiosk, or one, as it is known on a local day. ``only``: where what went through is looked for."""
    first, last = today - FORTNIGHT, today - timedelta(days=1)
    return KnownKiosks(
        rows=_kiosks(connection, device_id),
        anomalies=_anomalies(connection, device_id),
        offices=Offices(_hours(connection), country_holidays(connection)),
        fortnight=Fortnight(
            {(unit, counter): n for (_, unit, counter), n in handled_by_era(connection, first, last, (), only).items()},
            {
                (unit, counter): counted.counts(0).rated
                for (_, unit, counter), counted in released_by_era(connection, first, last, (), only).items()
            },
        ),
    )


def _hours(connection: Connection) -> tuple[OpeningHours, ...]:
    columns = [opening_hours.c[name] for name in OpeningHours.__struct_fields__]
    return tuple(OpeningHours(*row) for row in connection.execute(select(*columns).where(~opening_hours.c.removed)))


def _kiosks(connection: Connection, device_id: str | None = None) -> list[KioskRow]:
    """Every kiosk by unit, counter and id; or one."""
    ordered = select(*_ROW).order_by(devices.c.unit_id, devices.c.counter_id.nulls_first(), devices.c.device_id)
    if device_id is not None:
        ordered = ordered.where(devices.c.device_id == device_id)
    gaps = usual_gaps(connection)
    return [
        KioskRow(row[0], row[1], row[2], row[3], row[4], row[5], dict(row[6] or {}), gaps.get(row[0], 0))
        for row in connection.execute(ordered)
    ]


def _anomalies(connection: Connection, device_id: str | None) -> list[LedgerAnomaly]:
    """Everything found about the kiosks' ledgers, or one's, by kiosk and kind."""
    what = (findings.c.device_id, findings.c.kind)
    found = select(*what, func.count(), func.max(findings.c.found_at)).group_by(*what).order_by(*what)
    if device_id is not None:
        found = found.where(findings.c.device_id == device_id)
    known = Counter[tuple[str, str]]()
    for name in acknowledged(connection):
        device_id, _, rest = name.partition("/")
        known[device_id, rest.rpartition("/")[2]] += 1
    return [
        LedgerAnomaly(device_id, kind, n, latest_at, max(0, n - known[device_id, kind]))
        for device_id, kind, n, latest_at in connection.execute(found)
    ]
