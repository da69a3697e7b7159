"""Take events from the sources, keep them in the book, and tell the screen how the queue stands.

Runs in a process of its own (``kiosk queue run``): whatever a ticket system sends, the screen reads one small message a
second. Sources call ``take`` and ``refuse`` from their threads.
"""

import logging
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable

from kiosk.clock import Moment
from kiosk.queue.book import QueueBook, Taken
from kiosk.queue.clock_offset import corrected_ms
from kiosk.queue.event import AT_A_COUNTER, QueueEvent
from kiosk.queue.lines import queue_at
from kiosk.queue.message import MAX_BYTES, NewEvent, QueueMessage, encoded
from kiosk.queue.reading import Refusal
from kiosk.queue.status import QueueStatus
from kiosk.queue.times import times_of
from kiosk.queue.transaction import activity_of
from kiosk.queue.visits import visits_of

log = logging.getLogger(__name__)

MAX_NEW, MAX_NEW_EACH = 2_000, 20
"""So many new events wait for the screen, and so many are told at once: a flood is told slowly, and in part."""


class QueueFeed:
    """``send`` gets each message for the screen, and must return at once."""

    def __init__(
        self, book: QueueBook, clock: Callable[[], Moment], send: Callable[[bytes], None], *, as_they_happen: bool
    ) -> None:
        self._book, self._clock, self._send = book, clock, send
        self._as_they_happen = as_they_happen
        self._lock = threading.Lock()
        self._new: deque[QueueEvent] = deque(maxlen=MAX_NEW)
        self._counts: Counter[str] = Counter()
        self._refusal: tuple[str, Refusal] | None = None
        self._spoke_ms: int | None = None
        self.changed = threading.Event()

    def take(self, events: Iterable[QueueEvent], *, as_they_happen: bool) -> Taken:
        """Takes what a source brings, all of it or, where there is no room, what there is room for."""
        now = self._clock()
        with self._lock:
            self._book.begin_day(now.day)
            taken = self._book.take(events, now.at_ms, as_they_happen=as_they_happen)
            self._counts.update(
                new=len(taken.new),
                doubled=taken.doubled,
                contradicted=taken.contradicted,
                foreign=taken.foreign,
                full=taken.full,
            )
            if taken.new:
                self._spoke_ms = now.at_ms
            self._new.extend(event for event in taken.new if event.kind in AT_A_COUNTER)
        if taken.new:
            self.changed.set()
        return taken

    def refuse(self, source: str, refusal: Refusal) -> None:
        """Something of a source (``folder``, ``http``, ``serial``) could not be read."""
        log.warning("%s: row %d was refused: %s %s", source, refusal.row, refusal.word, refusal.field)
        with self._lock:
            self._counts["refused"] += 1
            self._refusal = source, refusal

    def publish(self) -> None:
        """Tells the screen how the queue stands, and what is new at the counters."""
        now = self._clock()
        with self._lock:
            self._book.begin_day(now.day)
            offset = self._book.offset()
            events, late = self._book.events(offset), self._book.late_ms(offset)
            new = [self._new.popleft() for _ in range(min(len(self._new), MAX_NEW_EACH))]
            if self._new:
                self.changed.set()
        for event in new:
            self._send(encoded(NewEvent(event, now.at_ms - corrected_ms(event.at_ms, offset))))
        state, visits = queue_at(events, now.at_ms), visits_of(events)
        message = QueueMessage(
            day=now.day.isoformat(),
            lines=state.lines,
            counters=state.counters,
            activity=activity_of(events, visits, now.at_ms, late),
            times=times_of(visits),
            as_they_happen=self._as_they_happen,
        )
        content = encoded(message)
        if len(content) > MAX_BYTES:
            log.error("the queue's message has %d bytes and is not sent", len(content))
            return
        self._send(content)

    def status(self) -> QueueStatus:
        """What ``kiosk doctor`` may know."""
        now = self._clock()
        with self._lock:
            offset = self._book.offset()
            quiet = None if self._spoke_ms is None else max(0, now.at_ms - self._spoke_ms) // 60_000
            source, refusal = self._refusal or ("", Refusal(0, ""))
            return QueueStatus(
                boot=now.boot,
                up_s=now.up_s,
                quiet_minutes=quiet,
                counts=dict(self._counts),
                refused_by=source,
                refused_row=refusal.row,
                refused_word=refusal.word,
                refused_field=refusal.field,
                offset_s=None if offset is None else round(offset.ms / 1000),
            )
