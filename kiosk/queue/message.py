"""What the queue's process tells the screen's, over a socket in memory; no message names a ticket. Pure."""

from typing import Any

import msgspec
from msgspec import Struct

from kiosk.queue.event import QueueEvent
from kiosk.queue.lines import CounterQueue, WaitingLine
from kiosk.queue.times import TimesRow
from kiosk.queue.transaction import Activity

SOCKET = "queue.sock"
MAX_BYTES = 150_000
"""What one datagram may hold; the kernel's usual room is larger."""


class NewEvent(Struct, frozen=True, tag="new"):
    """Something happened at a counter that was not known before, ``age_ms`` ago by the kiosk's clock. Its ticket and
    number are keyed; its dossier is in clear, where the ticket system told it."""

    event: QueueEvent
    age_ms: int


class QueueMessage(Struct, frozen=True, tag="queue"):
    """How the queue stands. ``day``: local, ISO. ``as_they_happen``: the source sends events at once, and times are put
    right already; otherwise whoever knows better may (``kiosk.queue.clock_offset``)."""

    day: str
    lines: dict[str, WaitingLine]
    counters: dict[str, CounterQueue]
    activity: Activity
    times: tuple[TimesRow, ...] = ()
    as_they_happen: bool = True


_decoder = msgspec.json.Decoder(QueueMessage | NewEvent)


def encoded(message: QueueMessage | NewEvent) -> bytes:
    return msgspec.json.encode(message)


def decoded(content: bytes) -> QueueMessage | NewEvent | None:
    """The message, ``None`` when it is none: another release, or another program."""
    try:
        found: Any = _decoder.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return found if isinstance(found, QueueMessage | NewEvent) else None
