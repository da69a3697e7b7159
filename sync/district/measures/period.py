"""Periods a figure can cover: local calendar days in Việt Nam, and how an address names them. Pure.

Every period is a set of whole days, and a released group counts on one day, so that a period never divides a group
(``sync.district.measures.disclosure``). An address with ``of`` or with ``first`` and ``last`` names the same days for
ever: ``period=month&of=2026-10``. One without them moves with the calendar: ``period=month`` is the month of the last
day that is released.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

FIRST_YEAR, LAST_YEAR = 2000, 2100
MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


class PeriodName(StrEnum):
    """The kinds of periods; the value stands in the address."""

    DAY = "day"
    LAST_7_DAYS = "7-days"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"
    RANGE = "range"
    ALL = "all"


CALENDAR = (
    *(PeriodName.DAY, PeriodName.WEEK, PeriodName.MONTH),
    *(PeriodName.QUARTER, PeriodName.HALF_YEAR, PeriodName.YEAR),
)
"""The kinds that follow one another without a gap: each day is in one of each."""


class NotBegun(ValueError):
    """A period of which no day is released yet."""


class Asked(Struct, frozen=True):
    """What an address asks for. Without ``of`` and days: the newest of its kind."""

    name: PeriodName = PeriodName.MONTH
    of: str = ""
    first: date | None = None
    last: date | None = None


class Period(Struct, frozen=True):
    """From ``first`` to ``last``, both included; ``first`` is ``None`` when there is no beginning. ``ends``: the last
    day by the calendar, which is later than ``last`` while the period runs. ``of`` names a period of the calendar."""

    name: PeriodName
    first: date | None
    last: date
    ends: date
    of: str = ""

    @property
    def runs(self) -> bool:
        """Whether some of its days are not released yet."""
        return self.last < self.ends

    @property
    def query(self) -> str:
        """Its address, which names the same days for ever as far as that can be."""
        if self.of:
            return f"period={self.name}&of={self.of}"
        if self.name is PeriodName.ALL or self.first is None:
            return "period=all"
        return f"period=range&first={self.first.isoformat()}&last={self.ends.isoformat()}"


def asked(name: str, of: str = "", first: str = "", last: str = "") -> Asked:
    """What an address asks for. Raises ``ValueError``. Links made before figures were released by the day ask for
    ``today``."""
    kind = PeriodName.DAY if name == "today" else PeriodName(name)
    if kind is PeriodName.RANGE:
        begins, ends = _day(first), _day(last)
        if begins > ends:
            raise ValueError(f"{first} is after {last}")
        return Asked(kind, first=begins, last=ends)
    if of:
        begins, _ = _bounds(kind, of)
        _check_year(begins.year)
    return Asked(kind, of)


def asked_by_name(of: str) -> Asked:
    """The period of the calendar that a name alone asks for: 2026-10, 2026-Q4. Raises ``ValueError``."""
    for name, shape in _SHAPES.items():
        if shape.fullmatch(of):
            return asked(str(name), of)
    raise ValueError(f"{of} names no period")


def period(wanted: Asked, until: date) -> Period:
    """The period that is asked for, as far as it is released: up to ``until``. Raises ``NotBegun`` when none of it
    is."""
    match wanted.name:
        case PeriodName.ALL:
            return Period(PeriodName.ALL, None, until, until)
        case PeriodName.LAST_7_DAYS:
            return Period(PeriodName.LAST_7_DAYS, until - timedelta(days=6), until, until)
        case PeriodName.RANGE:
            first, ends, of = wanted.first or until, wanted.last or until, ""
        case _:
            of = wanted.of or label(wanted.name, until)
            first, ends = _bounds(wanted.name, of)
    if first > until:
        raise NotBegun(f"nothing is released of what begins on {first}")
    return Period(wanted.name, first, min(ends, until), ends, of)


def before(chosen: Period) -> Period | None:
    """The period right before, as long as this one: the calendar's for one of the calendar."""
    if chosen.first is None:
        return None
    last = chosen.first - timedelta(days=1)
    if chosen.of:
        return _calendar(chosen.name, last)
    return Period(chosen.name, last - (chosen.ends - chosen.first), last, last)


def after(chosen: Period, until: date) -> Period | None:
    """The next period of the calendar; ``None`` when none of it is released."""
    begins = chosen.ends + timedelta(days=1)
    return period(Asked(chosen.name, label(chosen.name, begins)), until) if chosen.of and begins <= until else None


