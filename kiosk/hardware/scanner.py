"""A serial barcode scanner: lines of text from a port that may vanish and come back at any time."""

from collections.abc import Callable

from kiosk.hardware.serial_line import SerialLine
from kiosk.hardware.serial_line import can_open as can_open

LONGEST_LINE = 4_096
END_OF_SCAN = b"\r\n\t\x03"


def lines_in(buffer: bytearray) -> list[str]:
    """Takes whole scans out of ``buffer``. A scan ends with CR, LF, tab or ETX; one without an end is dropped
    once it is longer than any code, because nobody will ever finish it."""
    found = []
    while (end := next((i for i, byte in enumerate(buffer) if byte in END_OF_SCAN), None)) is not None:
        text = bytes(buffer[:end]).decode("utf-8", "replace").strip("\x02\x00 ")
        del buffer[: end + 1]
        if text:
            found.append(text)
    if len(buffer) > LONGEST_LINE:
        buffer.clear()
    return found


class Scanner(SerialLine):
    """Reads in a thread of its own. ``scanned(text)`` and ``changed(present)`` are called from that thread."""

    def __init__(
        self, port: str, baud: int, scanned: Callable[[str], None], changed: Callable[[bool], None] = lambda _: None
    ) -> None:
        buffer = bytearray()

        def received(data: bytes) -> None:
            buffer.extend(data)
            for text in lines_in(buffer):
                scanned(text)

        super().__init__("scanner", port, baud, received, changed, opened=buffer.clear)
