"""Change a unit's duty roster: all of a change or nothing, written down with who and when."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.roster import DutyShift, clock_of
from sync.district.domain.audit import Audited, AuditEntry
from sync.district.domain.roster_rules import RosterProblem, Seat, changed_seats, problems_of
from sync.district.store import audit
from sync.district.store import rosters as store
from sync.district.store.engine import Connection
from sync.district.store.imports import Origin
from sync.district.store.locks import Lock, hold
from sync.district.times import VIETNAM, local_day

WEEK = timedelta(days=7)


class RosterRefused(Exception):
    """A change that is not made, with everything that forbids it."""

    def __init__(self, problems: Sequence[RosterProblem]) -> None:
        super().__init__(f"{len(problems)} shifts cannot stand")
        self.problems = tuple(problems)


class Stale(Exception):
    """Somebody else has changed the roster since the page was read."""


class RosterChanged(Struct, frozen=True):
    """How many shifts a change ended and put down; ``revision`` is ``None`` when it changed nothing."""

    ended: int = 0
    new: int = 0
    revision: int | None = None


def change_roster(
    connection: Connection,
    unit_id: str,
    wanted: Mapping[Seat, Sequence[DutyShift]],
    origin: Origin,
    read_at: int | None = None,
) -> RosterChanged:
    """Gives each seat of ``wanted`` its shifts and no others; other seats stay. ``read_at``: the newest change of the
    roster that whoever makes this one had seen. Raises ``RosterRefused`` or ``Stale``; the transaction is the
    caller's."""
    hold(connection, Lock.REFERENCE)
    if read_at is not None and store.newest_change(connection, unit_id) != read_at:
        raise Stale
    ended, new = checked_change(connection, unit_id, wanted, origin.at)
    if not (ended or new):
        return RosterChanged()
    revision = store.write_shifts(connection, unit_id, ended, new, origin)
    detail = {"unit": unit_id, "revision": revision, "ended": len(ended), "new": len(new)}
    audit.note(connection, AuditEntry(origin.at, origin.person or "", Audited.ROSTER, detail, origin.reason or ""))
    return RosterChanged(len(ended), len(new), revision)


def checked_change(
    connection: Connection, unit_id: str, wanted: Mapping[Seat, Sequence[DutyShift]], at: datetime
) -> tuple[list[DutyShift], list[DutyShift]]:
    """The shifts that such a change ends and puts down, without doing it. Raises ``RosterRefused``."""
    if not wanted:
        return [], []
    days = [day for day, _ in wanted]
    present = store.shifts_of(connection, unit_id, min(days), max(days))
    today, clock = local_now(at)
    ended, new, problems = changed_seats(present, wanted, today, clock)
    after = [each for each in present if each not in ended] + new
    ahead = [each for each in new if each.day > today or each.until > clock]  # what was cut off behind now is history
    problems += problems_of(after, ahead, store.people_of(connection, unit_id), today)
    if problems:
        raise RosterRefused(problems)
    return ended, new


def seats_of(shifts: Sequence[DutyShift]) -> dict[Seat, list[DutyShift]]:
    """The shifts of each seat."""
    found: dict[Seat, list[DutyShift]] = {}
    for each in shifts:
        found.setdefault(each.seat, []).append(each)
    return found


def whole_week(monday: date) -> tuple[date, date]:
    """The first and the last day of a week."""
    return monday, monday + WEEK - timedelta(days=1)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def local_now(at: datetime) -> tuple[date, str]:
    """Today and the minute in Việt Nam."""
    return local_day(at), clock_of(at.astimezone(VIETNAM))


class Copied(Struct, frozen=True):
    """What filling a week like the one before came to; ``left``: seats that could not be filled."""

    changed: RosterChanged
    left: int


def like_week_before(
    connection: Connection, unit_id: str, monday: date, origin: Origin, read_at: int | None = None
) -> Copied:
    """Gives each seat of a week that has nobody yet the shifts it had a week before, where these may stand. Raises
    ``RosterRefused`` or ``Stale``."""
    hold(connection, Lock.REFERENCE)
    today, clock = local_now(origin.at)
    people = store.people_of(connection, unit_id)
    present = store.shifts_of(connection, unit_id, *whole_week(monday))
    taken, wanted, left = {each.seat for each in present}, dict[Seat, list[DutyShift]](), 0
    week_before = store.shifts_of(connection, unit_id, *whole_week(monday - WEEK))
    for shifts in seats_of([replace(each, day=each.day + WEEK) for each in week_before]).values():
        seat = shifts[0].seat
        if seat in taken or seat[0] < today:
            continue
        _, new, _ = changed_seats(present, {seat: shifts}, today, clock)
        if not new or problems_of([*present, *new], new, people, today):
            left += 1
            continue
        wanted[seat], present = shifts, [*present, *new]
    return Copied(change_roster(connection, unit_id, wanted, origin, read_at), left)
