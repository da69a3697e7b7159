"""Read how many late dossiers of a period have an apology that was handed over, by place. Nothing here was said by a
citizen."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, func, literal_column, select

from sync.district.measures.placed import Spot
from sync.district.store.engine import Connection
from sync.district.store.raw_sums import NONE, OF_UNITS, between, era_of
from sync.district.store.reference_tables import LATE_BACK, dossiers, units

_D = dossiers.c
WITH, WITHOUT = "with", "without"


def apologised_by_era(
    connection: Connection, first: date | None, last: date, bounds: Sequence[date] = ()
) -> dict[Spot, dict[str, int]]:
    """Dossiers that were returned late in a period, each on that day, and those open and overdue at its end, with and
    without an apology by then."""
    back = and_(between(_D.returned_on, first, last), LATE_BACK)
    found: dict[Spot, Counter[str]] = defaultdict(Counter)
    for era, unit_id, counter_id, state, n in _rows(connection, _by_place(era_of(_D.returned_on, bounds), back, last)):
        found[era, unit_id, counter_id][state] += n
    at_the_end = era_of(literal_column("1"), ())
    for open_then in (_D.returned_on.is_(None), _D.returned_on > last):  # each is one stretch of the index
        there = and_(_D.received_on <= last, _D.due_on <= last, open_then)
        for _era, unit_id, counter_id, state, n in _rows(connection, _by_place(at_the_end, there, last)):
            found[len(bounds), unit_id, counter_id][state] += n
    return {spot: dict(numbers) for spot, numbers in found.items()}


def _by_place(era: ColumnElement[int], where: ColumnElement[bool], last: date) -> Iterator[Select[Any]]:
    """Those at counters, and those of units."""
    given = and_(_D.apologised_on.is_not(None), _D.apologised_on <= last)
    state = case((given, literal_column(f"'{WITH}'", String)), else_=literal_column(f"'{WITHOUT}'", String)).label(
        "state"
    )
    there = and_(_D.removed.is_(False), where)
    at_counters = select(era, NONE.label("unit_id"), _D.counter_id, state, func.count())
    yield at_counters.where(there, _D.counter_id.is_not(None)).group_by("era", _D.counter_id, "state")
    of_units = select(era, units.c.unit_id, NONE.label("counter_id"), state, func.count()).select_from(OF_UNITS)
    yield of_units.where(there, _D.counter_id.is_(None)).group_by("era", units.c.unit_id, "state")


def _rows(connection: Connection, statements: Iterable[Select[Any]]) -> Iterator[tuple[Any, ...]]:
    for statement in statements:
        for *key, n in connection.execute(statement):
            yield (*key, int(n))
