"""Read what a ticket system prints or shows from a serial line, by a pattern of the settings. Nothing is ever sent.

A line ends with a line feed, a carriage return or a form feed. What the pattern does not match is passed over: a
printer's copy holds far more than numbers. ``{now}`` stands for the moment at which the line came.
"""

import re
from collections.abc import Callable, Iterator

from kiosk.clock import VIETNAM, Moment
from kiosk.hardware.serial_line import SerialLine
from kiosk.queue.event import QueueEvent
from kiosk.queue.mapping import EventMap
from kiosk.queue.reading import Refusal, RefusedRow
from kiosk.settings import QueueOptions

MAX_LINE = 256
_ENDS = re.compile(rb"[\r\n\f]+")


class LineReader:
    """Puts lines together from bytes as they come, and makes events of them."""

    def __init__(self, pattern: str, used: EventMap, clock: Callable[[], Moment]) -> None:
        self._pattern, self._used, self._clock = re.compile(pattern), used, clock
        self._rest = b""

    def forget(self) -> None:
        """The line was opened anew: half a line of before is none."""
        self._rest = b""

    def read(self, content: bytes) -> Iterator[list[QueueEvent] | Refusal]:
        """What the lines tell that are whole now; a refusal for one that matches and says nothing that can be."""
        *whole, self._rest = _ENDS.split(self._rest + content)
        self._rest = self._rest[-MAX_LINE:]
        for line in whole:
            found = self._pattern.search(line[:MAX_LINE].decode("utf-8", "replace"))
            if found is None:
                continue
            named = {name: value or "" for name, value in found.groupdict().items()}
            try:
                yield self._used.events(named | {"now": self._clock().district_time.astimezone(VIETNAM).isoformat()})
            except RefusedRow as refused:
                yield Refusal(1, refused.word, refused.field)


def queue_line(
    options: QueueOptions,
    used: EventMap,
    clock: Callable[[], Moment],
    take: Callable[[list[QueueEvent]], object],
    refuse: Callable[[Refusal], None],
) -> SerialLine:
    """The line, read in a thread of its own once it is started."""
    reader = LineReader(options.serial_pattern, used, clock)

    def received(content: bytes) -> None:
        for found in reader.read(content):
            if isinstance(found, Refusal):
                refuse(found)
            elif found:
                take(found)

    return SerialLine("queue", options.serial_port, options.serial_baud, received, opened=reader.forget)
