"""The screen's end: the newest message of the queue's process, and what a rating, a page or an invitation asks of it.

A thread of its own receives; whoever asks gets an answer from memory at once, and *unknown* or nothing where there is
none. What is received is bounded, and a message that is none is passed over.
"""

import logging
import os
import socket
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from kiosk.clock import Moment
from kiosk.domain.rating import Transaction
from kiosk.queue.clock_offset import ClockOffset, corrected_ms, offset_from_touches
from kiosk.queue.event import QueueEvent
from kiosk.queue.lines import CounterQueue, WaitingLine
from kiosk.queue.message import MAX_BYTES, SOCKET, NewEvent, QueueMessage, decoded
from kiosk.queue.times import DayTimes, TimesRow
from kiosk.queue.transaction import transaction_at

log = logging.getLogger(__name__)

STALE_MS = 30_000
"""A message comes every five seconds; an older one is of a process that is gone."""
MAX_DAYS = 2
"""So many days' sums are remembered: the present one's, and those of the one before it until they are told."""
MAX_TOUCHES, MAX_ENDS = 100, 500
ESTIMATE_EVERY = 60
"""So many messages (five minutes) between two estimates of the clock's distance."""

Happened = Callable[[QueueEvent, int], None]
"""Called with an event and how many milliseconds ago it happened."""


class QueueListener:
    """Receives from its start on. ``counter`` is the kiosk's own, ``None`` for one of the whole hall."""

    def __init__(self, folder: Path, clock: Callable[[], Moment]) -> None:
        self._path, self._clock = folder / SOCKET, clock
        self._newest: tuple[int, QueueMessage] | None = None
        self._times: dict[str, tuple[TimesRow, ...]] = {}
        self._offset: ClockOffset | None = None
        self._touches: deque[int] = deque(maxlen=MAX_TOUCHES)
        self._ends: dict[int, None] = {}
        self._counter: str | None = None
        self._listening: list[tuple[str | None, Happened]] = []
        self._messages = 0

    def start(self) -> None:
        """Listens in a thread; a socket that cannot be made is logged, and the kiosk is one without a queue."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileNotFoundError):
                os.unlink(self._path)
            listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            listening.bind(str(self._path))
        except OSError as error:
            log.error("the queue cannot be listened for in %s: %s", self._path.parent, error)
            return
        threading.Thread(target=self._run, args=(listening,), name="queue", daemon=True).start()

    def own_counter(self, counter: str | None) -> None:
        """The kiosk's own counter, whose touches tell of the ticket system's clock."""
        self._counter = counter

    def on_event(self, counter: str | None, call: Happened) -> None:
        """``call`` is called from this thread for each event at the counter (``None``: at any) that is new, in the
        order in which they came, also for late ones: whoever acts on them looks at the age. It must return at once."""
        self._listening.append((counter, call))

    def touched(self) -> None:
        """A citizen touched the kiosk; kept in memory, for the distance of the clocks alone."""
        self._touches.append(self._clock().at_ms)

    def transaction(self, counter: str | None, moment: Moment) -> Transaction:
        """Whether there was one at this counter around now."""
        message = self._current(moment)
        if message is None:
            return Transaction.UNKNOWN
        back = None if self._offset is None else ClockOffset(-self._offset.ms, self._offset.n)
        activity = message.activity
        if activity.late_ms is not None:
            activity = replace(activity, late_ms=corrected_ms(activity.late_ms, back))
        return transaction_at(counter, corrected_ms(moment.at_ms, back), activity)

    def line(self, service: str, moment: Moment) -> WaitingLine | None:
        """Who waits for a service (a field); ``None`` where nobody knows."""
        message = self._current(moment)
        return message.lines.get(service) if message else None

    def at_counter(self, counter: str, moment: Moment) -> CounterQueue | None:
        """What the ticket system tells of a counter; ``None`` where it tells nothing."""
        message = self._current(moment)
        return message.counters.get(counter) if message else None

    def times(self) -> tuple[DayTimes, ...]:
        """The sums of the last days there were any of, in the order of the days."""
        return tuple(DayTimes(date.fromisoformat(day), rows) for day, rows in sorted(self._times.items()))

    @property
    def offset_s(self) -> int | None:
        """How far the kiosk's clock is ahead, as far as touches tell it."""
        return None if self._offset is None else round(self._offset.ms / 1000)

    def receive(self, content: bytes) -> None:
        """One datagram."""
        message = decoded(content)
        if isinstance(message, NewEvent):
            self._tell(message)
        elif message is not None:
            self._newest = self._clock().up_ms, message
            self._remember(message)
            self._learn(message)

    def _run(self, listening: socket.socket) -> None:
        while True:
            self.receive(listening.recv(MAX_BYTES))

    def _tell(self, new: NewEvent) -> None:
        for counter, call in self._listening:
            if counter in (None, new.event.counter):
                call(new.event, new.age_ms)

    def _remember(self, message: QueueMessage) -> None:
        """Keeps the last sums of a day also past midnight. What a process that began anew tells of fewer visits does
        not take the place of more."""
        known = self._times.get(message.day, ())
        if message.times and sum(row.n for row in message.times) >= sum(row.n for row in known):
            self._times = {**self._times, message.day: message.times}
        while len(self._times) > MAX_DAYS:
            oldest = next(iter(self._times))
            self._times = {day: rows for day, rows in self._times.items() if day != oldest}

    def _learn(self, message: QueueMessage) -> None:
        """Estimates the distance of the clocks from touches, where the source cannot tell it itself."""
        if message.as_they_happen or self._counter is None:
            self._offset = None
            return
        for _, last in message.activity.spans.get(self._counter, ()):
            if last <= (message.activity.spoke_ms or 0):
                self._ends[last] = None
        while len(self._ends) > MAX_ENDS:
            del self._ends[next(iter(self._ends))]
        self._messages += 1
        if self._messages % ESTIMATE_EVERY == 0:
            self._offset = offset_from_touches(sorted(self._ends), list(self._touches)) or self._offset

    def _current(self, moment: Moment) -> QueueMessage | None:
        newest = self._newest
        if newest is None or moment.up_ms - newest[0] > STALE_MS or newest[1].day != moment.day.isoformat():
            return None
        return newest[1]
