"""Decide in which hours a counter is busy and too little is heard of it. Pure.

Of an hour it is told whether enough citizens rated in it, never how many: see ``sync.district.store.rated_hours``.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from msgspec import Struct

from kiosk.domain.calendar import OfficeCalendar, periods_of

BUSY_HOUR = 10
"""From so many visits in an hour of the day over a month on, an hour with too few ratings is one to ask about."""


class SilentHour(Struct, frozen=True):
    """An hour that is busy and has too few ratings to be told. ``visits``: how often somebody was served in it."""

    hour: int
    visits: int


class CounterHours(Struct, frozen=True):
    """The hours of the day of one counter in a month: those with enough ratings, those that are busy and have too few,
    and those of the office's hours of which neither is known. ``unknown``: the hour of some of its ratings is not
    known, so that nothing is said of hours that seem to have few."""

    counter_id: str
    rated: tuple[int, ...]
    silent: tuple[SilentHour, ...]
    quiet: tuple[int, ...]
    unknown: bool = False


def open_hours(calendar: OfficeCalendar, first: date, last: date) -> frozenset[int]:
    """The hours of the day of which the office was open for some part on any day from ``first`` to ``last``; none where
    nobody has told its hours."""
    found = set[int]()
    for ahead in range((last - first).days + 1):
        for begins, ends in periods_of(calendar, first + timedelta(days=ahead)):
            found.update(range(begins.hour, ends.hour + (ends.minute > 0)))
    return frozenset(found)


def counter_hours(
    counter_id: str,
    is_open: Collection[int],
    rated: Collection[int],
    visits: Mapping[int, int],
    *,
    unknown: bool = False,
) -> CounterHours:
    """How the hours of one counter stand. ``unknown``: see ``CounterHours``."""
    if unknown:
        return CounterHours(counter_id, tuple(sorted(rated)), (), (), unknown=True)
    silent = [SilentHour(hour, n) for hour, n in sorted(visits.items()) if n >= BUSY_HOUR and hour not in rated]
    known = {*rated, *(each.hour for each in silent)}
    return CounterHours(counter_id, tuple(sorted(rated)), tuple(silent), tuple(sorted({*is_open} - known)))
