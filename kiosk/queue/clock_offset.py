"""How far the kiosk's clock is ahead of the ticket system's, estimated from what both have seen. Pure.

Two ways, each with what it needs:

- *Arrivals*, where events come as they happen (HTTP, serial line): the difference between arrival and event is the
  distance of the clocks and a delay that is never negative. So what came soonest tells the distance: of each minute of
  arrivals the smallest difference, and of these the tenth part from below. What was kept back and comes all at once is
  one minute of many.
- *Touches*, where files come later: a citizen touches the counter's kiosk soon after their visit ended. Every distance
  is tried; at the true one far more touches follow an end closely than at the usual (median) one.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from statistics import median

from msgspec import Struct

MAX_OFFSET_MS = 90 * 60_000
"""A clock that is further off is not estimated: it is set to another day or zone, and is reported as such."""
MIN_ARRIVALS = 5
MIN_MATCHES = 8
STEP_MS, WINDOW_MS = 30_000, 120_000
CLEARLY = 5.0
"""So many standard deviations (binomial) above the usual number of matches; 361 distances are tried."""
TOLERATED_MS = 60_000
"""A smaller distance is left as it is."""


class ClockOffset(Struct, frozen=True):
    """``ms`` is added to an event's time to get the kiosk's; ``n``: from how many matches."""

    ms: int
    n: int


def offset_from_arrivals(differences: Iterable[int]) -> ClockOffset | None:
    """From the smallest arrival minus event of each minute, in milliseconds, of events told as they happened."""
    possible = sorted(each for each in differences if abs(each) <= MAX_OFFSET_MS)
    return ClockOffset(possible[len(possible) // 10], len(possible)) if len(possible) >= MIN_ARRIVALS else None


def offset_from_touches(ends: Sequence[int], touches: Sequence[int]) -> ClockOffset | None:
    """From the ends of visits at a counter, by the ticket system's clock and sorted, and touches of its kiosk, by the
    kiosk's; both in milliseconds. ``None`` where no distance stands out."""
    if len(touches) < MIN_MATCHES or len(ends) < MIN_MATCHES:
        return None
    tried = range(-MAX_OFFSET_MS, MAX_OFFSET_MS + 1, STEP_MS)
    matches = {distance: len(_lags(ends, touches, distance)) for distance in tried}
    best = max(tried, key=matches.__getitem__)
    n, usual = matches[best], max(median(matches.values()) / len(touches), 1 / len(touches))
    spread = math.sqrt(len(touches) * usual * max(1 - usual, 0.01))
    if n < MIN_MATCHES or n - len(touches) * usual < CLEARLY * spread:
        return None
    return ClockOffset(best + round(median(_lags(ends, touches, best))), n)


def _lags(ends: Sequence[int], touches: Sequence[int], distance: int) -> list[int]:
    """How long after the end before it each touch came that followed one closely, if the clocks are so far apart."""
    found = []
    for touch in touches:
        place = bisect_right(ends, touch - distance)
        if place and touch - distance - ends[place - 1] <= WINDOW_MS:
            found.append(touch - distance - ends[place - 1])
    return found


def corrected_ms(at_ms: int, offset: ClockOffset | None) -> int:
    """An event's time by the kiosk's clock."""
    return at_ms if offset is None or abs(offset.ms) < TOLERATED_MS else at_ms + offset.ms
