"""What the queue's process tells the screen's, over a socket in memory: sums and spans, never a ticket. Pure."""

from typing import Any

import msgspec
from msgspec import Struct

from kiosk.queue.lines import CounterQueue, WaitingLine
from kiosk.queue.times import TimesRow
from kiosk.queue.transaction import Activity

SOCKET = "queue.sock"
MAX_BYTES = 150_000
"""What one datagram may hold; the kernel's usual room is larger."""


class EndedVisit(Struct, frozen=True, tag="ended"):
    """A visit has just ended at a counter. ``dossier`` is its code where the ticket system told it."""

    counter: str
    service: str = ""
    dossier: str = ""


class QueueMessage(Struct, frozen=True, tag="queue"):
    """How the queue stands. ``day``: local, ISO. ``as_they_happen``: the source sends events at once, and times are put
    right already; otherwise whoever knows better may (``kiosk.queue.clock_offset``)."""

    day: str
    lines: dict[str, WaitingLine]
    counters: dict[str, CounterQueue]
    activity: Activity
    times: tuple[TimesRow, ...] = ()
    as_they_happen: bool = True


_decoder = msgspec.json.Decoder(QueueMessage | EndedVisit)


def encoded(message: QueueMessage | EndedVisit) -> bytes:
    return msgspec.json.encode(message)


def decoded(content: bytes) -> QueueMessage | EndedVisit | None:
    """The message, ``None`` when it is none: another release, or another program."""
    try:
        found: Any = _decoder.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return found if isinstance(found, QueueMessage | EndedVisit) else None
