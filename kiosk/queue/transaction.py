"""Whether there was a transaction at a counter around a moment: all that is kept of the queue beside a rating. Pure.

``NO`` accuses, so it is said only where the ticket system would have told: it spoke a short while ago, what it says
comes promptly, and it has told of this counter today. Everything else is ``UNKNOWN``.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from kiosk.domain.rating import Transaction
from kiosk.queue.visits import QueueVisit, VisitState

BEFORE_MS, AFTER_MS = 20 * 60_000, 5 * 60_000
"""The window around a rating. What is dated after it is there because the clocks differ a little."""
MAX_VISIT_MS = 2 * 3_600_000
"""A visit without an end is over by then: its end was lost."""
SPOKE_WITHIN_MS = 10 * 60_000
PROMPT_MS = 2 * 60_000

Span = tuple[int, int]


class Activity(Struct, frozen=True):
    """When somebody was at each counter, in milliseconds by the kiosk's clock. ``counters``: those that the ticket
    system has told of today. ``spoke_ms``: its newest event; ``late_ms``: how late its events usually come, ``None``
    while nobody knows."""

    spans: Mapping[str, tuple[Span, ...]] = {}
    counters: frozenset[str] = frozenset()
    spoke_ms: int | None = None
    late_ms: int | None = None


def spans_of(visits: Iterable[QueueVisit]) -> dict[str, tuple[Span, ...]]:
    """When somebody was at each counter. Who was called and did not come was not there."""
    found: dict[str, list[Span]] = {}
    for visit in visits:
        first = visit.begun_ms if visit.begun_ms is not None else visit.ended_ms
        if visit.state in (VisitState.WAITING, VisitState.NO_SHOW) or first is None:
            continue
        last = visit.ended_ms if visit.ended_ms is not None else first + MAX_VISIT_MS
        found.setdefault(visit.counter, []).append((first, last))
    return {counter: tuple(spans) for counter, spans in found.items()}


def transaction_at(counter: str | None, at_ms: int, activity: Activity) -> Transaction:
    """Whether there was one at this counter around ``at_ms``, by the kiosk's clock."""
    if not counter or counter not in activity.counters:
        return Transaction.UNKNOWN
    if any(first <= at_ms + AFTER_MS and last >= at_ms - BEFORE_MS for first, last in activity.spans.get(counter, ())):
        return Transaction.YES
    return Transaction.NO if _would_be_known(at_ms, activity) else Transaction.UNKNOWN


def _would_be_known(at_ms: int, activity: Activity) -> bool:
    if activity.spoke_ms is None or activity.late_ms is None:
        return False
    return at_ms - activity.spoke_ms <= SPOKE_WITHIN_MS and activity.late_ms <= PROMPT_MS
