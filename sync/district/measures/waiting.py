"""Waiting and service times of a unit's counters, from whole rows of at least five visits. Pure."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import date, timedelta
from typing import TypeVar

from msgspec import Struct

REST = -1
"""The hour of rows that stand for what an hour had too few of."""
WAITING, SERVICE = "waiting", "service"

K = TypeVar("K", bound=Hashable)


class TimesSum(Struct, frozen=True):
    """Visits of one field in one hour at the counters of a unit: how many, and their whole minutes together."""

    unit_id: str
    service: str
    timed: str
    hour: int
    n: int
    minutes: int


class Mean(Struct, frozen=True):
    """How many visits, and how many minutes each took on the average."""

    n: int
    minutes: float


class Times(Struct, frozen=True):
    """``None``: nobody told of any."""

    waiting: Mean | None = None
    service: Mean | None = None


class Reported(Struct, frozen=True):
    """Of which ``days`` of a period something was told of a counter, and of which day for the first and the last
    time."""

    unit_id: str
    counter_id: str
    begins: date
    ends: date
    days: frozenset[date]


class DayGaps(Struct, frozen=True):
    """The working days of a period of which nothing was told of a counter, though something was before and after:
    ``days``, the newest last. A machine that is switched off before the office closes tells nothing of its day."""

    unit_id: str
    counter_id: str
    days: tuple[date, ...]


def day_gaps(
    reported: Iterable[Reported], first: date | None, last: date, is_working: Callable[[date], bool]
) -> tuple[DayGaps, ...]:
    """The gaps of each counter that has any, from ``first`` (``None``: the beginning) to ``last``."""
    found = []
    for each in reported:
        begin, end = max(first or each.begins, each.begins), min(last, each.ends)
        span = (begin + timedelta(days=n) for n in range((end - begin).days + 1))
        gaps = tuple(day for day in span if day not in each.days and is_working(day))
        found += [DayGaps(each.unit_id, each.counter_id, gaps)] if gaps else []
    return tuple(found)


def times_by(sums: Iterable[TimesSum], key: Callable[[TimesSum], K]) -> dict[K, Times]:
    """The means by whatever ``key`` says, in its order."""
    found: dict[K, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for each in sums:
        total = found[key(each)][each.timed]
        total[0] += each.n
        total[1] += each.minutes
    return {name: Times(_mean(totals[WAITING]), _mean(totals[SERVICE])) for name, totals in found.items()}


def _mean(total: list[int]) -> Mean | None:
    n, minutes = total
    return Mean(n, minutes / n) if n else None
