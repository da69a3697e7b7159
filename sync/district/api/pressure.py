"""Back-pressure: more than a process can take is sent away at once with a time to return, instead of kept in memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from sync.district.api.problem import Problem
from sync.district.settings import Limits
from sync.district.store.engine import Engine, reading
from sync.district.store.projections import waiting_up_to

LOOK_SECONDS = 10.0
BUSY_SECONDS = 5
BEHIND_SECONDS = 60
PAUSE_SECONDS = 30


@dataclass(slots=True)
class _Bucket:
    """What is left of a device's allowance, and when that was so."""

    left: float
    at: float


class Pressure:
    """One process's view. ``clock`` gives seconds that only grow. A limit of 0 is no limit."""

    def __init__(self, engine: Engine, limits: Limits, clock: Callable[[], float] = monotonic) -> None:
        self._engine, self._limits, self._clock = engine, limits, clock
        self._in_flight = 0
        self._buckets: dict[str, _Bucket] = {}
        self._lock = Lock()
        self._waiting, self._look_again = 0, 0.0

    @contextmanager
    def request(self) -> Iterator[None]:
        """One request under way, on the event loop's thread. Raises ``Problem`` 503 when there are too many."""
        if 0 < self._limits.in_flight <= self._in_flight:
            headers = {"Retry-After": str(BUSY_SECONDS), "Connection": "close"}
            raise Problem(503, "busy", "the district has as many requests as it can take; try again", headers)
        self._in_flight += 1
        try:
            yield
        finally:
            self._in_flight -= 1

    def admit(self, device_id: str) -> None:
        """One request of a device. Raises ``Problem`` 429 when it sends more a minute than it may (a minute's worth may
        come at once)."""
        most = self._limits.per_device_minute
        if not most:
            return
        with self._lock:
            now = self._clock()
            bucket = self._buckets.setdefault(device_id, _Bucket(most, now))
            bucket.left = min(most, bucket.left + (now - bucket.at) * most / 60)
            bucket.at = now
            if bucket.left >= 1:
                bucket.left -= 1
                return
            seconds = int((1 - bucket.left) * 60 / most) + 1
        headers = {"Retry-After": str(seconds), "Connection": "close"}
        raise Problem(429, "too-many", f"this device may send {most} requests a minute; send larger batches", headers)

    def pause(self) -> int:
        """Seconds a box should leave before its next batch; 0 when there is no need. Looks at the queue every ten
        seconds at most. Raises ``Problem`` 503 when so much waits to be opened that nothing more should be taken."""
        most = self._limits.waiting_batches
        if not most:
            return 0
        with self._lock:
            now = self._clock()
            look = now >= self._look_again
            if look:
                self._look_again = now + LOOK_SECONDS
        if look:
            with reading(self._engine) as connection:
                self._waiting = waiting_up_to(connection, most)
        if self._waiting >= most:
            headers = {"Retry-After": str(BEHIND_SECONDS)}
            raise Problem(503, "behind", "too much waits to be opened; is 'district project' running?", headers)
        return PAUSE_SECONDS if self._waiting > most // 2 else 0
