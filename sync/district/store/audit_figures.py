"""Figures finer than released groups, for auditors alone: every press counted, released or not."""

from datetime import date

from msgspec import Struct
from sqlalchemy import ColumnElement, Integer, and_, case, cast, func, or_, select

from sync.district.domain.release import Stream
from sync.district.store import tables as t
from sync.district.store.engine import Connection
from sync.district.store.release_tables import released_members
from sync.district.store.releases import CASE


class FinerLine(Struct, frozen=True):
    """The ratings of one place: how many were given each score from 1 to 5 (of a dossier and stage one press counts),
    how many of these wait to be released, and how many further presses there were for a dossier and stage already
    rated. ``counter_id`` is empty when none was named."""

    unit_id: str
    counter_id: str
    scores: tuple[int, ...]
    waiting: int
    repeated: int

    @property
    def rated(self) -> int:
        return sum(self.scores)


def finer_figures(connection: Connection, first: date, last: date, units: frozenset[str] | None) -> list[FinerLine]:
    """The figures of the days from ``first`` to ``last`` of some units (``None``: of all), by place. A rating whose day
    nobody knows is in no period."""
    rated, members = t.ratings.c, released_members.c
    same = and_(members.stream == str(Stream.RATING), members.member == CASE)
    counter = func.coalesce(rated.counter_id, "").label("counter")
    counts = [_sum(and_(rated.counted, rated.score == score)) for score in range(1, 6)]
    waits, again = _sum(and_(rated.counted, members.group_id.is_(None))), _sum(~rated.counted)
    known = and_(rated.day.between(first, last), or_(rated.day_guessed.is_(None), rated.day_guessed.is_(False)))
    where = known if units is None else and_(known, rated.unit_id.in_(units))
    rows = connection.execute(
        select(rated.unit_id, counter, *counts, waits, again)
        .select_from(t.ratings.outerjoin(released_members, same))
        .where(where)
        .group_by(rated.unit_id, counter)
        .order_by(rated.unit_id, counter)
    )
    return [FinerLine(row[0], row[1], tuple(int(n) for n in row[2:7]), int(row[7]), int(row[8])) for row in rows]


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(cast(case((condition, 1), else_=0), Integer))
