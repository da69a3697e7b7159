"""In which hours of the day the ratings of a counter were given: released in groups of their own, and read from them.

An hour says only that people pressed, never what. It is released once its month is complete, so that nobody who watches
a counter sees an hour appear while they remember who stood there. Figures tell of an hour whether there were enough,
never how many, so that nothing can be subtracted from a counter's sum.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import ColumnElement, Integer, and_, cast, func, or_, select, true

from kiosk.domain.released import Waiting, last_day_of
from sync.district.domain.release import Key, Pending, Stream, last_complete_month
from sync.district.store import tables as t
from sync.district.store.among import among
from sync.district.store.engine import Connection
from sync.district.store.moments import HAPPENED_AT, IS_CORRECTED, IS_SURE
from sync.district.store.raw_sums import between
from sync.district.store.reference_tables import dossiers
from sync.district.store.release_tables import DATED_GROUPS, assigned_days, released_counts, released_groups
from sync.district.store.releases import CASE, is_member
from sync.district.times import VIETNAM, local_day

UNKNOWN = "unknown"
"""What stands for the hour of ratings whose moment is not known to a few minutes."""
_R, _G, _D = t.ratings.c, released_groups.c, dossiers.c


def waiting_hours(connection: Connection, before: datetime) -> list[Pending]:
    """The hours of the released ratings of the newest complete month; none once that month has its groups. What was too
    little in one month is not added to the next: an hour is told of one month alone. Ratings whose counter or day
    nobody knows are left out; those whose hour nobody knows form groups of their own, under ``UNKNOWN``."""
    first, last = last_complete_month(last_day_of(local_day(before)))
    if connection.scalar(select(_G.group_id).where(*_of_month(first, last)).limit(1)) is not None:
        return []
    rows = connection.execute(
        select(
            *(CASE.label("case"), _R.unit_id, _R.counter_id, _R.dossier_code, _R.day),
            *(HAPPENED_AT, IS_SURE.label("is_sure")),
        )
        .select_from(t.ratings.outerjoin(t.entry_times, IS_CORRECTED))
        .where(_R.counted, _R.received_at < before, _R.day.between(first, last))
        .where(_R.counter_id.is_not(None), _R.day_guessed.is_not(true()))
        .where(is_member(Stream.RATING, CASE), ~is_member(Stream.HOUR, CASE))
        .order_by(_R.batch_id, _R.seq)
    )
    return [
        Pending(
            Key(Stream.HOUR, row.unit_id, row.counter_id, answer=hour),
            Waiting(row.case, row.dossier_code, row.day),
            ((hour, 1),),
        )
        for row in rows
        for hour in (f"{row.happened_at.astimezone(VIETNAM).hour:02}" if row.is_sure else UNKNOWN,)
    ]


def rated_hours(connection: Connection, first: date, last: date, floor: int) -> Mapping[str, Collection[int]]:
    """The hours of the day in which at least ``floor`` ratings of a month were given, by counter."""
    found: dict[str, set[int]] = defaultdict(set)
    counts = released_counts.c
    joined = released_groups.join(released_counts, counts.group_id == _G.group_id)
    rows = connection.execute(
        select(_G.counter_id, counts.answer)
        .select_from(joined)
        .where(*_of_month(first, last), counts.answer != UNKNOWN)
        .group_by(_G.counter_id, counts.answer)
        .having(func.sum(counts.n) >= floor)
    )
    for counter_id, hour in rows:
        found[counter_id].add(int(hour))
    return found


def counters_of_unknown_hours(connection: Connection, first: date, last: date) -> frozenset[str]:
    """Counters with released ratings of a month whose hour nobody knows: those of a wrong clock, and those without a
    day, be it that a person assigned one in the month or that they arrived since and nobody did. Nothing may be
    said of the hours in which such a counter seems to have few."""
    counts, assigned = released_counts.c, assigned_days.c
    of_hours = released_groups.join(released_counts, counts.group_id == _G.group_id)
    wrong_clock = select(_G.counter_id).select_from(of_hours).where(*_of_month(first, last), counts.answer == UNKNOWN)
    may_be_of_month = or_(between(assigned.day, first, last), and_(assigned.day.is_(None), _G.released_on >= first))
    no_day = (
        select(_G.counter_id)
        .select_from(DATED_GROUPS)
        .where(_G.stream == str(Stream.RATING), _G.counted_on.is_(None), may_be_of_month)
    )
    return frozenset(connection.scalars(wrong_clock.union(no_day)))


def visits_by_hour(
    connection: Connection, counters: Collection[str], first: date, last: date
) -> Mapping[str, Mapping[int, int]]:
    """How often somebody was served at some counters in each hour of the day, as far as the list of dossiers tells the
    time of receipts and returns."""
    found: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for on, at in ((_D.received_on, _D.received_time), (_D.returned_on, _D.returned_time)):
        hour = cast(func.substr(at, 1, 2), Integer).label("hour")
        for wanted in among(connection, _D.counter_id, counters):
            there = and_(wanted, ~_D.removed, on.between(first, last), at.is_not(None))
            rows = connection.execute(
                select(_D.counter_id, hour, func.count()).where(there).group_by(_D.counter_id, "hour")
            )
            for counter_id, found_hour, n in rows:
                found[counter_id][int(found_hour)] += int(n)
    return found


def _of_month(first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    return (_G.stream == str(Stream.HOUR), _G.counted_on.between(first, last))
