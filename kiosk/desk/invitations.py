"""Invite at the counter's own kiosk whoever was just served there, and tell in sums what came of it."""

import logging

from msgspec.structs import replace

from kiosk.box.box import Box
from kiosk.box.facts import box_fact
from kiosk.clock import Moment
from kiosk.desk.dossiers import subject_of_own_counter
from kiosk.desk.invitation_counts import InvitationCounts, InvitationReport
from kiosk.domain.dossier_code import DossierCode, DossierCodePatterns
from kiosk.domain.entry import EntryType, Fact
from kiosk.flow.rules.invitation import RatingInvitation
from kiosk.flow.state.rating_draft import ServiceEnded
from kiosk.queue.event import QueueEvent, QueueKind
from kiosk.store import reference
from kiosk.store.engine import CannotRead

log = logging.getLogger(__name__)

FRESH_MS = 90_000
"""So long after the end somebody is invited: a clock that is off by less than a minute is not put right
(``kiosk.queue.clock_offset``). Whoever was served longer ago has gone."""


Place = tuple[str, str | None]
"""A unit, and the kiosk's own counter in it."""


class Invitations:
    """What the ticket system tells of the own counter. A kiosk of the whole hall has none, and hears nothing."""

    def __init__(self, patterns: DossierCodePatterns, began_ms: int) -> None:
        """``began_ms``: when the program started, in milliseconds since boot; what happened before was counted by the
        program that ran then."""
        self._patterns, self._began_ms = patterns, began_ms
        self._counts = InvitationCounts()
        self._place: Place | None = None
        self._moved_from: list[tuple[Place, InvitationReport]] = []

    def hear(self, box: Box, event: QueueEvent, age_ms: int, moment: Moment) -> ServiceEnded | None:
        """Counts what is told for the first time; what is returned invites. ``age_ms``: how long ago it happened, by
        the kiosk's clock.

        A dossier that the event names gives the procedure's name alone: a rating is bound to it only where the citizen
        scans the slip (docs/decisions.md).
        """
        self._stand_at(box, moment)
        own = box.identity.counter_id
        if not own or event.counter != own:
            return None
        if moment.up_ms - age_ms >= self._began_ms:
            self._counts.hear(event, moment.up_ms)
        if event.kind is not QueueKind.ENDED or abs(age_ms) > FRESH_MS:
            return None
        subject = subject_of_own_counter(box, moment.office_time)
        named = self._procedure(box, event.dossier, moment) or event.service or None
        return ServiceEnded(replace(subject, procedure=named)) if subject else None

    def add(self, what: RatingInvitation) -> None:
        """Counts an invitation, or an answer to one."""
        self._counts.add(what)

    def due(self, box: Box, moment: Moment, *, closed: bool) -> list[Fact]:
        """The entries that are to be written now (``kiosk.desk.report_times``)."""
        self._stand_at(box, moment)
        return self._facts(moment, self._counts.due(moment, closed=closed))

    def at_the_end(self, box: Box, moment: Moment) -> list[Fact]:
        """The entries that are to be written because the program stops."""
        self._stand_at(box, moment)
        return self._facts(moment, self._counts.at_the_end(moment.up_ms))

    def _stand_at(self, box: Box, moment: Moment) -> None:
        """What was counted at one counter is told as that counter's, also when the kiosk stands at another now."""
        place = box.identity.unit_id, box.identity.counter_id
        if place == self._place:
            return
        if self._place and (report := self._counts.at_the_end(moment.up_ms, is_last=True)):
            self._moved_from.append((self._place, report))
        self._place, self._counts = place, InvitationCounts()

    def _facts(self, moment: Moment, report: InvitationReport | None) -> list[Fact]:
        reports, self._moved_from = self._moved_from, []
        if report and self._place:
            reports.append((self._place, report))
        return [
            box_fact(EntryType.INVITATIONS, moment, unit_id=unit_id, counter_id=counter_id, **each.details())
            for (unit_id, counter_id), each in reports
        ]

    def _procedure(self, box: Box, text: str, moment: Moment) -> str | None:
        code = self._patterns.find(text, moment.day) if text else None
        if not isinstance(code, DossierCode):
            return None
        try:
            with box.store.read() as tx:
                known = reference.find_dossier(tx, box.keys.lookup, code.text)
        except CannotRead as error:
            log.error("the dossiers could not be read: %s", error)
            return None
        return known.procedure if known else None
