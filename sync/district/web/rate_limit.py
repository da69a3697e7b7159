"""A brake on guessing: so many misses from one address within some minutes. Kept in memory, addresses never written."""

import ipaddress
import threading
from collections import deque
from datetime import datetime, timedelta

MOST_MISSES = 12
WITHIN = timedelta(minutes=10)
MOST_ADDRESSES = 50_000


class Brake:
    """Counts misses by address; an IPv6 address by its network of 64 bits, which one household has.

    Only misses count: many citizens share one address of their telephone company, and find what they ask for.
    """

    def __init__(self) -> None:
        self._misses: dict[str, deque[datetime]] = {}
        self._lock = threading.Lock()

    def holds(self, address: str, now: datetime) -> bool:
        """Whether there were too many misses of late."""
        with self._lock:
            misses = self._misses.get(_network(address), deque())
            while misses and misses[0] <= now - WITHIN:
                misses.popleft()
            return len(misses) >= MOST_MISSES

    def missed(self, address: str, now: datetime) -> None:
        """Counts a miss."""
        with self._lock:
            self._misses.setdefault(_network(address), deque(maxlen=MOST_MISSES)).append(now)
            if len(self._misses) > MOST_ADDRESSES:
                self._forget(now)

    def _forget(self, now: datetime) -> None:
        self._misses = {who: misses for who, misses in self._misses.items() if misses and misses[-1] > now - WITHIN}


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address
