"""Back-pressure: requests beyond capacity are refused at once with a time to retry, not kept in memory."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from sync.district.api.networks import Allowances
from sync.district.api.problem import Problem
from sync.district.settings import Limits
from sync.district.store.engine import Engine, reading
from sync.district.store.projections import waiting_up_to

LOOK_SECONDS = 10.0
BUSY_SECONDS = 5
BEHIND_SECONDS = 60
PAUSE_SECONDS = 30


BODIES_AT_ONCE = 2
"""A box sends one batch at a time; a second may be on its way while the first is given up."""
MAX_READ_BYTES = 256 * 1024 * 1024


@dataclass(slots=True)
class Reading:
    """A body under way, and how much of it has come."""

    pressure: "Pressure"
    size: int = 0

    def grew(self, size: int) -> None:
        """So many bytes more. Raises ``Problem`` 503 when all bodies under way are more than a process should hold."""
        self.size += size
        self.pressure.hold(size)


class Pressure:
    """One process's view. ``clock`` gives seconds that only grow. A limit of 0 is no limit."""

    def __init__(self, engine: Engine, limits: Limits, clock: Callable[[], float] = monotonic) -> None:
        self._engine, self._limits, self._clock = engine, limits, clock
        self._in_flight = self._held = 0
        self._bodies: Counter[str] = Counter()
        self._allowances = Allowances(limits.per_device_minute, clock)
        self._lock = Lock()
        self._waiting, self._look_again = 0, 0.0

    @contextmanager
    def body(self, device_id: str) -> Iterator[Reading]:
        """A body of a device under way, on the event loop's thread: it takes nobody else's place, however slowly it
        comes. Raises ``Problem`` 429 for more than two of one device at once, 503 when it would be read in vain."""
        if self._bodies[device_id] >= BODIES_AT_ONCE:
            headers = {"Retry-After": str(BUSY_SECONDS), "Connection": "close"}
            raise Problem(429, "too-many", "this device sends more than one batch at once", headers)
        self._refuse_when_full()
        self._bodies[device_id] += 1
        reading = Reading(self)
        try:
            yield reading
        finally:
            self._held -= reading.size
            self._bodies[device_id] -= 1
            if not self._bodies[device_id]:
                del self._bodies[device_id]

    def hold(self, size: int) -> None:
        """So many bytes more are in memory. Raises ``Problem`` 503 when that is too much."""
        self._held += size
        if self._held > MAX_READ_BYTES:
            raise _busy()

    @contextmanager
    def request(self) -> Iterator[None]:
        """A whole request, on the event loop's thread. Raises ``Problem`` 503 when there are too many."""
        self._refuse_when_full()
        self._in_flight += 1
        try:
            yield
        finally:
            self._in_flight -= 1

    def admit(self, device_id: str) -> None:
        """One request of a device. Raises ``Problem`` 429 when it sends more a minute than it may (a minute's worth may
        come at once)."""
        seconds = self._allowances.wait(device_id)
        if seconds:
            most, headers = self._limits.per_device_minute, {"Retry-After": str(seconds), "Connection": "close"}
            detail = f"this device may send {most} requests a minute; send larger batches"
            raise Problem(429, "too-many", detail, headers)

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

    def _refuse_when_full(self) -> None:
        if 0 < self._limits.in_flight <= self._in_flight:
            raise _busy()


def _busy() -> Problem:
    headers = {"Retry-After": str(BUSY_SECONDS), "Connection": "close"}
    return Problem(503, "busy", "the district has as many requests as it can take; try again", headers)
