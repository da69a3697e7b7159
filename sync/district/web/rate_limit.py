"""Limit guesses: so many misses from one network in some minutes. Kept in memory; addresses are never stored."""

import threading
from collections import deque
from datetime import datetime, timedelta

from sync.district.api.networks import MAX_NETWORKS, WIDER, networks_of

MAX_MISSES = 12
WITHIN = timedelta(minutes=10)


class RateLimit:
    """Counts misses by network (``networks_of`` says which). A sender whose address is not known is not counted.

    Only misses count: many citizens share one address of their telephone company, and find what they ask for.
    """

    def __init__(self) -> None:
        self._misses: dict[str, deque[datetime]] = {}
        self._lock = threading.Lock()

    def holds(self, address: str | None, now: datetime) -> bool:
        """Whether there were too many misses of late."""
        with self._lock:
            return any(self._recent(network, now) >= MAX_MISSES * times for network, times in networks_of(address))

    def missed(self, address: str | None, now: datetime) -> None:
        """Counts a miss."""
        with self._lock:
            for network, _ in networks_of(address):
                self._misses.setdefault(network, deque(maxlen=MAX_MISSES * WIDER)).append(now)
            if len(self._misses) > MAX_NETWORKS:
                self._forget(now)

    def _recent(self, network: str, now: datetime) -> int:
        misses = self._misses.get(network, deque())
        while misses and misses[0] <= now - WITHIN:
            misses.popleft()
        return len(misses)

    def _forget(self, now: datetime) -> None:
        self._misses = {who: misses for who, misses in self._misses.items() if misses and misses[-1] > now - WITHIN}
