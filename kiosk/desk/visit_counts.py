"""Count visits without a rating, in memory, and say what may be told of them once the office closes.

Nothing of it is written before: a count in the file that grows by one would tell when somebody left without a face.
"""

from collections import Counter
from datetime import date
from typing import Any

from msgspec import Struct

from kiosk.clock import Moment
from kiosk.desk.report_times import ReportTimes
from kiosk.domain.visit import MIN_REPORTED, UnratedVisit


class VisitReport(Struct, frozen=True):
    """What is told of one local day: hour, counter (empty: unknown), how the visits ended, how many (at least
    ``MIN_REPORTED``)."""

    day: date
    hours: tuple[tuple[int, str, str, int], ...] = ()

    def details(self) -> dict[str, Any]:
        """The body of the entry, as JSON values."""
        return {"of_day": self.day.isoformat(), "hours": [list(each) for each in self.hours]}


class VisitCounts:
    """The counts of the present day. Whoever asks gets them once: they begin anew afterwards."""

    def __init__(self) -> None:
        self._times = ReportTimes()
        self._counts: Counter[tuple[int, str, str]] = Counter()

    def add(self, visit: UnratedVisit, moment: Moment) -> None:
        """Counts a visit in its hour. One of a day that was not begun with ``due`` belongs to the day before."""
        hour = moment.office_time.hour
        self._counts[hour, visit.counter_id or "", str(visit.ended)] += 1

    def due(self, moment: Moment, *, closed: bool) -> VisitReport | None:
        """What is to be told now, if anything (``ReportTimes``)."""
        return self._of(self._times.due(moment, closed=closed, counted=bool(self._counts)))

    def at_the_end(self) -> VisitReport | None:
        """What is to be told because the program stops; nothing before the first day has begun."""
        return self._of(self._times.at_the_end())

    def _of(self, day: date | None) -> VisitReport | None:
        if day is None:
            return None
        enough = {key: n for key, n in sorted(self._counts.items()) if n >= MIN_REPORTED}
        self._counts.clear()
        return VisitReport(day, tuple((*key, n) for key, n in enough.items()))
