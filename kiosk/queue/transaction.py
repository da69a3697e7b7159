"""Whether there was a transaction at a counter around a moment: all that is kept of the queue beside a rating. Pure.

``NO`` accuses, so it is said only where the ticket system would have told: it spoke during the whole window without a
longer pause, what it says comes promptly, and it has told of this counter today. Everything else is ``UNKNOWN``, also
the first minutes after a start, a pause or a loss.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from kiosk.domain.rating import Transaction
from kiosk.queue.clock_offset import MAX_OFFSET_MS
from kiosk.queue.event import QueueEvent
from kiosk.queue.visits import QueueVisit, VisitState

BEFORE_MS, AFTER_MS = 20 * 60_000, 5 * 60_000
"""The window around a rating. What is dated after it is there because the clocks differ a little."""
MAX_VISIT_MS = 2 * 3_600_000
"""A visit without an end is over by then: its end was lost."""
KEPT_MS = 2 * BEFORE_MS
"""What ended earlier than this before the newest event is in no window of now."""
MAX_PAUSE_MS = 10 * 60_000
PROMPT_MS = 2 * 60_000
"""What comes later, or seems to come earlier than it happened by more, is of a source or clock nobody can rely on."""

Span = tuple[int, int]


class Activity(Struct, frozen=True):
    """When somebody was at each counter lately, in milliseconds. ``counters``: those that the ticket system has told of
    today. It speaks from ``since_ms`` to ``spoke_ms``, its newest event, without a longer pause; ``late_ms``: how late
    its events usually come. ``None`` while nobody knows."""

    spans: dict[str, tuple[Span, ...]] = {}
    counters: frozenset[str] = frozenset()
    since_ms: int | None = None
    spoke_ms: int | None = None
    late_ms: int | None = None


def activity_of(
    events: Sequence[QueueEvent], visits: Iterable[QueueVisit], now_ms: int, late_ms: int | None
) -> Activity:
    """What a rating is compared with, from a day's events and the visits that follow from them. What is dated later
    than now by more than a clock can be wrong counts for nothing."""
    times = sorted(event.at_ms for event in events if event.at_ms <= now_ms + MAX_OFFSET_MS)
    spoke = since = times[-1] if times else None
    for at_ms in reversed(times):
        if since is None or since - at_ms > MAX_PAUSE_MS:
            break
        since = at_ms
    recent = (spoke or 0) - KEPT_MS
    spans = spans_of(visits, spoke or 0)
    lately = {counter: tuple(s for s in found if s[1] >= recent) for counter, found in spans.items()}
    counters = frozenset(event.counter for event in events if event.counter)
    return Activity({name: found for name, found in lately.items() if found}, counters, since, spoke, late_ms)


def spans_of(visits: Iterable[QueueVisit], spoke_ms: int) -> dict[str, tuple[Span, ...]]:
    """When somebody was at each counter. Who was called and did not come was not there; a visit whose end is not known
    goes on as long as the source speaks, but not for ever."""
    found: dict[str, list[Span]] = {}
    for visit in visits:
        first = visit.begun_ms if visit.begun_ms is not None else visit.ended_ms
        if visit.state in (VisitState.WAITING, VisitState.NO_SHOW) or first is None:
            continue
        last = visit.ended_ms
        if last is None:
            last = max(first, min(first + MAX_VISIT_MS, spoke_ms + MAX_PAUSE_MS))
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
    since, spoke, late = activity.since_ms, activity.spoke_ms, activity.late_ms
    if since is None or spoke is None or late is None:
        return False
    return since <= at_ms - BEFORE_MS and at_ms - spoke <= MAX_PAUSE_MS and abs(late) <= PROMPT_MS
