"""Judge how a kiosk is doing, from its last contact and its own report. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

IN_TOUCH_WITHIN = timedelta(hours=1)
QUIET_WITHIN = timedelta(days=3)
"""An office is closed from Friday evening to Monday morning: silence gets worrying after that."""


class KioskState(StrEnum):
    """The closed set of states people see; each has a word, a colour and a shape."""

    IN_TOUCH = "in_touch"
    QUIET = "quiet"
    SILENT = "silent"
    NEVER = "never"
    REVOKED = "revoked"


def kiosk_state(active: bool, last_contact_at: datetime | None, now: datetime) -> KioskState:
    """The state at ``now``."""
    if not active:
        return KioskState.REVOKED
    if last_contact_at is None:
        return KioskState.NEVER
    silence = now - last_contact_at
    if silence <= IN_TOUCH_WITHIN:
        return KioskState.IN_TOUCH
    return KioskState.QUIET if silence <= QUIET_WITHIN else KioskState.SILENT
