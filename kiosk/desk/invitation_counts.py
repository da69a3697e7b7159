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
PATIENCE_MS = 30 * 60_000
"""A ticket of which so long nothing was heard is told without an end; a younger one waits for its own."""


class InvitationReport(Struct, frozen=True):
    """What is told of a local day at one counter: tickets ``served``, how many of these the ticket system said to have
    ``ended``, how many times somebody was ``invited`` then, and how many ``answered`` with a face. Each number is at
    most the one before it: the district releases no group in which one is not."""

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
    """The counts of the present day at the own counter, each ticket told once. A day on which the ticket system said
    nothing is not told."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._times = ReportTimes()
        self._day: date | None = None
        self._heard = False
        self._open: dict[str, int] = {}
        self._ended, self._reported = set[str](), set[str]()
        self._invited = self._answered = 0

    def hear(self, event: QueueEvent, up_ms: int) -> None:
        """Something happened at the own counter since the program started; ``up_ms``: when it came."""
        self._heard = True
        if event.kind not in AT_A_COUNTER:
            return
        ticket = keyed(event, self._key).ticket
        is_new = ticket not in self._open and ticket not in self._ended
        if ticket in self._reported or (is_new and self._n_tickets >= MAX_TICKETS):
            return
        match event.kind:
            case QueueKind.NO_SHOW:
                self._open.pop(ticket, None)
                self._ended.discard(ticket)
            case QueueKind.ENDED:
                self._open.pop(ticket, None)
                self._ended.add(ticket)
            case _ if ticket not in self._ended:
                self._open[ticket] = up_ms

    def add(self, what: RatingInvitation) -> None:
        """Somebody was invited, or has answered."""
        self._invited += what is RatingInvitation.SHOWN
        self._answered += what is RatingInvitation.ANSWERED

    def due(self, moment: Moment, *, closed: bool) -> InvitationReport | None:
        """What is to be told now, if anything (``ReportTimes``). A new day forgets the tickets of the one before."""
        day = self._times.due(moment, closed=closed, counted=self._heard or bool(self._open))
        report = self._of(day, moment.up_ms, is_last=day != moment.day)
        if moment.day != self._day:
            self._forget_day(moment.day)
        return report

    def at_the_end(self, up_ms: int, *, is_last: bool = False) -> InvitationReport | None:
        """What is to be told because the program stops, or (``is_last``) because the kiosk stands elsewhere now."""
        return self._of(self._times.at_the_end(), up_ms, is_last=is_last)

    @property
    def _n_tickets(self) -> int:
        return len(self._open) + len(self._ended) + len(self._reported)

    def _of(self, day: date | None, up_ms: int, *, is_last: bool) -> InvitationReport | None:
        """Tells each ticket that has ended, and those that will not end any more. What is more than the number before
        it waits for the next telling of the day."""
        if day is None or not (self._heard or self._open):
            return None
        without_end = {each for each, at_ms in self._open.items() if is_last or up_ms - at_ms >= PATIENCE_MS}
        ended = len(self._ended)
        invited = min(self._invited, ended)
        answered = min(self._answered, invited)
        self._reported |= self._ended | without_end
        self._ended = set()
        self._open = {each: at_ms for each, at_ms in self._open.items() if each not in without_end}
        self._invited, self._answered = self._invited - invited, self._answered - answered
        self._heard = False
        return InvitationReport(day, ended + len(without_end), ended, invited, answered)

    def _forget_day(self, day: date) -> None:
        if self._day is not None:
            self._forget()
        self._day = day

    def _forget(self) -> None:
        self._heard = False
        self._open = {}
        self._ended, self._reported = set(), set()
        self._invited = self._answered = 0
