"""Who sits at the kiosk's own counter, by their card and PIN, until the half-day is over.

Whoever signs in decides when. So nobody takes the seat outside opening hours, but for the half hour before them, and
nobody can sign themselves out of it: it is theirs until the opening period ends or somebody else who belongs to the
counter signs in, also when the plug is pulled meanwhile; and where the duty roster names somebody else it counts for
nobody.
"""

import logging
from datetime import date, datetime, time, timedelta
from typing import Any

from msgspec import Struct, ValidationError, convert, to_builtins
from msgspec.structs import replace

from kiosk.box.box import Box
from kiosk.clock import Moment
from kiosk.desk.lobby import calendar_at
from kiosk.domain.calendar import is_open, periods_of
from kiosk.domain.rating import OfficerKnownBy
from kiosk.domain.reference import ENTRIES_OF_4
from kiosk.domain.roster import on_duty
from kiosk.flow.state.counter_view import Signer
from kiosk.flow.state.rating_draft import Subject
from kiosk.store import box_state, notices
from kiosk.store.complaints import entry_version
from kiosk.store.engine import CannotWrite
from kiosk.store.roster import shifts_on

log = logging.getLogger(__name__)

_NAME = "seat"
NOON = time(12)
#: so long before the office opens somebody may take the seat
EARLY = timedelta(minutes=30)


class Seat(Struct, frozen=True):
    """An officer at a counter on a day, from a local time until before another."""

    counter_id: str
    officer_number: str
    day: date
    since: time
    until: time

    def covers(self, counter_id: str | None, moment: Moment) -> bool:
        """Whether it holds at a counter at a moment."""
        at = moment.office_time
        return self.counter_id == counter_id and at.date() == self.day and self.since <= at.time() < self.until


def takes_seat(box: Box, signer: Signer) -> bool:
    """Whether this sign-in is that of an officer at the kiosk of the counter where they are listed."""
    return bool(signer.officer_number) and signer.counter.counter_id == box.identity.counter_id


def roster_leaves_room(tx: Any, box: Box, officer_number: str, moment: Moment) -> bool:
    """Whether the duty roster names this officer at the kiosk's own counter now, or nobody."""
    at, own = moment.office_time, box.identity.counter_id or ""
    rostered = on_duty(shifts_on(tx, box.identity.unit_id, at.date()), own, at)
    return rostered is None or rostered.officer_number == officer_number


def sits_until(tx: Any, box: Box, at: Moment) -> time | None:
    """Until when somebody sits who signs in now: to the end of the opening period that runs, or that begins within
    ``EARLY``. ``None``: nobody does, so that who looks at figures at noon does not have the afternoon's ratings. Where
    the hours are not known, noon divides the day."""
    now, calendar = at.office_time, calendar_at(tx, notices.chain_of(tx, box.identity.unit_id), at.day)
    known = is_open(calendar, now) is not None
    periods = periods_of(calendar, now.date()) if known else ((time.min, NOON), (NOON, time.max))
    return next(
        (last for first, last in periods if datetime.combine(now, first) - EARLY <= now and now.time() < last), None
    )


class SeatTaken:
    """The seat at the kiosk's own counter."""

    def __init__(self) -> None:
        self._seat: Seat | None = None
        self._is_read = False

    def signed_in(self, box: Box, signer: Signer, moment: Moment, *, kept: bool) -> None:
        """An officer signed in. ``kept``: the entry that names them is in the ledger, where the district finds it."""
        if not takes_seat(box, signer):
            return
        self._seat, self._is_read = None, True
        at = moment.office_time
        try:
            with box.store.write() as tx:
                if kept and (until := sits_until(tx, box, moment)):
                    self._seat = Seat(signer.counter.counter_id, signer.officer_number, at.date(), at.time(), until)
                box_state.put(tx, _NAME, to_builtins(self._seat))
        except CannotWrite as error:
            log.error("who sits at the counter could not be kept: %s", error)

    def known(self, tx: Any, box: Box, subject: Subject, moment: Moment) -> Subject:
        """The subject with how its officer is known, where the seat says more than the duty roster. A dossier that
        names its officer says most; a roster that names somebody else leaves nobody."""
        if not self._is_read:
            self._seat, self._is_read = _kept(tx), True
        seat = self._seat
        if seat is None or subject.officer_known_by is OfficerKnownBy.DOSSIER:
            return subject
        own = box.identity.counter_id
        if subject.counter_id != own or not seat.covers(own, moment) or entry_version(tx) < ENTRIES_OF_4:
            return subject
        agreed = roster_leaves_room(tx, box, seat.officer_number, moment)
        return replace(subject, officer_known_by=OfficerKnownBy.CARD if agreed else None)


def _kept(tx: Any) -> Seat | None:
    """The seat from before the program was started."""
    try:
        return convert(box_state.get(tx, _NAME), Seat | None)
    except ValidationError:
        return None
