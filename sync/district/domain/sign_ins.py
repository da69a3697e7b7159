"""Who signed in at a counter's kiosk beside whom the duty roster names there. Pure.

It says only that the two differ: the roster may be wrong, or an officer used the kiosk of a colleague's counter. Until
the half-day is over the ratings there stand on nobody's account (``kiosk.desk.seat``) if the officer is listed there.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from kiosk.domain.roster import DutyShift, on_duty

DAYS_BACK = 14
"""So many days back it is told; a roster that has passed is changed by nobody, so older ones help nobody."""


class SignIn(Struct, frozen=True):
    """An officer signed in at the kiosk of a counter. ``at``: local time, known for sure."""

    counter_id: str
    officer_number: str
    at: datetime


class SignInDiffers(Struct, frozen=True):
    """On a day somebody else than ``rostered`` signed in at a counter; ``rostered`` is empty where the roster has a
    gap."""

    day: date
    counter_id: str
    signed_in: str
    rostered: str


def by_day(shifts: Iterable[DutyShift]) -> dict[date, list[DutyShift]]:
    """The shifts of a unit, by their day."""
    found: dict[date, list[DutyShift]] = {}
    for shift in shifts:
        found.setdefault(shift.day, []).append(shift)
    return found


def differing(sign_ins: Iterable[SignIn], shifts: Mapping[date, Sequence[DutyShift]]) -> tuple[SignInDiffers, ...]:
    """What differs at the counters of a unit, each once a day. ``shifts``: the unit's roster of each day; of a day
    without one there is nothing to differ from."""
    found = set[SignInDiffers]()
    for each in sign_ins:
        of_day = shifts.get(each.at.date(), ())
        holder = on_duty(of_day, each.counter_id, each.at)
        rostered = holder.officer_number if holder else ""
        if of_day and rostered != each.officer_number:
            found.add(SignInDiffers(each.at.date(), each.counter_id, each.officer_number, rostered))
    return newest_first(found)


def newest_first(found: Iterable[SignInDiffers]) -> tuple[SignInDiffers, ...]:
    """The newest day first, a day's by counter."""
    order = sorted(found, key=lambda each: (each.counter_id, each.signed_in, each.rostered))
    return tuple(sorted(order, key=lambda each: each.day, reverse=True))
