"""What a duty roster may say, and how a change of it spares what has passed. Pure.

Who sat where decides whose account a rating stands on. So nothing that has passed is ever written anew: a change of a
day that is over is refused, and one of today holds from this minute on.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.roster import DAY_ENDS, DAY_STARTS, RECEPTION, DutyShift

MAX_DAYS_AHEAD = 92
"""A roster reaches a quarter ahead, no further: what is planned longer is not known."""

Seat = tuple[date, str]
_PHONE = re.compile(r"\+?[0-9](?:[ .()/-]{0,2}[0-9]){2,19}", re.ASCII)
"""A number of the office as it writes it, also a short one such as 1022."""


class Serving(Struct, frozen=True):
    """A counter or an officer of a unit, with the days on which they are there; ``None`` is open."""

    valid_from: date | None = None
    valid_to: date | None = None

    def on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class UnitPeople(Struct, frozen=True):
    """The counters and officers of one unit, by id and by number."""

    counters: Mapping[str, Serving]
    officers: Mapping[str, Serving]


class RosterProblem(Struct, frozen=True):
    """A shift that cannot stand. ``key`` names the text that says why and what to do."""

    key: str
    shift: DutyShift
    other: DutyShift | None = None


def changed_seats(
    present: Iterable[DutyShift], wanted: Mapping[Seat, Sequence[DutyShift]], today: date, clock: str
) -> tuple[list[DutyShift], list[DutyShift], list[RosterProblem]]:
    """The shifts that end and those that are new when each seat of ``wanted`` is to have its shifts and no others, and
    the seats of days that have passed, which are not changed. Nothing before ``clock`` of ``today`` differs after."""
    old, ended, new, problems = _by_seat(present), list[DutyShift](), list[DutyShift](), list[RosterProblem]()
    for seat, shifts in wanted.items():
        before = old[seat]
        after = merged(shifts) if seat[0] > today else merged([*_until(before, clock), *_from(shifts, clock)])
        if seat[0] < today:
            if merged(shifts) != merged(before):
                problems += [RosterProblem("roster.refused.past", each) for each in (*shifts, *before)[:1]]
            continue
        ended += [each for each in before if each not in after]
        new += [each for each in after if each not in before]
    return ended, new, problems


def merged(shifts: Iterable[DutyShift]) -> list[DutyShift]:
    """In order of time, each once; what follows on without a gap and is the same otherwise is one shift."""
    found: list[DutyShift] = []
    for each in sorted(set(shifts), key=lambda shift: (shift.day, shift.counter_id, shift.start, shift.until)):
        last = found[-1] if found else None
        if last is not None and replace(each, start=last.start, until=last.until) == last and each.start == last.until:
            found[-1] = replace(last, until=each.until)
        else:
            found.append(each)
    return found


def problems_of(
    shifts: Sequence[DutyShift], new: Iterable[DutyShift], people: UnitPeople, today: date
) -> list[RosterProblem]:
    """What forbids the new shifts among all of a unit's ``shifts``, which contain them."""
    by_day = defaultdict(list)
    for each in shifts:
        by_day[each.day].append(each)
    found = []
    for shift in new:
        key = _cannot_serve(shift, people, today)
        if key:
            found.append(RosterProblem(key, shift))
            continue
        clash = next((other for other in by_day[shift.day] if other != shift and _clash(shift, other)), None)
        if clash is not None:
            same = clash.seat == shift.seat
            found.append(RosterProblem("roster.refused.seat_taken" if same else "roster.refused.twice", shift, clash))
    return found


def problem_values(problem: RosterProblem) -> dict[str, object]:
    """What fills in the text of a problem."""
    shift, other = problem.shift, problem.other or problem.shift
    return {
        "officer": shift.officer_number,
        "counter": shift.counter_id,
        "day": f"{shift.day:%d/%m/%Y}",
        "hours": f"{shift.start}–{shift.until}",
        "phone": shift.phone,
        "other": other.officer_number,
        "other_counter": other.counter_id,
        "other_hours": f"{other.start}–{other.until}",
    }


def _cannot_serve(shift: DutyShift, people: UnitPeople, today: date) -> str:
    counter, officer = people.counters.get(shift.counter_id), people.officers.get(shift.officer_number)
    if not DAY_STARTS <= shift.start < shift.until <= DAY_ENDS:
        return "roster.refused.hours"
    if shift.phone and not _PHONE.fullmatch(shift.phone):
        return "roster.refused.phone"
    if shift.day > today + timedelta(days=MAX_DAYS_AHEAD):
        return "roster.refused.far"
    if shift.counter_id != RECEPTION and (counter is None or not counter.on(shift.day)):
        return "roster.refused.counter"
    if officer is None:
        return "roster.refused.officer"
    return "" if officer.on(shift.day) else "roster.refused.left"


def _clash(one: DutyShift, other: DutyShift) -> bool:
    """Two at one seat, or one at two counters. Who receives complaints may sit at a counter meanwhile: it is a
    telephone."""
    if not one.overlaps(other):
        return False
    at_counters = RECEPTION not in (one.counter_id, other.counter_id)
    return one.seat == other.seat or (at_counters and one.officer_number == other.officer_number)


def _by_seat(shifts: Iterable[DutyShift]) -> defaultdict[Seat, list[DutyShift]]:
    found: defaultdict[Seat, list[DutyShift]] = defaultdict(list)
    for each in shifts:
        found[each.seat].append(each)
    return found


def _until(shifts: Iterable[DutyShift], clock: str) -> list[DutyShift]:
    return [replace(each, until=min(each.until, clock)) for each in shifts if each.start < clock]


def _from(shifts: Iterable[DutyShift], clock: str) -> list[DutyShift]:
    return [replace(each, start=max(each.start, clock)) for each in shifts if each.until > clock]
