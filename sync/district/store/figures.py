"""Read what the first page shows: released counts by place, kiosks, anomalies, and what waits to be opened.

No figure here comes from a projection of single ratings: see ``kiosk.domain.released``.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, func, or_, select, union_all

from kiosk.domain.reference import Counter, Unit
from sync.district.domain.release import Stream
from sync.district.measures.index import Counts
from sync.district.measures.released_counts import ReleasedCounts
from sync.district.measures.tree import Place
from sync.district.store.engine import Connection
from sync.district.store.reference_tables import counters, dossiers, units
from sync.district.store.release_tables import assigned_days, released_counts, released_groups
from sync.district.store.releases import undated
from sync.district.store.tables import devices, findings, projection_queue, refused_entries, unopened


class KioskRow(Struct, frozen=True):
    """A kiosk as the district knows it. ``health`` is what it last said of itself, unchecked."""

    device_id: str
    unit_id: str
    counter_id: str | None
    active: bool
    last_contact_at: datetime | None
    health: Mapping[str, Any]


class LedgerAnomaly(Struct, frozen=True):
    """How often one thing was found about one kiosk's ledger, and when last (aware UTC)."""

    device_id: str
    kind: str
    n: int
    latest_at: datetime


class Opening(Struct, frozen=True):
    """How far opening lags behind accepting: batches that wait, since when, and entries that could not be opened or
    were refused."""

    waiting: int
    oldest_at: datetime | None
    unopened: int
    refused: int


def all_units(connection: Connection) -> list[Unit]:
    """The units that are there."""
    columns = [units.c[name] for name in Unit.__struct_fields__]
    return [Unit(*row) for row in connection.execute(select(*columns).where(units.c.removed.is_(False)))]


def all_counters(connection: Connection) -> list[Counter]:
    """The counters that are there."""
    columns = [counters.c[name] for name in Counter.__struct_fields__]
    return [Counter(*row) for row in connection.execute(select(*columns).where(counters.c.removed.is_(False)))]


def counts_by_place(connection: Connection, first: date | None, last: date) -> dict[Place, Counts]:
    """Released ratings and dossiers of the days from ``first`` (or ever) to ``last``, by place."""
    released: dict[Place, ReleasedCounts] = defaultdict(ReleasedCounts)
    for unit_id, counter_id, stream, answer, n in connection.execute(_released(first, last)):
        released[unit_id, counter_id].add(stream, answer, int(n))
    handled: dict[Place, int] = defaultdict(int)
    for statement in (_dossiers_at_counters(first, last), _dossiers_of_units(first, last)):
        for unit_id, counter_id, n in connection.execute(statement):
            handled[unit_id, counter_id] += n
    places = released.keys() | handled.keys()
    return {place: released[place].counts(handled.get(place, 0)) for place in places}


def undated_by_unit(connection: Connection) -> dict[str, int]:
    """How many released ratings of each unit have no known day, and count in no period."""
    found: dict[str, int] = defaultdict(int)
    for group in undated(connection):
        found[group.unit_id] += group.n
    return dict(found)


def _released(first: date | None, last: date) -> Select[Any]:
    g, counts = released_groups.c, released_counts.c
    streams = [str(stream) for stream in (Stream.RATING, Stream.CORRECTION, Stream.CONTRADICTION)]
    day = func.coalesce(g.counted_on, assigned_days.c.day)
    where = and_(g.stream.in_(streams), _between(day, first, last))
    joined = released_groups.join(released_counts, counts.group_id == g.group_id).outerjoin(
        assigned_days, assigned_days.c.group_id == g.group_id
    )
    columns = (g.unit_id, g.counter_id, g.stream, counts.answer)
    return select(*columns, func.sum(counts.n)).select_from(joined).where(where).group_by(*columns)


def _dossiers_at_counters(first: date | None, last: date) -> Select[Any]:
    joined = dossiers.join(counters, counters.c.counter_id == dossiers.c.counter_id)
    place = (counters.c.unit_id, counters.c.counter_id)
    return select(*place, func.count().label("n")).select_from(joined).where(_handled(first, last)).group_by(*place)


def _dossiers_of_units(first: date | None, last: date) -> Select[Any]:
    """Dossiers without a counter belong to the unit whose code they begin with."""
    prefix = func.substr(dossiers.c.dossier_code, 1, func.length(units.c.unit_id) + 1)
    joined = dossiers.join(units, prefix == units.c.unit_id + "-")
    where = and_(dossiers.c.counter_id.is_(None), _handled(first, last))
    columns = (units.c.unit_id, func.min("").label("counter_id"), func.count().label("n"))
    return select(*columns).select_from(joined).where(where).group_by(units.c.unit_id)


def dossiers_by_days(first: date | None, last: date | None) -> CompoundSelect[Any]:
    """How many dossiers each place received and returned on which days, of those that were handled in a period."""
    last = last or date.max
    days = (dossiers.c.received_on, dossiers.c.returned_on)
    return union_all(
        *(
            found.add_columns(*days).group_by(*days)
            for found in (_dossiers_at_counters(first, last), _dossiers_of_units(first, last))
        )
    )


def _handled(first: date | None, last: date) -> ColumnElement[bool]:
    in_period = or_(_between(dossiers.c.received_on, first, last), _between(dossiers.c.returned_on, first, last))
    return and_(dossiers.c.removed.is_(False), in_period)


def _between(day: ColumnElement[Any], first: date | None, last: date) -> ColumnElement[bool]:
    return day <= last if first is None else day.between(first, last)


def kiosks(connection: Connection) -> list[KioskRow]:
    """Every kiosk by unit, counter and id."""
    columns = [devices.c[name] for name in ("device_id", "unit_id", "counter_id", "state", "last_contact_at", "health")]
    ordered = select(*columns).order_by(devices.c.unit_id, devices.c.counter_id, devices.c.device_id)
    return [
        KioskRow(row[0], row[1], row[2], row[3] == "active", row[4], dict(row[5] or {}))
        for row in connection.execute(ordered)
    ]


def ledger_anomalies(connection: Connection) -> list[LedgerAnomaly]:
    """Everything found about the kiosks' ledgers, by kiosk and kind."""
    what = (findings.c.device_id, findings.c.kind)
    found = select(*what, func.count(), func.max(findings.c.found_at)).group_by(*what).order_by(*what)
    return [LedgerAnomaly(*row) for row in connection.execute(found)]


def opening(connection: Connection) -> Opening:
    """What waits, and what could not be read."""
    waiting, oldest = connection.execute(select(func.count(), func.min(projection_queue.c.queued_at))).one()
    closed = connection.scalar(select(func.count()).select_from(unopened)) or 0
    refused = connection.scalar(select(func.count()).select_from(refused_entries)) or 0
    return Opening(waiting, oldest, closed, refused)
