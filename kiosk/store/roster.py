"""The duty roster as the kiosk keeps it: of its own unit, for the days that the district told of."""

import logging
from datetime import date

from sqlalchemy import Connection, select

from kiosk.domain.reference import Roster
from kiosk.domain.roster import DutyShift, shifts_from
from kiosk.store import tables

log = logging.getLogger(__name__)
_R = tables.rosters


def shifts_on(tx: Connection, unit_id: str, day: date) -> tuple[DutyShift, ...]:
    """The shifts of a unit on a day; none on a day that the roster does not reach, however the kiosk came by it, and
    none of a roster that cannot be read."""
    row = tx.execute(select(_R).where(_R.c.unit_id == unit_id)).first()
    if row is None:
        return ()
    roster = Roster(**row._mapping)
    if not roster.first_day <= day <= roster.last_day:
        return ()
    try:
        return tuple(shift for shift in shifts_from(roster.content) if shift.day == day)
    except (ValueError, TypeError, AttributeError) as error:
        log.error("the duty roster is not used: %s", type(error).__name__)
        return ()
