"""Read what came late for the closed periods of units, once for all of them."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from sync.district.measures.closed_figures import PeriodSum
from sync.district.measures.late_notes import LateGroup, Moment, late_notes, noted_since
from sync.district.measures.organisation import DayView, Organisation, Path
from sync.district.measures.period import Asked, Period, period
from sync.district.store import closings
from sync.district.store.engine import Connection

Placed = tuple[Path, LateGroup]
"""A group and the path of its unit on the day on which it counts."""


class LateReadings(Struct, frozen=True):
    """What the notes of any unit in a period are decided from. ``closed``: every closing of a unit of that kind of
    period. ``groups``: what came late, by the newest period before this one that a unit has closed."""

    period: Period
    closed: Mapping[str, Sequence[Moment]]
    groups: Mapping[str, Sequence[Placed]]

    def notes(self, unit_id: str) -> tuple[PeriodSum, ...]:
        """What a closing of the period would note for a unit with everything below it."""
        closed = self.closed.get(unit_id, ())
        newest = max((each.of for each in closed if each.of < self.period.of), default="")
        groups = (group for path, group in self.groups.get(newest, ()) if unit_id in path)
        return tuple(late_notes(closed, self.period.name, self.period.of, groups))


def read_late(
    connection: Connection, chosen: Period, known: Organisation, today: date, unit_id: str | None
) -> LateReadings:
    """Reads the closings of a unit, or of all, and what came late for them. Units that have closed the same periods
    share one reading, which goes back no further than to the first closing of the newest of these."""
    closed: dict[str, list[Moment]] = defaultdict(list)
    for each in closings.moments(connection, str(chosen.name), unit_id):
        closed[each.unit_id].append(each)
    starts: dict[str, list[Moment]] = defaultdict(list)
    for moments in closed.values():
        since = noted_since(moments, chosen.of)
        if since:
            starts[max(since)] += since.values()
    groups = {of: _read(connection, chosen, of, since, known, today) for of, since in starts.items()}
    return LateReadings(chosen, dict(closed), groups)


def _read(
    connection: Connection, chosen: Period, of: str, since: Sequence[Moment], known: Organisation, today: date
) -> list[Placed]:
    ends = period(Asked(chosen.name, of), chosen.last).ends
    through, at = min(each.through_group for each in since), min(each.closed_at for each in since)
    found = list(closings.late_groups(connection, through, at, ends))
    view = DayView(known, min((group.counted_on for group in found), default=ends), ends, today)
    return [
        (view.place(bisect_right(view.bounds, group.counted_on), group.unit_id, group.counter_id)[0], group)
        for group in found
    ]
