"""Count what the ticket system tells of the own counter and what came of it, in memory until the office closes.

Which ticket was whose is kept only as a hash under a key that dies with the program, and no number of a ticket leaves
this module. Nothing is written before the telling: a count in the file that grows by one would tell that somebody has
just answered.
"""

import secrets
from datetime import date
from typing import Any

from msgspec import Struct

from kiosk.clock import Moment
from kiosk.desk.report_times import ReportTimes
from kiosk.flow.rules.invitation import RatingInvitation
from kiosk.queue.event import AT_A_COUNTER, QueueEvent, QueueKind, keyed

MAX_TICKETS = 2_000
"""Of one counter in one day; what comes beyond is not counted."""


class InvitationReport(Struct, frozen=True):
    """What is told of a local day at one counter: tickets ``served``, how many of these the ticket system said to have
    ``ended``, how many times somebody was ``invited`` then, and how many ``answered`` with a face."""

    day: date
    served: int
    ended: int
    invited: int
    answered: int

    def details(self) -> dict[str, Any]:
        """The body of the entry, as JSON values, but for the place."""
        numbers = {name: getattr(self, name) for name in ("served", "ended", "invited", "answered")}
        return {"of_day": self.day.isoformat(), **numbers}


class InvitationCounts:
    """The counts of the present day at the own counter. A day on which the ticket system said nothing is not told."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._times = ReportTimes()
        self._heard = False
        self._served, self._ended = set[str](), set[str]()
        self._invited = self._answered = 0

    def hear(self, event: QueueEvent) -> None:
        """Something happened at the own counter since the program started."""
        self._heard = True
        if event.kind not in AT_A_COUNTER or len(self._served) >= MAX_TICKETS:
            return
        ticket = keyed(event, self._key).ticket
        match event.kind:
            case QueueKind.NO_SHOW:
                self._served.discard(ticket)
            case QueueKind.ENDED:
                self._served.add(ticket)
                self._ended.add(ticket)
            case _:
                self._served.add(ticket)

    def add(self, what: RatingInvitation) -> None:
        """Somebody was invited, or has answered."""
        self._invited += what is RatingInvitation.SHOWN
        self._answered += what is RatingInvitation.ANSWERED

    def due(self, moment: Moment, *, closed: bool) -> InvitationReport | None:
        """What is to be told now, if anything (``ReportTimes``)."""
        return self._of(self._times.due(moment, closed=closed, counted=self._heard))

    def at_the_end(self) -> InvitationReport | None:
        """What is to be told because the program stops."""
        return self._of(self._times.at_the_end())

    def _of(self, day: date | None) -> InvitationReport | None:
        if day is None or not self._heard:
            return None
        report = InvitationReport(day, len(self._served), len(self._ended), self._invited, self._answered)
        self._served.clear()
        self._ended.clear()
        self._invited = self._answered = 0
        self._heard = False
        return report
