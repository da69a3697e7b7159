"""The one event that every ticket system is translated into (docs/queue.md). Pure.

A duration is never part of an event: it follows from two of them (``kiosk.queue.visits``).
"""

import hashlib
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.hidden import Hidden, StructWithHidden

VERSION = 1
MAX_WORD = 64
"""The most characters of a name, number or identifier."""
MAX_LINE_BYTES = 4_096
MAX_WAITING = 10_000


class QueueKind(StrEnum):
    """What happened, in the order in which it happens to a ticket. ``LINE_STATE`` is about none: how many wait."""

    ISSUED = "issued"
    CALLED = "called"
    RECALLED = "recalled"
    STARTED = "started"
    HELD = "held"
    RESUMED = "resumed"
    TRANSFERRED = "transferred"
    ENDED = "ended"
    NO_SHOW = "no_show"
    LINE_STATE = "line_state"


AT_A_COUNTER = frozenset(QueueKind) - {QueueKind.ISSUED, QueueKind.LINE_STATE}
"""Kinds that happen at a counter."""
_RANK = {kind: place for place, kind in enumerate(QueueKind)}


class EventKey(StructWithHidden, frozen=True, order=True):
    """What makes two deliveries the same event."""

    source: str
    event_id: Hidden[str]


class QueueEvent(StructWithHidden, frozen=True, kw_only=True):
    """``at_ms``: by the ticket system's clock, milliseconds since 1970-01-01T00:00Z. ``counter`` is empty where nobody
    knows it; of a transfer it is the counter that hands on, and ``service`` what the ticket waits for now. ``dossier``
    is told to who listens for ends at the own counter, and is kept nowhere. ``on_arrival``: the ticket system tells no
    time, and ``at_ms`` is when it came."""

    source: str
    event_id: Hidden[str]
    at_ms: int
    kind: QueueKind
    office: str
    counter: str = ""
    ticket: Hidden[str] = ""
    service: str = ""
    dossier: Hidden[str] = ""
    line: str = ""
    waiting: int | None = None
    on_arrival: bool = False

    @property
    def key(self) -> EventKey:
        return EventKey(self.source, self.event_id)

    @property
    def order(self) -> tuple[int, int, str, str]:
        """Sorts the events of a day: by time, at one time by what comes first in a visit."""
        return self.at_ms, _RANK[self.kind], self.source, self.event_id


def contradicts(event: QueueEvent, known: QueueEvent) -> bool:
    """Whether two deliveries of one number tell different things. What has no time of its own, such as a display that
    repeats itself, comes later each time and still tells the same."""
    if event.on_arrival and known.on_arrival:
        event = replace(event, at_ms=known.at_ms)
    return event != known


class Rename(Struct, frozen=True):
    """What the office calls the ticket system's counters and services. A name that is not listed stays as it is."""

    counters: dict[str, str] = {}
    services: dict[str, str] = {}

    def renamed(self, event: QueueEvent) -> QueueEvent:
        return replace(
            event,
            counter=self.counters.get(event.counter, event.counter),
            service=self.services.get(event.service, event.service),
            line=self.services.get(event.line, event.line),
        )


def keyed(event: QueueEvent, key: bytes) -> QueueEvent:
    """The event as the kiosk keeps it: ticket and number as hashes, and no dossier. ``key`` has at most 64 bytes."""

    def hashed(name: str) -> str:
        return hashlib.blake2b(name.encode(), digest_size=12, key=key).hexdigest() if name else ""

    return replace(event, event_id=hashed(event.event_id), ticket=hashed(event.ticket), dossier="")
