"""What happened to each ticket, derived from all events of a day in whatever order they came. Pure.

The same set of events gives the same visits: they are put in order of their own times first, and a visit is begun by
whatever is the first thing known of it. A transfer ends one visit and begins the next.
"""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.hidden import Hidden, StructWithHidden
from kiosk.queue.event import QueueEvent, QueueKind


class VisitState(StrEnum):
    """How far a visit has come."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"
    ENDED = "ended"
    NO_SHOW = "no_show"
    TRANSFERRED = "transferred"


OVER = (VisitState.ENDED, VisitState.NO_SHOW, VisitState.TRANSFERRED)


class QueueVisit(StructWithHidden, frozen=True, kw_only=True):
    """One ticket's way through one line. Times are those of the events, ``None`` where nobody told. ``inferred``: the
    end was not told; the counter called or served the next ticket then. ``held_ms``: how long it was put aside."""

    ticket: Hidden[tuple[str, str]]
    service: str
    counter: str
    state: VisitState
    issued_ms: int | None
    called_ms: int | None
    started_ms: int | None
    ended_ms: int | None
    inferred: bool
    held_ms: int

    @property
    def begun_ms(self) -> int | None:
        """When the citizen came to the counter, as far as is known."""
        return self.started_ms if self.called_ms is None else self.called_ms

    @property
    def waited_ms(self) -> int | None:
        """From the ticket to the call."""
        if self.issued_ms is None or self.begun_ms is None:
            return None
        return max(0, self.begun_ms - self.issued_ms)

    @property
    def served_ms(self) -> int | None:
        """From the start, or the call where no start was told, to the end, without the time it was put aside. Nothing
        of a visit whose end was only inferred: the counter may have stood empty in between."""
        begun = self.called_ms if self.started_ms is None else self.started_ms
        if self.state is not VisitState.ENDED or self.inferred or begun is None or self.ended_ms is None:
            return None
        return max(0, self.ended_ms - begun - self.held_ms)


def visits_of(events: Iterable[QueueEvent]) -> list[QueueVisit]:
    """All visits, in the order in which they began. Events of ``LINE_STATE`` are passed over."""
    walk = _Walk()
    for event in sorted(events, key=lambda each: each.order):
        if event.kind is not QueueKind.LINE_STATE:
            walk.take(event)
    return [leg.frozen() for leg in walk.legs]


class _Leg(Struct):
    """A visit while the events are gone through."""

    ticket: tuple[str, str]
    service: str = ""
    counter: str = ""
    state: VisitState = VisitState.WAITING
    issued_ms: int | None = None
    called_ms: int | None = None
    started_ms: int | None = None
    ended_ms: int | None = None
    inferred: bool = False
    held_ms: int = 0
    held_since: int | None = None

    def frozen(self) -> QueueVisit:
        return QueueVisit(
            ticket=self.ticket,
            service=self.service,
            counter=self.counter,
            state=self.state,
            issued_ms=self.issued_ms,
            called_ms=self.called_ms,
            started_ms=self.started_ms,
            ended_ms=self.ended_ms,
            inferred=self.inferred,
            held_ms=self.held_ms,
        )


class _Walk:
    """Goes through a day's events in order. ``_newest`` is each ticket's last visit, ``_at`` who is at a counter."""

    def __init__(self) -> None:
        self.legs: list[_Leg] = []
        self._newest: dict[tuple[str, str], _Leg] = {}
        self._at: dict[tuple[str, str], _Leg] = {}

    def take(self, event: QueueEvent) -> None:
        match event.kind:
            case QueueKind.ISSUED:
                self._issue(event)
            case QueueKind.CALLED | QueueKind.RECALLED:
                self._call(event)
            case QueueKind.STARTED:
                self._start(event)
            case QueueKind.HELD:
                self._hold(event)
            case QueueKind.RESUMED:
                self._resume(event)
            case QueueKind.TRANSFERRED:
                self._transfer(event)
            case QueueKind.ENDED | QueueKind.NO_SHOW:
                self._end(event)

    def _issue(self, event: QueueEvent) -> None:
        leg = self._newest.get((event.source, event.ticket))
        if leg is None or leg.state in OVER:
            self._begin(event).issued_ms = event.at_ms

    def _call(self, event: QueueEvent) -> None:
        leg = self._open(event)
        self._put_back(leg, event.at_ms)
        if leg.state is not VisitState.SERVING:
            leg.state = VisitState.CALLED
        leg.called_ms = event.at_ms if leg.called_ms is None else leg.called_ms
        self._arrive(leg, event)

    def _start(self, event: QueueEvent) -> None:
        leg = self._open(event)
        self._put_back(leg, event.at_ms)
        leg.state = VisitState.SERVING
        leg.started_ms = event.at_ms if leg.started_ms is None else leg.started_ms
        self._arrive(leg, event)

    def _hold(self, event: QueueEvent) -> None:
        leg = self._open(event)
        if leg.state is not VisitState.HELD:
            leg.state, leg.held_since = VisitState.HELD, event.at_ms
            self._leave(leg)
        self._place(leg, event)

    def _resume(self, event: QueueEvent) -> None:
        leg = self._open(event)
        self._put_back(leg, event.at_ms)
        leg.state = VisitState.SERVING
        self._arrive(leg, event)

    def _transfer(self, event: QueueEvent) -> None:
        leg = self._open(event)
        self._place(leg, event, service=False)
        self._close(leg, VisitState.TRANSFERRED, event.at_ms)
        following = self._begin(event)
        following.service = event.service or leg.service
        following.issued_ms = event.at_ms

    def _end(self, event: QueueEvent) -> None:
        leg = self._newest.get((event.source, event.ticket))
        if leg is not None and leg.state in OVER and not leg.inferred:
            return
        leg = self._begin(event) if leg is None else leg
        self._place(leg, event)
        self._put_back(leg, event.at_ms)
        leg.inferred = False
        self._close(leg, VisitState.ENDED if event.kind is QueueKind.ENDED else VisitState.NO_SHOW, event.at_ms)

    def _open(self, event: QueueEvent) -> _Leg:
        """The ticket's visit that is not over; a new one where there is none."""
        leg = self._newest.get((event.source, event.ticket))
        return leg if leg is not None and leg.state not in OVER else self._begin(event)

    def _begin(self, event: QueueEvent) -> _Leg:
        leg = _Leg((event.source, event.ticket), service=event.service)
        self._newest[leg.ticket] = leg
        self.legs.append(leg)
        return leg

    def _arrive(self, leg: _Leg, event: QueueEvent) -> None:
        """The ticket is at the counter now; whoever was there before has gone."""
        self._leave(leg)
        self._place(leg, event)
        before = self._at.get((event.source, event.counter))
        if before is not None and before is not leg:
            before.inferred = True
            self._close(before, VisitState.ENDED, event.at_ms)
        self._at[event.source, event.counter] = leg

    def _place(self, leg: _Leg, event: QueueEvent, *, service: bool = True) -> None:
        leg.counter = event.counter or leg.counter
        if service:
            leg.service = leg.service or event.service

    def _put_back(self, leg: _Leg, at_ms: int) -> None:
        if leg.held_since is not None:
            leg.held_ms += at_ms - leg.held_since
            leg.held_since = None

    def _close(self, leg: _Leg, state: VisitState, at_ms: int) -> None:
        leg.state, leg.ended_ms = state, at_ms
        self._leave(leg)

    def _leave(self, leg: _Leg) -> None:
        place = leg.ticket[0], leg.counter
        if self._at.get(place) is leg:
            del self._at[place]
