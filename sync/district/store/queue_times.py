"""Keep and read waiting and service times: whole rows of at least five visits, from the first that told of a counter's
day."""

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec.structs import asdict
from sqlalchemy import and_, func, select

from sync.district.domain.queue_times_body import QueueTimesBody
from sync.district.domain.rating_body import Sealed
from sync.district.measures.waiting import TimesSum
from sync.district.store.among import among
from sync.district.store.engine import Connection
from sync.district.store.queue_tables import queue_times
from sync.district.store.upsert import insert_new

_T = queue_times.c


def write_times(connection: Connection, arrived: Sequence[tuple[Sealed, QueueTimesBody]]) -> None:
    """Keeps each row of a counter's day that nobody has told of yet. Two kiosks of a hall may tell of one counter, and
    what the second tells differs by a few visits: it is left out."""
    for entry, body in arrived:
        d, day = _T.of_day, body.of_day
        known = set(
            connection.execute(select(_T.counter_id).where(_T.unit_id == body.unit_id, d == day).distinct()).scalars()
        )
        at = {"unit_id": body.unit_id, "of_day": day, "entry_id": entry.entry_id}
        at |= {"device_id": entry.device_id, "epoch": entry.epoch, "seq": entry.seq}
        insert_new(connection, queue_times, [asdict(row) | at for row in body.rows if row.counter_id not in known])


def reported_days(connection: Connection, last: date, units: Iterable[str]) -> list[tuple[str, str, date]]:
    """On which days up to ``last`` anything was told of which counter, with its unit."""
    found = []
    for wanted in among(connection, _T.unit_id, sorted(units)):
        rows = connection.execute(
            select(_T.unit_id, _T.counter_id, _T.of_day).where(wanted, _T.of_day <= last).distinct().order_by(_T.of_day)
        )
        found += [(row[0], row[1], row[2]) for row in rows]
    return found


def times_between(connection: Connection, first: date | None, last: date, units: Iterable[str]) -> list[TimesSum]:
    """The sums of these units from ``first`` (``None``: from the beginning) to ``last``, both included."""
    keys = (_T.unit_id, _T.service, _T.timed, _T.hour)
    days = _T.of_day <= last if first is None else and_(_T.of_day >= first, _T.of_day <= last)
    found = []
    for wanted in among(connection, _T.unit_id, sorted(units)):
        rows = connection.execute(
            select(*keys, func.sum(_T.n), func.sum(_T.minutes)).where(wanted, days).group_by(*keys).order_by(*keys)
        )
        found += [TimesSum(*row[:4], int(row[4]), int(row[5])) for row in rows]
    return found
