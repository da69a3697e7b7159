"""Add up a period from the roll-ups: whole months, and the days that are left. Equal to ``raw_sums``."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, Table, and_, case, func, literal_column, or_, select

from sync.district.domain.dossier_cells import RETURNED, DossierStep
from sync.district.measures.cover import SINCE_EVER, Cover, Stretch, cover, first_of_month, last_of_month
from sync.district.measures.placed import Spot
from sync.district.store.engine import Connection
from sync.district.store.raw_sums import era_of
from sync.district.store.rollup_tables import (
    cuts_by_day,
    cuts_by_month,
    dossiers_by_day,
    dossiers_by_month,
    released_by_day,
    released_by_month,
)

_PLACE = ("unit_id", "counter_id")


def released(
    connection: Connection, streams: Sequence[str], by: Sequence[str], first: date | None, last: date,
    bounds: Sequence[date],
) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    """As ``period_sums.released_sums``."""
    is_cut = not {"field", "stage"}.isdisjoint(by)
    by_month, by_day = (cuts_by_month, cuts_by_day) if is_cut else (released_by_month, released_by_day)
    newest = connection.scalar(select(func.max(by_day.c.day)).where(by_day.c.stream == streams[0]))
    found: Counter[tuple[Any, ...]] = Counter()
    for table, stretches in _tables(by_month, by_day, cover(first, last, bounds, newest)):
        _add(connection, found, table, by, stretches, table.c.stream.in_(streams))
    return ((*key, n) for key, n in found.items() if n)


def handled(connection: Connection, first: date | None, last: date, bounds: Sequence[date]) -> dict[Spot, int]:
    """As ``period_sums.handled_sums``: what was received in the period, and what was returned in it and received
    outside of it."""
    was_received = dossiers_by_day.c.state == str(DossierStep.RECEIVED)
    newest = connection.scalar(select(func.max(dossiers_by_day.c.day)).where(was_received))
    stretches = cover(first, last, bounds, newest)
    found: Counter[tuple[Any, ...]] = Counter()
    for table, some in _tables(dossiers_by_month, dossiers_by_day, stretches):
        _add(connection, found, table, _PLACE, some, table.c.state == str(DossierStep.RECEIVED))
        _add(connection, found, table, _PLACE, some, _returned(table), _received_in_another_month(table, first, last))
    _add_from_the_same_months(connection, found, first or SINCE_EVER, last, bounds)
    return {(era, unit_id, counter_id): n for (era, unit_id, counter_id), n in found.items() if n}


def served(connection: Connection, first: date | None, last: date, bounds: Sequence[date]) -> Iterator[tuple[Any, ...]]:
    """What happened to dossiers in the period, as rows: part of the period, unit, counter, step, number."""
    newest = connection.scalar(select(func.max(dossiers_by_day.c.day)))
    found: Counter[tuple[Any, ...]] = Counter()
    for table, some in _tables(dossiers_by_month, dossiers_by_day, cover(first, last, bounds, newest)):
        _add(connection, found, table, (*_PLACE, "state"), some)
    return ((*key, n) for key, n in found.items() if n)


def _tables(by_month: Table, by_day: Table, stretches: Cover) -> list[tuple[Table, Sequence[Stretch]]]:
    return [(by_month, stretches.months), (by_day, stretches.days)]


def _add(
    connection: Connection,
    found: Counter[tuple[Any, ...]],
    table: Table,
    by: Sequence[str],
    stretches: Sequence[Stretch],
    *where: ColumnElement[bool],
) -> None:
    """Adds the sums of some stretches of one table."""
    if not stretches:
        return
    when, columns = table.c["month" if "month" in table.c else "day"], [table.c[name] for name in by]
    inside = [when.between(each.first, each.last) for each in stretches]
    era = _chosen(inside, [each.era for each in stretches])
    sign = _chosen(inside, [each.sign for each in stretches])
    wanted = select(era.label("era"), *columns, func.sum(table.c.n * sign)).where(or_(*inside), *where)
    for *key, n in connection.execute(wanted.group_by("era", *columns)):
        found[tuple(key)] += int(n)


def _chosen(conditions: Sequence[ColumnElement[bool]], values: Sequence[int]) -> ColumnElement[int]:
    """The value of the condition that holds; one of them does."""
    literals = [literal_column(str(value), Integer) for value in values]
    if len(set(values)) == 1:
        return literals[0]
    return case(*zip(conditions[:-1], literals[:-1], strict=True), else_=literals[-1])


def _returned(table: Table) -> ColumnElement[bool]:
    return table.c.state.in_([str(state) for state in RETURNED])


def _received_in_another_month(table: Table, first: date | None, last: date) -> ColumnElement[bool]:
    """Before the month in which the period begins, after the one in which it ends, or on no day at all."""
    since = table.c.since
    return or_(since < first_of_month(first or SINCE_EVER), since > last_of_month(last))


def _add_from_the_same_months(
    connection: Connection, found: Counter[tuple[Any, ...]], first: date, last: date, bounds: Sequence[date]
) -> None:
    """Adds what was returned in the period and received in the month of its first day, but before that day, or in the
    month of its last day, but after it. Only the days can tell."""
    d, columns = dossiers_by_day.c, [dossiers_by_day.c[name] for name in _PLACE]
    conditions = []
    if first != first_of_month(first):
        conditions.append(and_(_returned(dossiers_by_day), d.since >= first_of_month(first), d.since < first))
    if last != last_of_month(last):  # a fault of the list; "not received" leads to the index of ``since``
        late = and_(d.since > last, d.since <= last_of_month(last))
        conditions.append(and_(d.state != str(DossierStep.RECEIVED), late))
    for condition in conditions:
        wanted = select(era_of(d.day, bounds), *columns, func.sum(d.n)).where(d.day.between(first, last), condition)
        for *key, n in connection.execute(wanted.group_by("era", *columns)):
            found[tuple(key)] += int(n)
