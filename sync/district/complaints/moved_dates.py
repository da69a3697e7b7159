"""What another list of a year's holidays would do to dates that citizens were given already."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct

from kiosk.domain.calendar import holidays_from
from kiosk.domain.deadlines import Scheme, is_working_day
from sync.district.complaints.recompute import cases
from sync.district.domain.complaint_case import Case
from sync.district.domain.deadlines import Deadlines, answered_on
from sync.district.domain.release import shown_before
from sync.district.domain.rights import Person, answers_citizens
from sync.district.store import complaints as store
from sync.district.store import inbox
from sync.district.store.engine import Connection
from sync.district.store.imports import holiday_lists
from sync.district.times import start_of

KEPT_AS_OF_OLD = timedelta(days=30)
"""By so much the date that stands with a finished complaint may differ from the one that its day gives now: lists that
came since have not moved it."""


class MovedDates(Struct, frozen=True):
    """Of the complaints that somebody may know of. ``open``: so many that wait for their answer get another date, by at
    most so many days ``earlier`` or ``later``. Of those that were answered so many turn from late to ``in_time``, or
    from in time to ``late``."""

    open: int = 0
    earlier: int = 0
    later: int = 0
    in_time: int = 0
    late: int = 0


def moved_dates(
    connection: Connection,
    person: Person,
    content: Mapping[str, Any],
    schemes: Sequence[Scheme],
    now: datetime,
) -> MovedDates | None:
    """What becomes of the dates of complaints once this list of a year holds; ``None`` for who may know of none."""
    if not (answers_citizens(person.role) and person.linked):
        return None
    lists, year = holiday_lists(connection), int(content["year"])
    old = Deadlines(tuple(schemes), holidays_from(lists.values()))
    new = Deadlines(tuple(schemes), holidays_from((lists | {year: dict(content)}).values()))
    changed = [day for day in _days_of(year) if is_working_day(day, old.holidays) != is_working_day(day, new.holidays)]
    if not changed:
        return MovedDates()
    first, after_last = changed[0] - KEPT_AS_OF_OLD, start_of(changed[-1] + timedelta(days=1))
    numbers = inbox.dated_from(connection, person, first, min(after_last, shown_before(now)))
    facts = [each for each in store.facts_with(connection, set(numbers.values())) if each.entry_id in numbers]
    return _counted((case for _, case, doubled in cases(connection, facts, now) if not doubled), old, new)


def _counted(found: Iterable[Case], old: Deadlines, new: Deadlines) -> MovedDates:
    shifts, turned = list[int](), {True: 0, False: 0}
    for case in found:
        before, after, answered = old.answer_due(case), new.answer_due(case), answered_on(case)
        if before is None or after is None or before == after:
            continue
        if answered is None:
            shifts += [(after - before).days] if case.open else []
        elif (answered <= before) != (answered <= after):
            turned[answered <= after] += 1
    return MovedDates(len(shifts), -min([0, *shifts]), max([0, *shifts]), turned[True], turned[False])


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