def newest_finished(name: PeriodName, until: date) -> Period | None:
    """The newest period of a kind of the calendar that is over and released whole; ``None`` where none can be."""
    found = period(Asked(name), until)
    return before(found) if found.runs else found


def year_before(chosen: Period) -> Period | None:
    """The same period of the year before. Of the last 7 days: 52 weeks earlier, so that weekdays agree; of a year: none
    but the one before."""
    if chosen.first is None or chosen.name is PeriodName.YEAR:
        return None
    if chosen.name is PeriodName.LAST_7_DAYS:
        weeks = timedelta(weeks=52)
        return Period(chosen.name, chosen.first - weeks, chosen.last - weeks, chosen.ends - weeks)
    if chosen.name is PeriodName.WEEK:
        year, week, _ = chosen.first.isocalendar()
        return _calendar(chosen.name, date.fromisocalendar(year - 1, min(week, 52), 1))
    first, ends = _a_year_earlier(chosen.first), _a_year_earlier(chosen.ends)
    return _calendar(chosen.name, first) if chosen.of else Period(chosen.name, first, ends, ends)


def containing(name: PeriodName, day: date) -> Asked:
    """The period of a kind of the calendar that holds a day."""
    return Asked(name, label(name, day))


def label(name: PeriodName, day: date) -> str:
    """How an address calls the period of the calendar that holds a day."""
    return _LABELS[name](day)


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


_LABELS: Mapping[PeriodName, Callable[[date], str]] = {
    PeriodName.DAY: date.isoformat,
    PeriodName.WEEK: _week,
    PeriodName.MONTH: lambda day: f"{day.year}-{day.month:02}",
    PeriodName.QUARTER: lambda day: f"{day.year}-Q{(day.month + 2) // 3}",
    PeriodName.HALF_YEAR: lambda day: f"{day.year}-H{(day.month + 5) // 6}",
    PeriodName.YEAR: lambda day: str(day.year),
}

_SHAPES: Mapping[PeriodName, re.Pattern[str]] = {
    PeriodName.DAY: re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"),
    PeriodName.WEEK: re.compile(r"([0-9]{4})-W([0-9]{2})"),
    PeriodName.MONTH: re.compile(r"([0-9]{4})-([0-9]{2})"),
    PeriodName.QUARTER: re.compile(r"([0-9]{4})-Q([1-4])"),
    PeriodName.HALF_YEAR: re.compile(r"([0-9]{4})-H([12])"),
    PeriodName.YEAR: re.compile(r"([0-9]{4})"),
}


def _bounds(name: PeriodName, of: str) -> tuple[date, date]:
    """The first and the last day of a period of the calendar. Raises ``ValueError``."""
    found = _SHAPES[name].fullmatch(of) if name in _SHAPES else None
    if found is None:
        raise ValueError(f"{of} names no {name}")
    year, *rest = (int(each) for each in found.groups())
    if name is PeriodName.DAY:
        day = date(year, *rest)
        return day, day
    if name is PeriodName.WEEK:
        monday = date.fromisocalendar(year, rest[0], 1)
        return monday, monday + timedelta(days=6)
    months = MONTHS[name]
    begins = (rest[0] - 1) * months + 1 if rest else 1
    ends = begins + months - 1
    if not 1 <= begins <= ends <= 12:
        raise ValueError(f"{of} names no {name}")
    return date(year, begins, 1), date(year, ends, monthrange(year, ends)[1])


def _calendar(name: PeriodName, day: date) -> Period:
    of = label(name, day)
    first, ends = _bounds(name, of)
    return Period(name, first, ends, ends, of)


def _day(text: str) -> date:
    if not _SHAPES[PeriodName.DAY].fullmatch(text):
        raise ValueError(f"{text} is no day")
    _check_year(int(text[:4]))
    return date.fromisoformat(text)


def _check_year(year: int) -> None:
    if not FIRST_YEAR < year < LAST_YEAR:
        raise ValueError(f"{year} is no year of these figures")


def _a_year_earlier(day: date) -> date:
    """The same day of the year before; of a leap day the day before it."""
    return day.replace(year=day.year - 1, day=min(day.day, monthrange(day.year - 1, day.month)[1]))
