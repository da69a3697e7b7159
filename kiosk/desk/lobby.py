"""Read what the idle screen shows: today's notices, opening hours, and whether complaints are offered.

Read only; nobody waits.
"""

import logging
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kiosk.box.box import Box
from kiosk.clock import Moment
from kiosk.desk.complaints import intake_of
from kiosk.domain.calendar import OfficeCalendar, is_open, is_over, opens_after
from kiosk.domain.reference import Notice
from kiosk.domain.roster import RECEPTION, on_duty
from kiosk.flow.state.lobby import Intake, Lobby, OnDuty
from kiosk.languages.translations import Translations
from kiosk.store import notices
from kiosk.store.complaints import officers_of
from kiosk.store.engine import CannotRead
from kiosk.store.roster import shifts_on
from kiosk.store.staff import shared_pins_count

log = logging.getLogger(__name__)


class _Hall(Struct, frozen=True):
    notices: tuple[Notice, ...]
    calendar: OfficeCalendar
    intake: Intake | None = None
    shared_pins: bool = False
    on_duty: OnDuty | None = None


_EMPTY = _Hall((), OfficeCalendar())


class LobbyReader:
    """Keeps what it read last, so that saving a rating reads nothing."""

    def __init__(self, translations: Translations | None = None) -> None:
        self._hall: _Hall | None = None
        self._translations = translations or Translations()

    def read(self, box: Box, moment: Moment) -> Lobby:
        """The board now, from the file. An unreadable file or a broken row is logged and nothing is shown for it."""
        self._hall = _read(box, moment)
        at = moment.office_time
        closed = is_open(self._hall.calendar, at) is False
        opens = opens_after(self._hall.calendar, at) if closed else None
        intake = self._translated(self._hall.intake)
        if intake is not None and not closed:
            intake = replace(intake, on_duty=self._hall.on_duty)
        return Lobby(self._hall.notices, closed, opens, intake, self._hall.shared_pins)

    def _translated(self, intake: Intake | None) -> Intake | None:
        """With what the language packs say of the consent and the ready sentences."""
        if intake is None:
            return None
        consent, sentences = self._translations.consent(intake.consent), self._translations.sentences(intake.sentences)
        return replace(intake, consent=consent, sentences=sentences)

    @property
    def known(self) -> bool:
        """Whether the board was read before."""
        return self._hall is not None

    def outside_hours(self, moment: Moment) -> bool:
        """Whether the office is known to be closed; a plain fact about a rating, never a reason to refuse it."""
        return is_open((self._hall or _EMPTY).calendar, moment.office_time) is False

    def is_over(self, day: date, moment: Moment) -> bool:
        """Whether a day has ended, or its last period (``kiosk.domain.calendar.is_over``)."""
        return is_over((self._hall or _EMPTY).calendar, day, moment.office_time)


def _read(box: Box, moment: Moment) -> _Hall:
    try:
        with box.store.read() as tx:
            today = moment.day
            chain = notices.chain_of(tx, box.identity.unit_id)
            shown, calendar = notices.notices_for(tx, chain, today), calendar_at(tx, chain, today)
            shared = shared_pins_count(tx, box.identity.unit_id, today)
            duty = complaint_duty(tx, box.identity.unit_id, moment.office_time)
            return _Hall(shown, calendar, intake_of(tx, box, today), shared, duty)
    except CannotRead as error:
        log.error("the notices and opening hours could not be read: %s", error)
        return _EMPTY


def complaint_duty(tx: Any, unit_id: str, at: datetime) -> OnDuty | None:
    """Who receives complaints at a unit by its roster; ``None`` for a gap, and for somebody who is not listed."""
    shift = on_duty(shifts_on(tx, unit_id, at.date()), RECEPTION, at)
    if shift is None:
        return None
    posts = {each.officer_number: each.post for each in officers_of(tx, unit_id, at.date())}
    post = posts.get(shift.officer_number)
    return OnDuty(post, shift.phone) if post else None


def calendar_at(tx: Any, chain: list[str], today: date) -> OfficeCalendar:
    """The opening hours and holidays of an office on a day; nothing is known of hours that cannot be read."""
    try:
        return notices.calendar_for(tx, chain, today)
    except ValueError as error:
        log.error("the opening hours are not used: %s", error)
        return OfficeCalendar()
