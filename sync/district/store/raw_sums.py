"""Add up a period from every released group and every dossier in it. What the roll-ups say is held to this."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Integer, Select, String, and_, case, func, literal_column, or_, select

from sync.district.measures.organisation import Places
from sync.district.measures.placed import Spot
from sync.district.store.engine import Connection
from sync.district.store.reference_tables import dossiers, units
from sync.district.store.release_tables import (
    COUNTED_ON,
    DATED_GROUPS,
    assigned_days,
    released_counts,
    released_groups,
)


class Only(Struct, frozen=True):
    """What of a period is wanted alone: what was counted at some places, or of one question."""

    places: Places | None = None
    question_id: str | None = None


EVERYTHING = Only()
NONE: ColumnElement[str] = literal_column("''", String)
OF_UNITS = dossiers.join(
    units, func.substr(dossiers.c.dossier_code, 1, func.length(units.c.unit_id) + 1) == units.c.unit_id + "-"
)
"""Dossiers with the unit whose code they begin with: to it those without a counter belong."""


def released(
    connection: Connection, streams: Sequence[str], by: Sequence[str], first: date | None, last: date,
    bounds: Sequence[date], only: Only = EVERYTHING,
) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    """As ``period_sums.released_sums``."""
    g, counts = released_groups.c, released_counts.c
    columns = [counts.answer if name == "answer" else g[name] for name in by]
    wanted = (
        select(era_of(COUNTED_ON, bounds), *columns, func.sum(counts.n))
        .select_from(DATED_GROUPS.join(released_counts, counts.group_id == g.group_id))
        .where(g.stream.in_(streams), counted_between(first, last))
        .group_by("era", *columns)
    )
    if only.places is not None:
        wanted = wanted.where(or_(g.unit_id.in_(only.places.units), g.counter_id.in_(only.places.counters)))
    if only.question_id is not None:
        wanted = wanted.where(g.question_id == only.question_id)
    for *row, n in connection.execute(wanted):
        yield (*row, int(n))


def handled(
    connection: Connection, first: date | None, last: date, bounds: Sequence[date], only: Only = EVERYTHING
) -> dict[Spot, int]:
    """As ``period_sums.handled_sums``."""
    statements = (_dossiers_at_counters(first, last, bounds), _dossiers_of_units(first, last, bounds))
    return {
        (era, unit_id, counter_id): n
        for statement in statements
        for era, unit_id, counter_id, n in connection.execute(statement)
        if is_wanted(only, unit_id, counter_id)
    }


def is_wanted(only: Only, unit_id: str, counter_id: str) -> bool:
    """Whether what was counted there is wanted."""
    return only.places is None or unit_id in only.places.units or counter_id in only.places.counters


def era_of(day: ColumnElement[Any], bounds: Sequence[date]) -> ColumnElement[int]:
    """In which part of a period a day lies: that before the first of ``bounds`` is 0. Group by its name, ``era``."""
    last: ColumnElement[int] = literal_column(str(len(bounds)), Integer)
    if not bounds:
        return last.label("era")
    return case(*((day < bound, literal_column(str(n), Integer)) for n, bound in enumerate(bounds)), else_=last).label(
        "era"
    )


def _dossiers_at_counters(first: date | None, last: date, bounds: Sequence[date]) -> Select[Any]:
    era, where = (
        era_of(_handled_on(first, last), bounds),
        and_(dossiers.c.counter_id.is_not(None), _handled(first, last)),
    )
    wanted = select(era, NONE.label("unit_id"), dossiers.c.counter_id, func.count()).where(where)
    return wanted.group_by("era", dossiers.c.counter_id)


def _dossiers_of_units(first: date | None, last: date, bounds: Sequence[date]) -> Select[Any]:
    where = and_(dossiers.c.counter_id.is_(None), _handled(first, last))
    era = era_of(_handled_on(first, last), bounds)
    wanted = select(era, units.c.unit_id, NONE.label("counter_id"), func.count()).select_from(OF_UNITS).where(where)
    return wanted.group_by("era", units.c.unit_id)


def _handled_on(first: date | None, last: date) -> ColumnElement[Any]:
    """The day on which a dossier counts: that of its receipt, or of its return when only that is in the period."""
    received = dossiers.c.received_on
    return case((between(received, first, last), received), else_=dossiers.c.returned_on)


def _handled(first: date | None, last: date) -> ColumnElement[bool]:
    in_period = or_(between(dossiers.c.received_on, first, last), between(dossiers.c.returned_on, first, last))
    return and_(dossiers.c.removed.is_(False), in_period)


def counted_between(first: date | None, last: date) -> ColumnElement[bool]:
    """Whether a group of ``DATED_GROUPS`` counts in a period: on its own day, or on the one that a person assigned."""
    own, assigned = released_groups.c.counted_on, assigned_days.c.day
    return or_(between(own, first, last), and_(own.is_(None), between(assigned, first, last)))


def between(day: ColumnElement[Any], first: date | None, last: date) -> ColumnElement[bool]:
    return day <= last if first is None else day.between(first, last)
