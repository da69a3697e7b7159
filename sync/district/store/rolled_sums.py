"""Add up a period from the roll-ups: whole months, and the days that are left. Equal to ``raw_sums``.

A page asks for two dozen sums; building a statement anew costs as much as SQLite takes to answer it, so that each is
built once and executed with other days.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Integer, Select, Table, and_, bindparam, case, func, literal_column, or_, select

from sync.district.domain.dossier_cells import RETURNED, DossierStep
from sync.district.domain.work import DIVIDED_BY
from sync.district.measures.cover import SINCE_EVER, Cover, Stretch, cover, first_of_month, last_of_month
from sync.district.measures.placed import Spot
from sync.district.store.engine import Connection
from sync.district.store.raw_sums import EVERYTHING, Only, era_of
from sync.district.store.rollup_tables import (
    cuts_by_day,
    cuts_by_month,
    dossiers_by_day,
    dossiers_by_month,
    released_by_day,
    released_by_month,
)

_PLACE = ("unit_id", "counter_id")
_DAY, _MAX_STATEMENTS = timedelta(days=1), 256
Condition = Callable[[Table], ColumnElement[bool]]
"""What else rows of a table must be; its values are named and told when the statement is executed."""


def released(
    connection: Connection, streams: Sequence[str], by: Sequence[str], first: date | None, last: date,
    bounds: Sequence[date], only: Only = EVERYTHING,
) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    """As ``period_sums.released_sums``."""
    is_cut = not set(DIVIDED_BY).isdisjoint(by)
    by_month, by_day = (cuts_by_month, cuts_by_day) if is_cut else (released_by_month, released_by_day)
    newest = connection.scalar(_newest(by_day), {"of": streams[0]})
    found: Counter[tuple[Any, ...]] = Counter()
    for table, stretches in _tables(by_month, by_day, cover(first, last, bounds, newest)):
        wanted = _OfStreams(only.places is not None, only.question_id is not None)
        values = {"streams": list(streams), "question": only.question_id, **_names(only)}
        _add(connection, found, table, by, stretches, wanted, values)
    return ((*key, n) for key, n in found.items() if n)


def handled(
    connection: Connection, first: date | None, last: date, bounds: Sequence[date], only: Only = EVERYTHING
) -> dict[Spot, int]:
    """As ``period_sums.handled_sums``: what was received in the period, and what was returned in it and received
    outside of it."""
    stretches = cover(first, last, bounds, _newest_step(connection, [DossierStep.RECEIVED]))
    months = {"first_month": first_of_month(first or SINCE_EVER), "last_month": last_of_month(last)}
    found: Counter[tuple[Any, ...]] = Counter()
    for table, some in _tables(dossiers_by_month, dossiers_by_day, stretches):
        counts_once = _CountsOnce(only.places is not None)
        _add(connection, found, table, _PLACE, some, counts_once, months | _names(only))
    _add_from_the_same_months(connection, found, first or SINCE_EVER, last, bounds, only)
    return {(era, unit_id, counter_id): n for (era, unit_id, counter_id), n in found.items() if n}


def served(
    connection: Connection, first: date | None, last: date, bounds: Sequence[date], only: Only = EVERYTHING
) -> Iterator[tuple[Any, ...]]:
    """What happened to dossiers in the period, as rows: part of the period, unit, counter, step, number."""
    stretches = cover(first, last, bounds, _newest_step(connection, DossierStep))
    found: Counter[tuple[Any, ...]] = Counter()
    for table, some in _tables(dossiers_by_month, dossiers_by_day, stretches):
        _add(connection, found, table, (*_PLACE, "state"), some, _OfSteps(only.places is not None), _names(only))
    return ((*key, n) for key, n in found.items() if n)


def _newest_step(connection: Connection, steps: Iterable[DossierStep]) -> date | None:
    """The last day on which any of these happened. Asked step by step: each answer is one look into the key."""
    days = (connection.scalar(_newest(dossiers_by_day), {"of": str(step)}) for step in steps)
    return max((day for day in days if day is not None), default=None)


@lru_cache(_MAX_STATEMENTS)
def _newest(table: Table) -> Select[Any]:
    """The last day of a stream or step ``of``."""
    what = table.c["state" if "state" in table.c else "stream"]
    return select(func.max(table.c.day)).where(what == bindparam("of"))


def _tables(by_month: Table, by_day: Table, stretches: Cover) -> list[tuple[Table, Sequence[Stretch]]]:
    return [(by_month, stretches.months), (by_day, stretches.days)]


def _add(
    connection: Connection,
    found: Counter[tuple[Any, ...]],
    table: Table,
    by: Sequence[str],
    stretches: Sequence[Stretch],
    condition: Condition,
    values: Mapping[str, Any],
) -> None:
    """Adds the sums of some stretches of one table."""
    if not stretches:
        return
    parts = tuple((each.era, each.sign) for each in stretches)
    days = {f"first_{n}": each.first for n, each in enumerate(stretches)}
    days |= {f"last_{n}": each.last for n, each in enumerate(stretches)}
    for *key, n in connection.execute(_sums(table, tuple(by), parts, condition), {**days, **values}).all():
        found[tuple(key)] += int(n)


@lru_cache(_MAX_STATEMENTS)
def _sums(table: Table, by: tuple[str, ...], parts: tuple[tuple[int, int], ...], condition: Condition) -> Select[Any]:
    """The sums of stretches by what they are asked by. ``parts``: the part of the period and the sign of each."""
    when, columns = table.c["month" if "month" in table.c else "day"], [table.c[name] for name in by]
    inside = [when.between(bindparam(f"first_{n}"), bindparam(f"last_{n}")) for n in range(len(parts))]
    era = _chosen(inside, [era for era, _ in parts])
    sign = _chosen(inside, [sign for _, sign in parts])
    wanted = select(era.label("era"), *columns, func.sum(table.c.n * sign)).where(or_(*inside), condition(table))
    return wanted.group_by("era", *columns)


def _chosen(conditions: Sequence[ColumnElement[bool]], values: Sequence[int]) -> ColumnElement[int]:
    """The value of the condition that holds; one of them does."""
    literals = [literal_column(str(value), Integer) for value in values]
    if len(set(values)) == 1:
        return literals[0]
    return case(*zip(conditions[:-1], literals[:-1], strict=True), else_=literals[-1])


class _OfStreams(Struct, frozen=True):
    """Released groups of some streams, perhaps at some places or of one question alone."""

    at_places: bool
    of_question: bool

    def __call__(self, table: Table) -> ColumnElement[bool]:
        wanted = [table.c.stream.in_(bindparam("streams", expanding=True)), *_at_places(table, self.at_places)]
        return and_(*wanted, *([table.c.question_id == bindparam("question")] if self.of_question else []))


class _OfSteps(Struct, frozen=True):
    """Dossiers at any step: all are named, so that the key leads to the days."""

    at_places: bool

    def __call__(self, table: Table) -> ColumnElement[bool]:
        return and_(_of_steps(table, DossierStep), *_at_places(table, self.at_places))


class _CountsOnce(Struct, frozen=True):
    """Received; or returned and received before the month in which the period begins, after the one in which it ends,
    or on no day at all."""

    at_places: bool

    def __call__(self, table: Table) -> ColumnElement[bool]:
        since = table.c.since
        elsewhere = or_(since < bindparam("first_month"), since > bindparam("last_month"))
        once = or_(table.c.state == str(DossierStep.RECEIVED), elsewhere)
        return and_(_of_steps(table, DossierStep), once, *_at_places(table, self.at_places))


def _of_steps(table: Table, steps: Iterable[DossierStep]) -> ColumnElement[bool]:
    return table.c.state.in_([str(step) for step in steps])


def _at_places(table: Table, at_places: bool) -> list[ColumnElement[bool]]:
    if not at_places:
        return []
    named = (table.c[name].in_(bindparam(f"{name}s", expanding=True)) for name in _PLACE)
    return [or_(*named)]


def _names(only: Only) -> dict[str, list[str]]:
    """The values of ``_at_places``."""
    places = only.places
    return {} if places is None else {"unit_ids": sorted(places.units), "counter_ids": sorted(places.counters)}


def _add_from_the_same_months(
    connection: Connection,
    found: Counter[tuple[Any, ...]],
    first: date,
    last: date,
    bounds: Sequence[date],
    only: Only,
) -> None:
    """Adds what was returned in the period and received in the month of its first day, but before that day, or in the
    month of its last day, but after it. Only the days can tell."""
    values: dict[str, Any] = {"first": first, "last": last, **_names(only)}
    around = []
    if first != first_of_month(first):
        around.append((False, first_of_month(first), first - _DAY))
    if last != last_of_month(last):
        around.append((True, last + _DAY, last_of_month(last)))
    for is_after, since, until in around:
        wanted = _received_around(is_after, tuple(bounds), only.places is not None)
        for *key, n in connection.execute(wanted, values | {"since": since, "until": until}).all():
            found[tuple(key)] += int(n)


@lru_cache(_MAX_STATEMENTS)
def _received_around(is_after: bool, bounds: tuple[date, ...], at_places: bool) -> Select[Any]:
    """What was returned from ``first`` to ``last`` and received from ``since`` to ``until``. Received ``is_after`` the
    period is a fault of the list: for these few "not received" leads to the index of ``since``."""
    d, columns = dossiers_by_day.c, [dossiers_by_day.c[name] for name in _PLACE]
    returned = d.state != str(DossierStep.RECEIVED) if is_after else _of_steps(dossiers_by_day, RETURNED)
    when = (
        d.day.between(bindparam("first"), bindparam("last")),
        d.since.between(bindparam("since"), bindparam("until")),
    )
    wanted = select(era_of(d.day, bounds), *columns, func.sum(d.n)).where(*when, returned)
    return wanted.where(*_at_places(dossiers_by_day, at_places)).group_by("era", *columns)
