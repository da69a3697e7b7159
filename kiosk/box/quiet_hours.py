"""Whether the office is closed for long enough that nobody is writing at the screen, and that a screen which starts
anew is up again, or back, before it opens."""

from datetime import timedelta
from typing import Any

from kiosk.clock import Moment
from kiosk.domain.calendar import OfficeCalendar, open_time
from kiosk.store import notices

MARGIN = timedelta(hours=1)
NIGHT = (21, 5)
"""Local hours from and to which an office is closed of which no opening hours are known."""


def is_quiet(calendar: OfficeCalendar, moment: Moment) -> bool:
    """Whether the office has been closed for ``MARGIN`` and stays so for as long, by its opening hours, or by the night
    where none are known."""
    at = moment.office_time
    opened = open_time(calendar, at - MARGIN, at + MARGIN)
    if opened is None:
        return at.hour >= NIGHT[0] or at.hour < NIGHT[1]
    return not opened


def hours_of(tx: Any, unit_id: str, moment: Moment) -> OfficeCalendar:
    """The hours of a unit's office; of none where they cannot be read. Raises ``CannotRead``."""
    try:
        return notices.calendar_for(tx, notices.chain_of(tx, unit_id), moment.day)
    except ValueError:
        return OfficeCalendar()
