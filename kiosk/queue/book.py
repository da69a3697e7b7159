"""The events of the present day, in memory only: who gives one twice changes nothing, and there is room for so many.

What is kept is keyed (``kiosk.queue.event.keyed``), so that no copy of the book holds a ticket number. The
program's end forgets everything but the key; the ticket system's files are read anew after a start.
"""

import secrets
from collections import deque
from collections.abc import Iterable
from datetime import date, datetime
from statistics import median

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from kiosk.clock import VIETNAM
from kiosk.queue.clock_offset import ClockOffset, corrected_ms, offset_from_arrivals
from kiosk.queue.event import EventKey, QueueEvent, Rename, contradicts, keyed

MAX_EVENTS = 20_000
"""A day of 2,000 tickets. What comes beyond is counted and forgotten."""
MAX_SAMPLES = 60
"""Minutes in which events came, the last ones: a clock that is put right is followed within the hour."""
MINUTE_MS = 60_000


class Taken(Struct, frozen=True):
    """What became of some events. ``new``: those that were not known, keyed, with their dossiers; ``doubled``: those
    that were; ``contradicted``: known ones with another content; ``foreign``: of another office or day; ``full``: no
    room."""

    new: tuple[QueueEvent, ...] = ()
    doubled: int = 0
    contradicted: int = 0
    foreign: int = 0
    full: int = 0


class QueueBook:
    """Keeps a day's events and derives everything from them. Not safe for two threads: its owner sees to that."""

    def __init__(
        self, office: str = "", rename: Rename | None = None, max_events: int = MAX_EVENTS, key: bytes = b""
    ) -> None:
        """``office``: the only one whose events are taken; empty takes those of any. ``key``: 32 bytes under which
        tickets are kept (``kiosk.queue.key``); empty for one that dies with the program."""
        self._office, self._rename, self._max_events = office, rename or Rename(), max_events
        self._key = key or secrets.token_bytes(32)
        self._events: dict[EventKey, QueueEvent] = {}
        self._day: date | None = None
        self._differences: deque[tuple[int, int]] = deque(maxlen=MAX_SAMPLES)
        self._late: deque[int] = deque(maxlen=20)

    def begin_day(self, day: date) -> None:
        """Forgets everything of any other day: ticket numbers begin anew."""
        if day != self._day:
            self._day = day
            self._events.clear()

    def take(self, events: Iterable[QueueEvent], now_ms: int, *, as_they_happen: bool) -> Taken:
        """Takes what came at ``now_ms`` by the kiosk's clock. ``as_they_happen``: the source sends each event at once,
        so that its delay tells how far the clocks are apart."""
        new, doubled, contradicted, foreign, full = list[QueueEvent](), 0, 0, 0, 0
        for event in events:
            named = self._rename.renamed(event)
            if (self._office and event.office != self._office) or local_day(event.at_ms) != self._day:
                foreign += 1
                continue
            kept = keyed(named, self._key)
            known = self._events.get(kept.key)
            if known is not None:
                doubled += 1
                if contradicts(kept, known):
                    contradicted += 1
                    self._events[kept.key] = min(known, kept, key=msgspec.json.encode)
            elif len(self._events) >= self._max_events:
                full += 1
            else:
                self._events[kept.key] = kept
                new.append(replace(kept, dossier=named.dossier))
                self._sample(event.at_ms, now_ms, as_they_happen=as_they_happen)
        return Taken(tuple(new), doubled, contradicted, foreign, full)

    def offset(self) -> ClockOffset | None:
        """How far the kiosk's clock is ahead of the ticket system's, as far as its events tell."""
        return offset_from_arrivals(smallest for _, smallest in self._differences)

    def events(self, offset: ClockOffset | None = None) -> list[QueueEvent]:
        """Everything that is known of today, by the kiosk's clock where its distance is known."""
        return [replace(each, at_ms=corrected_ms(each.at_ms, offset)) for each in self._events.values()]

    def late_ms(self, offset: ClockOffset | None = None) -> int | None:
        """How late events usually come, ``None`` before the first."""
        if not self._late:
            return None
        late = round(median(self._late))
        return late if offset is None else corrected_ms(late, ClockOffset(-offset.ms, offset.n))

    def __len__(self) -> int:
        return len(self._events)

    def _sample(self, at_ms: int, now_ms: int, *, as_they_happen: bool) -> None:
        self._late.append(now_ms - at_ms)
        if not as_they_happen:
            return
        minute, difference = now_ms // MINUTE_MS, now_ms - at_ms
        if self._differences and self._differences[-1][0] == minute:
            difference = min(difference, self._differences.pop()[1])
        self._differences.append((minute, difference))


def local_day(at_ms: int) -> date:
    """The day in Viet Nam of a moment in milliseconds since 1970 UTC."""
    return datetime.fromtimestamp(at_ms / 1000, VIETNAM).date()
