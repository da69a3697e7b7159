"""Decide when what was counted in a day is told: as the office has just closed, and what came later once the day is
over. Pure."""

from datetime import date

from kiosk.clock import Moment


class ReportTimes:
    """Remembers the day that is being counted. Whoever asks is given it once for each telling."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._told = False
        self._closed: bool | None = None

    def due(self, moment: Moment, *, closed: bool, counted: bool) -> date | None:
        """The day to tell of now. ``closed``: whether the office is; ``counted``: whether there is something. A day on
        which nothing was counted is told too, so that telling it says nothing."""
        day, was_closed = moment.day, self._closed
        self._closed = closed
        if self._day is None or day != self._day:
            over = None if self._told and not counted else self.at_the_end()
            self._day, self._told = day, False
            return over
        return self.at_the_end() if closed and was_closed is False else None

    def at_the_end(self) -> date | None:
        """The day to tell of because the program stops; ``None`` before the first has begun."""
        if self._day is not None:
            self._told = True
        return self._day
