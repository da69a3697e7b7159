"""Read what the first page shows: released counts by place, kiosks, anomalies, and what waits to be opened.

No figure here comes from a projection of single ratings: see ``kiosk.domain.released``.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Integer, Select, String, and_, case, func, literal_column, or_, select

from sync.district.domain.release import Stream
from sync.district.measures.placed import Spot
from sync.district.measures.released_counts import ReleasedCounts
from sync.district.store.engine import Connection
from sync.district.store.reference_tables import dossiers, units
from sync.district.store.release_tables import (
    COUNTED_ON,
    DATED_GROUPS,
    assigned_days,
    released_counts,
    released_groups,
)
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


def released_by_era(
    connection: Connection, first: date | None, last: date, bounds: Sequence[date] = ()
) -> dict[Spot, ReleasedCounts]:
    """Released ratings of the days from ``first`` (or ever) to ``last``, by the part of the period that ``bounds``
    divide, the unit and the counter."""
    found: dict[Spot, ReleasedCounts] = defaultdict(ReleasedCounts)
    for era, unit_id, counter_id, stream, answer, n in connection.execute(_released(first, last, bounds)):
        found[era, unit_id, counter_id].add(stream, answer, int(n))
    return dict(found)


def handled_by_era(
    connection: Connection, first: date | None, last: date, bounds: Sequence[date] = ()
) -> dict[Spot, int]:
    """Dossiers received or returned in a period, each once. One of a counter names no unit; one without a counter
    belongs to the unit whose code it begins with."""
    statements = (_dossiers_at_counters(first, last, bounds), _dossiers_of_units(first, last, bounds))
    return {
        (era, unit_id, counter_id): n
        for statement in statements
        for era, unit_id, counter_id, n in connection.execute(statement)
    }


def undated_by_unit(connection: Connection) -> dict[str, int]:
    """How many released ratings of each unit have no known day, and count in no period."""
    found: dict[str, int] = defaultdict(int)
    for group in undated(connection):
        found[group.unit_id] += group.n if group.stream == Stream.RATING else 0
    return {unit_id: n for unit_id, n in found.items() if n}


def _released(first: date | None, last: date, bounds: Sequence[date]) -> Select[Any]:
    g, counts = released_groups.c, released_counts.c
    streams = [str(stream) for stream in (Stream.RATING, Stream.CORRECTION, Stream.CONTRADICTION)]
    where = and_(g.stream.in_(streams), counted_between(first, last))
    joined = DATED_GROUPS.join(released_counts, counts.group_id == g.group_id)
    columns = (g.unit_id, g.counter_id, g.stream, counts.answer)
    wanted = select(era_of(COUNTED_ON, bounds), *columns, func.sum(counts.n)).select_from(joined).where(where)
    return wanted.group_by("era", *columns)


def era_of(day: ColumnElement[Any], bounds: Sequence[date]) -> ColumnElement[int]:
    """In which part of a period a day lies: that before the first of ``bounds`` is 0. Group by its name, ``era``."""
    last: ColumnElement[int] = literal_column(str(len(bounds)), Integer)
    if not bounds:
        return last.label("era")
    return case(*((day < bound, literal_column(str(n), Integer)) for n, bound in enumerate(bounds)), else_=last).label(
        "era"
    )


_NONE: ColumnElement[str] = literal_column("''", String)


def _dossiers_at_counters(first: date | None, last: date, bounds: Sequence[date]) -> Select[Any]:
    era, where = (
        era_of(_handled_on(first, last), bounds),
        and_(dossiers.c.counter_id.is_not(None), _handled(first, last)),
    )
    wanted = select(era, _NONE.label("unit_id"), dossiers.c.counter_id, func.count()).where(where)
    return wanted.group_by("era", dossiers.c.counter_id)


def _dossiers_of_units(first: date | None, last: date, bounds: Sequence[date]) -> Select[Any]:
    """Dossiers without a counter belong to the unit whose code they begin with."""
    prefix = func.substr(dossiers.c.dossier_code, 1, func.length(units.c.unit_id) + 1)
    joined = dossiers.join(units, prefix == units.c.unit_id + "-")
    where = and_(dossiers.c.counter_id.is_(None), _handled(first, last))
    era = era_of(_handled_on(first, last), bounds)
    wanted = select(era, units.c.unit_id, _NONE.label("counter_id"), func.count()).select_from(joined).where(where)
    return wanted.group_by("era", units.c.unit_id)


def _handled_on(first: date | None, last: date) -> ColumnElement[Any]:
    """The day on which a dossier counts: that of its receipt, or of its return when only that is in the period."""
    received = dossiers.c.received_on
    return case((_between(received, first, last), received), else_=dossiers.c.returned_on)


def _handled(first: date | None, last: date) -> ColumnElement[bool]:
    in_period = or_(_between(dossiers.c.received_on, first, last), _between(dossiers.c.returned_on, first, last))
    return and_(dossiers.c.removed.is_(False), in_period)


def counted_between(first: date | None, last: date) -> ColumnElement[bool]:
    """Whether a group of ``DATED_GROUPS`` counts in a period: on its own day, or on the one that a person assigned."""
    own, assigned = released_groups.c.counted_on, assigned_days.c.day
    return or_(_between(own, first, last), and_(own.is_(None), _between(assigned, first, last)))


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
