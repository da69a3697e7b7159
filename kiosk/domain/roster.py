"""The duty roster: who sits at which counter, and who receives complaints, from when to when. Pure.

Times of day are ``HH:MM`` in Việt Nam, a shift begins with ``start`` and is over at ``until``; ``24:00`` is the end of
a day. A gap is a gap: nobody is ever put into it.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct

RECEPTION = ""
"""Where a counter's id stands in a shift: of whoever receives citizens' complaints, at no counter."""
DAY_STARTS, NOON, DAY_ENDS = "00:00", "12:00", "24:00"


class DutyShift(Struct, frozen=True):
    """One officer at one seat on one day. ``phone``: the office's number at which whoever receives complaints is
    reached; empty at a counter."""

    counter_id: str
    officer_number: str
    day: date
    start: str = DAY_STARTS
    until: str = DAY_ENDS
    phone: str = ""

    @property
    def seat(self) -> tuple[date, str]:
        """The day and the place: one officer sits there at a time."""
        return self.day, self.counter_id

    def covers(self, clock: str) -> bool:
        """Whether it runs at a time of day."""
        return self.start <= clock < self.until

    def overlaps(self, other: "DutyShift") -> bool:
        """Whether both run at some time of the same day."""
        return self.day == other.day and self.start < other.until and other.start < self.until


def clock_of(at: datetime) -> str:
    """The minute of a local time.

    >>> clock_of(datetime(2026, 12, 1, 7, 5))
    '07:05'
    """
    return f"{at:%H:%M}"


def on_duty(shifts: Iterable[DutyShift], counter_id: str, at: datetime) -> DutyShift | None:
    """Who is at a seat at a local time; ``None`` for a gap, and where two stand there."""
    clock = clock_of(at)
    found = [each for each in shifts if each.seat == (at.date(), counter_id) and each.covers(clock)]
    return found[0] if len(found) == 1 else None


def content_of(shifts: Iterable[DutyShift]) -> dict[str, Any]:
    """Shifts as a kiosk gets them: a list of texts each, in the order of the fields."""
    return {"shifts": sorted([_as_texts(each) for each in shifts])}


def shifts_from(content: dict[str, Any]) -> tuple[DutyShift, ...]:
    """What ``content_of`` was given. Raises ``ValueError`` or ``TypeError`` for anything else."""
    return tuple(_from_texts(each) for each in content.get("shifts", ()))


def _as_texts(shift: DutyShift) -> list[str]:
    return [shift.day.isoformat(), shift.counter_id, shift.start, shift.until, shift.officer_number, shift.phone]


def _from_texts(texts: Sequence[str]) -> DutyShift:
    day, counter_id, start, until, officer_number, phone = texts
    return DutyShift(counter_id, officer_number, date.fromisoformat(day), start, until, phone)
