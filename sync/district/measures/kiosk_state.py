"""Judge how a kiosk is doing, from its last contact and its office's hours. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.domain.calendar import OfficeCalendar, open_time
from sync.district.measures.contact_habit import patience
from sync.district.times import VIETNAM

IN_TOUCH_WITHIN = timedelta(hours=1)
OPEN_WITHIN = timedelta(hours=8)
"""So long an office may be open without a word of its kiosk: a working day; nights and holidays do not count."""
QUIET_WITHIN = timedelta(days=3)
"""The same where nobody has told the hours: an office is closed from Friday evening to Monday morning."""


class KioskState(StrEnum):
    """The closed set of states people see; each has a word, a colour and a shape."""

    IN_TOUCH = "in_touch"
    QUIET = "quiet"
    SILENT = "silent"
    NEVER = "never"
    ABANDONED = "abandoned"
    RETIRED = "retired"
    REVOKED = "revoked"


GONE = frozenset({KioskState.ABANDONED, KioskState.RETIRED, KioskState.REVOKED})
"""These are not in use. ``ABANDONED``: enrolled long ago and never in touch since, as a failed enrolment
leaves one behind; it is like any other as soon as it is in touch."""
ABANDONED_AFTER = timedelta(days=30)


def kiosk_state(
    active: bool,
    last_contact_at: datetime | None,
    now: datetime,
    office: OfficeCalendar | None = None,
    usual_gap_days: int = 0,
) -> KioskState:
    """The state at ``now`` of a kiosk in an office with these hours, which is usually in touch so often
    (``sync.district.measures.contact_habit``); both moments are aware."""
    if not active:
        return KioskState.REVOKED
    if last_contact_at is None:
        return KioskState.NEVER
    if now - last_contact_at <= IN_TOUCH_WITHIN:
        return KioskState.IN_TOUCH
    is_long = _is_long(last_contact_at, now, office or OfficeCalendar())
    return KioskState.SILENT if is_long and now - last_contact_at > patience(usual_gap_days) else KioskState.QUIET


def _is_long(last_contact_at: datetime, now: datetime, office: OfficeCalendar) -> bool:
    first, last = (moment.astimezone(VIETNAM).replace(tzinfo=None) for moment in (last_contact_at, now))
    was_open = open_time(office, first, last)
    return now - last_contact_at > QUIET_WITHIN if was_open is None else was_open > OPEN_WITHIN
