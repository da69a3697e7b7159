"""Cut a period into whole months and spare days, so that it can be read from sums by month and by day. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from msgspec import Struct

_DAY = timedelta(days=1)
SINCE_EVER = date(1, 2, 1)
"""The first day of a period without a beginning: after the day that stands for no day at all."""


class Stretch(Struct, frozen=True):
    """Days from ``first`` to ``last``, or months named by their first days. ``sign`` is -1 where they are taken away
    again."""

    first: date
    last: date
    era: int
    sign: int = 1


class Cover(Struct, frozen=True):
    """Stretches that add up to a period: months first, then days."""

    months: tuple[Stretch, ...]
    days: tuple[Stretch, ...]


def first_of_month(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def last_of_month(day: date) -> date:
    """The last day of its month."""
    return first_of_month(first_of_month(day) + timedelta(days=31)) - _DAY


def cover(first: date | None, last: date, bounds: Sequence[date], newest: date | None) -> Cover:
    """The stretches of a period whose parts ``bounds`` divide. ``newest``: the last day on which anything was counted;
    the month in which the period ends is taken whole and what came after taken away where that is less to read."""
    months, days = list[Stretch](), list[Stretch]()
    for era, begin, end in _eras(first or SINCE_EVER, last, bounds):
        upto = end
        if end == last and _is_less_after(begin, last, newest):
            upto = last_of_month(last)
            if last < upto:
                days.append(Stretch(last + _DAY, upto, era, -1))
        whole_from, whole_to = _whole_months(begin, upto)
        if whole_from > whole_to:
            days.append(Stretch(begin, end, era))
            continue
        months.append(Stretch(whole_from, first_of_month(whole_to), era))
        if begin < whole_from:
            days.append(Stretch(begin, whole_from - _DAY, era))
        if whole_to < upto:
            days.append(Stretch(whole_to + _DAY, upto, era))
    return Cover(tuple(months), tuple(days))


def _eras(first: date, last: date, bounds: Sequence[date]) -> Iterator[tuple[int, date, date]]:
    """The parts that have a day, with their numbers."""
    for era, (begin, after) in enumerate(zip([first, *bounds], [*bounds, last + _DAY], strict=True)):
        begins, ends = max(begin, first), min(after - _DAY, last)
        if begins <= ends:
            yield era, begins, ends


def _is_less_after(begin: date, last: date, newest: date | None) -> bool:
    end = last_of_month(last)
    if first_of_month(last) < begin or end == last:
        return False
    return newest is None or (min(end, newest) - last).days < last.day


def _whole_months(begin: date, end: date) -> tuple[date, date]:
    """From the first day of the first whole month to the last day of the last one; the wrong way round when there is
    none."""
    starts = begin if begin.day == 1 else last_of_month(begin) + _DAY
    ends = end if end == last_of_month(end) else first_of_month(end) - _DAY
    return starts, ends
