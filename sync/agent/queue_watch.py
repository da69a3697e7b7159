"""Tell the district whether the office's ticket system is still heard: by what its reader keeps of itself in memory.

Silence counts while the office is open only, by its hours in the reference data: nobody draws a ticket at night.
Nothing here moves with a rating.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from kiosk.box.box import Box
from kiosk.clock import Moment
from kiosk.domain.calendar import OfficeCalendar, open_time
from kiosk.queue.status import QueueStatus
from kiosk.settings import Settings
from kiosk.store import box_state, notices
from kiosk.store.engine import CannotRead, CannotWrite

log = logging.getLogger(__name__)

QUEUE = "queue"
LOOK_SECONDS = 300
GONE_LOOKS = 2
"""At so many looks in a row the reader is not there before that is told: it may just be starting."""
HOURS_UNKNOWN = timedelta(days=3)
"""So long it may be silent where nobody has told the office's hours: from Friday evening to Monday morning."""


class QueueWatch:
    """``tick`` as often as you like. ``settings`` and ``status`` read them anew."""

    def __init__(
        self, settings: Callable[[], Settings], status: Callable[[], QueueStatus | None], clock: Callable[[], Moment]
    ) -> None:
        self._settings, self._status, self._clock = settings, status, clock
        self._next_s: int | None = None
        self._gone = 0

    def tick(self, box: Box) -> None:
        """Looks every five minutes. What cannot be kept is logged, and looked at again."""
        now = self._clock()
        if self._next_s is not None and now.up_s < self._next_s:
            return
        self._next_s = now.up_s + LOOK_SECONDS
        try:
            with box.store.read() as tx:
                known, calendar = box_state.get(tx, QUEUE), _calendar(tx, box, now)
            seen = self._seen(now, known, calendar)
            if seen != known:
                with box.store.write() as tx:
                    box_state.put(tx, QUEUE, seen)
        except (CannotRead, CannotWrite, ValueError) as error:
            log.error("how the ticket system is heard could not be kept: %s", error)

    def _seen(self, now: Moment, known: Any, calendar: OfficeCalendar) -> Any:
        """``None`` where there is no ticket system."""
        queue = self._settings().queue
        if not queue.has_source:
            return None
        status = self._status()
        is_there = status is not None and status.is_current(now)
        self._gone = 0 if is_there else self._gone + 1
        if status is None or not is_there:
            return "not_running" if self._gone >= GONE_LOOKS else known
        quiet = now.up_s // 60 if status.quiet_minutes is None else status.quiet_minutes
        return "silent" if _is_long(quiet, queue.silent_minutes, now, calendar) else "speaks"


def _is_long(quiet: int, minutes: int, now: Moment, calendar: OfficeCalendar) -> bool:
    at, span = now.office_time, timedelta(minutes=quiet)
    was_open = open_time(calendar, at - span, at)
    return span >= HOURS_UNKNOWN if was_open is None else was_open >= timedelta(minutes=minutes)


def _calendar(tx: Any, box: Box, now: Moment) -> OfficeCalendar:
    """Raises ``ValueError`` for hours that cannot be read."""
    return notices.calendar_for(tx, notices.chain_of(tx, box.identity.unit_id), now.day)
