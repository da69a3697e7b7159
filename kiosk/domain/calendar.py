"""When an office is open: its periods a day, the country's holidays, and the Saturdays worked in exchange.

Everything is local time in Việt Nam, given as naive ``datetime``. Pure: the moment is an argument. Whether an office is
open never decides whether a citizen may rate; it dims the screen and becomes a plain fact of the entry.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from msgspec import Struct, field

from kiosk.domain.reference import OpeningHours, in_force

LOOK_AHEAD_DAYS = 31
LOOK_BACK_DAYS = 31
SATURDAY = 6

Period = tuple[time, time]


# Month and day of the holidays that are the same every year (Bộ luật Lao động 2019, Điều 112 khoản 1). Tết and Giỗ Tổ
# follow the moon, and the day beside 2 September is chosen each year: those come from lists only.
BY_LAW = frozenset(((1, 1), (4, 30), (5, 1), (9, 2)))


@lru_cache
def substitutes(year: int) -> Mapping[date, date]:
    """The holidays of law that fall on a Saturday or Sunday → the working day after them, which is off instead
    (Bộ luật Lao động 2019, Điều 111 khoản 3)."""
    by_law = {date(year, *month_and_day) for month_and_day in BY_LAW}
    found: dict[date, date] = {}
    for holiday in sorted(by_law):
        day = holiday
        while day.isoweekday() >= SATURDAY or day in by_law or day in found.values():
            day += timedelta(days=1)
        if holiday.isoweekday() >= SATURDAY:
            found[holiday] = day
    return found


class Holidays(Struct, frozen=True):
    """``off``: days on which nobody works. ``exchanged``: a day that is worked → the day whose hours it takes over.
    ``years``: those a list was given for. The holidays of law are off with and without a list; without one also the day
    after those at a weekend."""

    off: frozenset[date] = frozenset()
    exchanged: Mapping[date, date] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_off(self, day: date) -> bool:
        """Whether nobody works on this day, whatever day of the week it is."""
        if (day.month, day.day) in BY_LAW or (day.year not in self.years and day in substitutes(day.year).values()):
            return True
        return day in self.off and day not in self.exchanged

    def stands_in_for(self, day: date) -> date | None:
        """The day whose hours this day has because it is worked in exchange."""
        return None if self.is_off(day) else self.exchanged.get(day)

    def unlisted(self, first: date, last: date) -> tuple[int, ...]:
        """The years from one day to another that have no list: only the holidays of law are known in them."""
        return tuple(year for year in range(first.year, last.year + 1) if year not in self.years)


class OfficeCalendar(Struct, frozen=True):
    """One office's hours. Without any row of ``hours`` nothing is known, and nothing is called closed."""

    hours: tuple[OpeningHours, ...] = ()
    holidays: Holidays = Holidays()


def periods_of(calendar: OfficeCalendar, day: date) -> tuple[Period, ...]:
    """The periods of a day, in order; none on a holiday."""
    if calendar.holidays.is_off(day):
        return ()
    weekday = (calendar.holidays.stands_in_for(day) or day).isoweekday()
    return _usual(calendar.hours, day, weekday)


def is_open(calendar: OfficeCalendar, at: datetime) -> bool | None:
    """Whether the office is open; a period includes its first minute and not its last. ``None``: not known."""
    if not _in_force(calendar.hours, at.date()):
        return None
    return any(first <= at.time() < last for first, last in periods_of(calendar, at.date()))


def is_over(calendar: OfficeCalendar, day: date, at: datetime) -> bool:
    """Whether nothing more is to be expected of a day at ``at``: its last period has ended, or it is past. A day
    without a period, or with hours that nobody knows, is over at midnight."""
    if day != at.date():
        return day < at.date()
    periods = periods_of(calendar, day)
    return bool(periods) and at.time() >= max(last for _, last in periods)


def opens_after(calendar: OfficeCalendar, at: datetime) -> datetime | None:
    """The next moment a period begins, later than ``at``; ``None`` when none does within a month."""
    for ahead in range(LOOK_AHEAD_DAYS):
        day = at.date() + timedelta(days=ahead)
        for first, _ in periods_of(calendar, day):
            if datetime.combine(day, first) > at:
                return datetime.combine(day, first)
    return None


def open_time(calendar: OfficeCalendar, first: datetime, last: datetime) -> timedelta | None:
    """How long the office was open from one moment to another: of more than a month, in its last 31 days. A day before
    its hours were told counts as closed. ``None``: its hours at the end are not known."""
    if not _in_force(calendar.hours, last.date()):
        return None
    days = min((last.date() - first.date()).days, LOOK_BACK_DAYS)
    return sum((_open_on(calendar, last.date() - timedelta(days=n), first, last) for n in range(days + 1)), timedelta())


def _open_on(calendar: OfficeCalendar, day: date, first: datetime, last: datetime) -> timedelta:
    total, reached = timedelta(), first
    for begins, ends in periods_of(calendar, day):  # in order; two may overlap
        since, until = max(datetime.combine(day, begins), reached), min(datetime.combine(day, ends), last)
        if until > since:
            total, reached = total + (until - since), until
    return total


def hours_for(rows: Iterable[OpeningHours], chain: Sequence[str], day: date) -> tuple[OpeningHours, ...]:
    """The rows that govern a unit: those of the nearest unit that has any in force. ``chain``: unit, parent, … .

    Rows of that unit for later days come along, so that the next opening can be told.
    """
    known = tuple(rows)
    for unit_id in chain:
        own = tuple(row for row in known if row.unit_id == unit_id)
        if _in_force(own, day):
            return own
    return ()


def period_from(text: str) -> Period:
    """``07:30-11:30`` as two times. Raises ``ValueError`` when it is no period, or ends before it begins."""
    first_text, dash, last_text = text.partition("-")
    first, last = time.fromisoformat(first_text), time.fromisoformat(last_text)
    if not dash or first >= last:
        raise ValueError(f"{text!r} does not end after it begins")
    return first, last


def holidays_from(lists: Iterable[Mapping[str, Any]]) -> Holidays:
    """Reads parsed lists (config/schemes/holidays-….toml, or their JSON). Raises ``ValueError`` naming the fault."""
    off: set[date] = set()
    exchanged: dict[date, date] = {}
    years: set[int] = set()
    for content in lists:
        try:
            off |= {_date(row["day"]) for row in content.get("off", [])}
            exchanged |= {_date(row["day"]): _date(row["instead_of"]) for row in content.get("worked", [])}
        except (KeyError, TypeError) as error:
            raise ValueError(f"holidays: a row lacks {error}") from error
        if isinstance(content.get("year"), int):
            years.add(content["year"])
    return Holidays(frozenset(off), exchanged, frozenset(years))


def _usual(hours: Sequence[OpeningHours], day: date, weekday: int) -> tuple[Period, ...]:
    rows = (row for row in _in_force(hours, day) if str(weekday) in row.weekdays)
    return tuple(sorted({period_from(text) for row in rows for text in (row.morning, row.afternoon) if text}))


def _in_force(rows: Sequence[OpeningHours], day: date) -> tuple[OpeningHours, ...]:
    return tuple(row for row in rows if in_force(row.valid_from, row.valid_to, day))


def _date(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
