"""A brake on guessing: so many tries from one address within some minutes. Kept in memory, addresses never written."""

import ipaddress
import threading
from collections import deque
from datetime import datetime, timedelta

MOST_TRIES = 12
WITHIN = timedelta(minutes=10)
MOST_ADDRESSES = 50_000


class Brake:
    """Counts tries by address; an IPv6 address by its network of 64 bits, which one household has."""

    def __init__(self) -> None:
        self._tries: dict[str, deque[datetime]] = {}
        self._lock = threading.Lock()

    def too_many(self, address: str, now: datetime) -> bool:
        """Counts a try, and says whether there were too many before it."""
        with self._lock:
            tries = self._tries.setdefault(_network(address), deque())
            while tries and tries[0] <= now - WITHIN:
                tries.popleft()
            if len(tries) >= MOST_TRIES:
                return True
            tries.append(now)
            if len(self._tries) > MOST_ADDRESSES:
                self._forget(now)
            return False

    def _forget(self, now: datetime) -> None:
        self._tries = {who: tries for who, tries in self._tries.items() if tries and tries[-1] > now - WITHIN}


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address
