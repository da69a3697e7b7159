"""How many wait and how long, by service, and what each counter does. Pure.

A ticket whose call was lost would wait for ever. It is no longer counted once it is older than ``OVERTAKEN_MS`` and
``OVERTAKEN`` tickets of its service that were issued after it have been called, or once it is older than ``LOST_MS``:
people who are called first for their age are fewer than that.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from kiosk.queue.event import QueueEvent, QueueKind
from kiosk.queue.visits import QueueVisit, VisitState, visits_of

OVERTAKEN, OVERTAKEN_MS, LOST_MS = 5, 30 * 60_000, 4 * 3_600_000
COUNTED_FOR_MS = 30 * 60_000
"""For so long a number that the ticket system counted itself is taken before our own count."""


class WaitingLine(Struct, frozen=True):
    """The line of one service. ``longest_ms``: how long the first of them has waited, ``None`` where only a number is
    known or nobody waits."""

    waiting: int
    longest_ms: int | None


class CounterQueue(Struct, frozen=True):
    """A counter today: how many were served there, how many of these only by the next call, and whether somebody is at
    it now."""

    served: int
    inferred: int
    busy: bool


class QueueState(Struct, frozen=True):
    """All lines by service, all counters by their name."""

    lines: dict[str, WaitingLine]
    counters: dict[str, CounterQueue]


def queue_at(events: Sequence[QueueEvent], now_ms: int) -> QueueState:
    """The queue as it stands at ``now_ms``, by the clock of the events, which are all of one day. What is dated later
    than that has not happened yet."""
    past = [event for event in events if event.at_ms <= now_ms]
    visits = visits_of(past)
    return QueueState(_lines(visits, past, now_ms), counters_of(visits))


def counters_of(visits: Iterable[QueueVisit]) -> dict[str, CounterQueue]:
    """What each counter did."""
    at: dict[str, list[QueueVisit]] = defaultdict(list)
    for visit in visits:
        if visit.counter and visit.state is not VisitState.WAITING:
            at[visit.counter].append(visit)
    return {counter: _counter(found) for counter, found in sorted(at.items())}


def _counter(visits: Sequence[QueueVisit]) -> CounterQueue:
    served = [visit for visit in visits if visit.state is VisitState.ENDED]
    return CounterQueue(
        served=len(served),
        inferred=sum(visit.inferred for visit in served),
        busy=any(visit.state in (VisitState.CALLED, VisitState.SERVING) for visit in visits),
    )


def _lines(visits: Sequence[QueueVisit], past: Iterable[QueueEvent], now_ms: int) -> dict[str, WaitingLine]:
    issued: dict[str, list[QueueVisit]] = defaultdict(list)
    for visit in visits:
        if visit.issued_ms is not None:
            issued[visit.service].append(visit)
    lines = {service: _line(found, now_ms) for service, found in issued.items()}
    for service, counted in _counted(past, now_ms).items():
        longest = lines[service].longest_ms if service in lines and counted else None
        lines[service] = WaitingLine(counted, longest)
    return dict(sorted(lines.items()))


def _line(visits: Sequence[QueueVisit], now_ms: int) -> WaitingLine:
    """One service's line of tickets."""
    called = sorted(v.issued_ms for v in visits if v.begun_ms is not None and v.issued_ms is not None)
    since = [
        visit.issued_ms
        for visit in visits
        if visit.state is VisitState.WAITING
        and visit.issued_ms is not None
        and not _is_lost(visit.issued_ms, called, now_ms)
    ]
    return WaitingLine(len(since), now_ms - min(since) if since else None)


def _is_lost(issued_ms: int, called: Sequence[int], now_ms: int) -> bool:
    age = now_ms - issued_ms
    return age > LOST_MS or (age > OVERTAKEN_MS and sum(each > issued_ms for each in called[-OVERTAKEN:]) >= OVERTAKEN)


def _counted(past: Iterable[QueueEvent], now_ms: int) -> dict[str, int]:
    """The newest number that the ticket system told of each line."""
    newest: dict[str, QueueEvent] = {}
    for event in past:
        if event.kind is QueueKind.LINE_STATE and now_ms - event.at_ms <= COUNTED_FOR_MS:
            known = newest.get(event.line)
            if known is None or known.order < event.order:
                newest[event.line] = event
    return {line: event.waiting for line, event in newest.items() if event.waiting is not None}
