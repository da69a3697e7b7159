"""Keep and read waiting and service times: whole rows of at least five visits, from the first that told of a counter's
day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from msgspec.structs import asdict
from sqlalchemy import and_, func, select

from sync.district.domain.queue_times_body import QueueTimesBody
from sync.district.domain.rating_body import Sealed
from sync.district.measures.waiting import REST, Reported, Times, TimesSum, times_by
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


def reported_days(
    connection: Connection, first: date | None, last: date, until: date, units: Iterable[str]
) -> list[Reported]:
    """On which days from ``first`` (``None``: the beginning) to ``last`` anything was told of each counter, and on
    which day up to ``until`` for the first and for the last time. What is read grows with the period that is
    asked for, not with the years."""
    place = (_T.unit_id, _T.counter_id)
    asked = _T.of_day <= last if first is None else _T.of_day.between(first, last)
    found = []
    for wanted in among(connection, _T.unit_id, sorted(units)):
        spans = select(*place, func.min(_T.of_day), func.max(_T.of_day)).where(wanted, _T.of_day <= until)
        days: dict[tuple[str, str], set[date]] = defaultdict(set)
        for unit_id, counter_id, day in connection.execute(select(*place, _T.of_day).where(wanted, asked).distinct()):
            days[unit_id, counter_id].add(day)
        for unit_id, counter_id, begins, ends in connection.execute(spans.group_by(*place).order_by(*place)):
            found.append(Reported(unit_id, counter_id, begins, ends, frozenset(days[unit_id, counter_id])))
    return found


def times_at_counters(
    connection: Connection, first: date | None, last: date, counters: Iterable[str]
) -> dict[str, Times]:
    """The waiting and service times of each of these counters from ``first`` (``None``: the beginning) to ``last``."""
    days = _T.of_day <= last if first is None else _T.of_day.between(first, last)
    sums = []
    for wanted in among(connection, _T.counter_id, sorted(counters)):
        query = select(_T.counter_id, _T.timed, func.sum(_T.n), func.sum(_T.minutes)).where(wanted, days)
        rows = connection.execute(query.group_by(_T.counter_id, _T.timed))
        sums += [(row[0], TimesSum("", "", row[1], REST, int(row[2]), int(row[3]))) for row in rows]
    return {counter: times_by([each for at, each in sums if at == counter], lambda _: "")[""] for counter, _ in sums}


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
