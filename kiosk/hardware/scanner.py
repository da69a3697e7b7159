"""A barcode scanner on a serial line: lines of text from a port that may vanish and return at any time."""

from collections.abc import Callable

from kiosk.hardware.serial_line import SerialLine

MAX_LINE = 4_096
END_OF_SCAN = b"\r\n\t\x03"
#: A scanner that sends no end (its factory's setting, often) has said all it has when nothing comes for so long.
SILENCE_SECONDS = 0.2
#: How many silences the rest of a line is waited for, from a scanner that is known to send an end.
PATIENCE = 5


class ScanBuffer:
    """Bytes of a serial line as they come, and the scans in them. A scan ends with CR, LF, tab or ETX, or by silence;
    one that is longer than any code is dropped, because nobody will ever finish it."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """A new connection: what is half there is forgotten, and so is how this scanner ends its scans."""
        self._bytes, self._sends_an_end, self._silences = bytearray(), False, 0

    def take(self, data: bytes) -> list[str]:
        """The scans that ``data`` completes; no data is a silence of ``SILENCE_SECONDS``."""
        if not data:
            return self._fell_silent()
        self._silences = 0
        self._bytes += data
        *whole, rest = _lines(self._bytes)
        self._bytes = bytearray() if len(rest) > MAX_LINE else bytearray(rest)
        self._sends_an_end |= bool(whole)
        return [text for line in whole if (text := _text(line))]

    def _fell_silent(self) -> list[str]:
        self._silences += 1
        if self._silences < (PATIENCE if self._sends_an_end else 1):
            return []
        text, self._bytes = _text(self._bytes), bytearray()
        return [text] if text else []


class Scanner(SerialLine):
    """Reads in a thread of its own. ``scanned(text)`` and ``changed(present)`` are called from that thread."""

    def __init__(
        self, port: str, baud: int, scanned: Callable[[str], None], changed: Callable[[bool], None] = lambda _: None
    ) -> None:
        buffer = ScanBuffer()

        def received(data: bytes) -> None:
            for text in buffer.take(data):
                scanned(text)

        super().__init__("scanner", port, baud, received, changed, opened=buffer.clear, silence=SILENCE_SECONDS)


def _lines(data: bytearray) -> list[bytes]:
    """What stands between the ends of scans; the last one has no end yet."""
    for end in END_OF_SCAN[1:]:
        data = data.replace(bytes((end,)), END_OF_SCAN[:1])
    return bytes(data).split(END_OF_SCAN[:1])


def _text(line: bytes | bytearray) -> str:
    return bytes(line).decode("utf-8", "replace").strip("\x02\x00 ")
