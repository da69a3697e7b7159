"""Read how dossiers stand to their promised date, by place: from the roll-ups, and what is open from an index of the
dossiers by their return. Nothing here was said by a citizen."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, func, literal_column, or_, select

from sync.district.measures.dossier_states import DossierState
from sync.district.measures.placed import Spot
from sync.district.store import rolled_sums
from sync.district.store.engine import Connection
from sync.district.store.raw_sums import EVERYTHING, NONE, OF_UNITS, Only, between, era_of, is_wanted
from sync.district.store.reference_tables import dossiers, units
from sync.district.store.rollups import Rollup, is_whole

_D = dossiers.c
_COUNTER = func.coalesce(_D.counter_id, "")
"""Empty for none. It leads to no index of counters: the days have one that reads less."""

Found = dict[Spot, dict[DossierState, int]]


def served_by_era(
    connection: Connection, first: date | None, last: date, bounds: Sequence[date] = (), only: Only = EVERYTHING
) -> Found:
    """Dossiers received and dossiers returned in a period, each on its own day. One that was both stands in both, for
    somebody came twice. A counter names no unit; a dossier without one belongs to the unit whose code it begins with.
    """
    add_up = rolled_sums.served if is_whole(connection, Rollup.DOSSIERS) else served_raw
    return _found(add_up(connection, first, last, bounds, only))


def served_raw(
    connection: Connection, first: date | None, last: date, bounds: Sequence[date], only: Only = EVERYTHING
) -> Iterable[tuple[Any, ...]]:
    """As ``rolled_sums.served``, from every dossier."""
    received = _statements(_word(DossierState.RECEIVED), _D.received_on, between(_D.received_on, first, last), bounds)
    returned = _statements(_returned_as(), _D.returned_on, between(_D.returned_on, first, last), bounds)
    rows = _rows(connection, [*received, *returned])
    return (row for row in rows if is_wanted(only, row[1], row[2]))


def at_the_office_by_era(
    connection: Connection, first: date | None, last: date, bounds: Sequence[date] = ()
) -> dict[Spot, dict[DossierState, int]]:
    """Dossiers returned in a period of which a list told until when their office had to be done with them and when it
    was: how many it finished early, on time and late."""
    known = and_(_D.office_due_on.is_not(None), _D.office_done_on.is_not(None))
    there = and_(known, between(_D.returned_on, first, last))
    return _found(_rows(connection, _statements(_done_as(), _D.returned_on, there, bounds)))


def open_by_era(connection: Connection, last: date, bounds: Sequence[date] = ()) -> Found:
    """Dossiers received by the end of a day and not returned by then, in the last part of the period."""
    stands = case(
        (_D.due_on.is_(None), str(DossierState.OPEN_UNDATED)),
        (_D.due_on <= last, str(DossierState.OPEN_OVERDUE)),
        else_=str(DossierState.OPEN_IN_TIME),
    ).label("state")
    known, rows = set(connection.scalars(select(units.c.unit_id))), list[tuple[Any, ...]]()
    for open_then in (_D.returned_on.is_(None), _D.returned_on > last):  # each is one stretch of the index
        there = and_(_D.removed.is_(False), _D.received_on <= last, open_then)
        at_counters = select(_COUNTER.label("counter"), stands, func.count()).where(there, _COUNTER != "")
        for counter_id, state, n in connection.execute(at_counters.group_by("counter", "state")):
            rows.append((len(bounds), "", counter_id, state, int(n)))
        for length in sorted({len(unit_id) for unit_id in known}):
            begins = func.substr(_D.dossier_code, 1, length).label("begins")
            of_units = select(begins, stands, func.count()).where(there, _COUNTER == "", _hyphen_at(length + 1))
            for unit_id, state, n in connection.execute(of_units.group_by("begins", "state")):
                rows += [(len(bounds), unit_id, "", state, int(n))] if unit_id in known else []
    return _found(rows)


def _hyphen_at(place: int) -> ColumnElement[bool]:
    """Whether a dossier's code has one there, so that what stands before may be a unit's code. Joined with the units
    SQLite would begin with them, and read every dossier for each."""
    return func.substr(_D.dossier_code, place, 1) == "-"


def _returned_as() -> ColumnElement[str]:
    """Hours decide only on the promised day, and only when both are known (``HH:MM``, so that letters compare)."""
    too_late = and_(_D.returned_on == _D.due_on, _D.returned_time > _D.due_time)
    return case(
        (_D.due_on.is_(None), str(DossierState.RETURNED_UNDATED)),
        (_D.returned_on < _D.due_on, str(DossierState.EARLY)),
        (or_(_D.returned_on > _D.due_on, too_late), str(DossierState.LATE)),
        else_=str(DossierState.ON_TIME),
    )


def _done_as() -> ColumnElement[str]:
    """The same of the time at the office alone; both days are known."""
    too_late = and_(_D.office_done_on == _D.office_due_on, _D.office_done_time > _D.office_due_time)
    return case(
        (_D.office_done_on < _D.office_due_on, str(DossierState.EARLY)),
        (or_(_D.office_done_on > _D.office_due_on, too_late), str(DossierState.LATE)),
        else_=str(DossierState.ON_TIME),
    )


def _word(state: DossierState) -> ColumnElement[str]:
    return literal_column(f"'{state}'", String)


def _statements(
    state: ColumnElement[str], day: ColumnElement[Any], where: ColumnElement[bool], bounds: Sequence[date]
) -> Iterable[Select[Any]]:
    """Those at counters, and those of units."""
    era, label, there = era_of(day, bounds), state.label("state"), and_(_D.removed.is_(False), where)
    at_counters = select(era, NONE.label("unit_id"), _D.counter_id, label, func.count())
    yield at_counters.where(there, _D.counter_id.is_not(None)).group_by("era", _D.counter_id, "state")
    of_units = select(era, units.c.unit_id, NONE.label("counter_id"), label, func.count()).select_from(OF_UNITS)
    yield of_units.where(there, _D.counter_id.is_(None)).group_by("era", units.c.unit_id, "state")


def _rows(connection: Connection, statements: Iterable[Select[Any]]) -> Iterator[tuple[Any, ...]]:
    for statement in statements:
        for *key, n in connection.execute(statement):
            yield (*key, int(n))


def _found(rows: Iterable[tuple[Any, ...]]) -> Found:
    found: dict[Spot, Counter[DossierState]] = defaultdict(Counter)
    for era, unit_id, counter_id, state, n in rows:
        found[era, unit_id, counter_id][DossierState(state)] += n
    return {spot: dict(numbers) for spot, numbers in found.items()}
