"""A week of a unit's duty roster as values for its page. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from kiosk.domain.roster import DAY_ENDS, DAY_STARTS, NOON, RECEPTION, DutyShift
from sync.district.domain.roster_rules import Seat, merged
from sync.district.store.rosters import RosterOfficer

WORKING_DAYS = 5


class Part(Struct, frozen=True):
    """Who is there in a part of a day. ``when`` is ``all_day``, ``morning``, ``afternoon``, ``from_time``,
    ``until_time`` or ``times``; ``hours`` are what fills in the text of the last three."""

    officer_number: str
    when: str
    hours: str


class Cell(Struct, frozen=True):
    """One seat on one day. ``chosen``: who is there for the rest of the day, where one alone is or nobody, and so can
    be chosen anew in a list; ``None`` where the day is split or has passed."""

    counter_id: str
    day: date
    parts: tuple[Part, ...]
    chosen: str | None

    @property
    def key(self) -> str:
        """How the form names it."""
        return f"{self.counter_id}|{self.day.isoformat()}"

    @property
    def is_open(self) -> bool:
        """Whether it is to be filled: nobody is there for the rest of the day."""
        return self.chosen == ""


class SeatRow(Struct, frozen=True):
    """One seat through the week."""

    counter_id: str
    name: str
    cells: tuple[Cell, ...]


class Week(Struct, frozen=True):
    """The table. ``gaps``: how many seats of today and later have nobody."""

    monday: date
    days: tuple[date, ...]
    rows: tuple[SeatRow, ...]
    gaps: int


def week(
    monday: date,
    seats: Sequence[tuple[str, str]],
    shifts: Iterable[DutyShift],
    today: date,
    clock: str,
    *,
    weekend: Iterable[int] = (),
) -> Week:
    """The table of a week for some seats (id and name). ``weekend``: days besides Monday to Friday that are shown, 5
    for Saturday; those with a shift are shown anyhow."""
    by_seat: dict[Seat, list[DutyShift]] = {}
    for each in shifts:
        by_seat.setdefault(each.seat, []).append(each)
    used = {day.weekday() for day, _ in by_seat} | set(weekend)
    days = tuple(monday + timedelta(days=at) for at in range(7) if at < WORKING_DAYS or at in used)
    rows = tuple(
        SeatRow(counter_id, name, tuple(_cell(counter_id, day, by_seat, today, clock) for day in days))
        for counter_id, name in seats
    )
    gaps = sum(cell.is_open for row in rows for cell in row.cells if row.counter_id != RECEPTION)
    return Week(monday, days, rows, gaps)


def _cell(counter_id: str, day: date, by_seat: Mapping[Seat, Sequence[DutyShift]], today: date, clock: str) -> Cell:
    shifts = merged(by_seat.get((day, counter_id), ()))
    parts = tuple(part_of(each) for each in shifts)
    return Cell(counter_id, day, parts, _chosen(shifts, day, today, clock))


def _chosen(shifts: Sequence[DutyShift], day: date, today: date, clock: str) -> str | None:
    if day < today:
        return None
    begins = clock if day == today else DAY_STARTS
    left = [each for each in shifts if each.until > begins]
    if not left:
        return ""
    whole = len(left) == 1 and left[0].start <= begins and left[0].until == DAY_ENDS
    return left[0].officer_number if whole else None


def part_of(shift: DutyShift) -> Part:
    """A shift as it is written in a cell."""
    start, until = shift.start, shift.until
    named = {(DAY_STARTS, DAY_ENDS): "all_day", (DAY_STARTS, NOON): "morning", (NOON, DAY_ENDS): "afternoon"}
    if (start, until) in named:
        return Part(shift.officer_number, named[start, until], "")
    if until == DAY_ENDS:
        return Part(shift.officer_number, "from_time", start)
    if start == DAY_STARTS:
        return Part(shift.officer_number, "until_time", until)
    return Part(shift.officer_number, "times", f"{start}–{until}")


def names_of(officers: Iterable[RosterOfficer], full_names: Mapping[str, str]) -> dict[str, str]:
    """How each officer is called on the page: by the name of their account and their number, else by number and post.
    What tells them apart stands first, since a narrow list cuts off the end."""
    names = {}
    for each in officers:
        name = full_names.get(each.officer_number)
        parts = (name, each.officer_number) if name else (each.officer_number, each.post)
        names[each.officer_number] = " · ".join(part for part in parts if part)
    return names
