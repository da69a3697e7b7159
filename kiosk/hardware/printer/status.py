"""Decode the status bytes that an ESC/POS printer returns while it prints.

Epson's real-time replies (DLE EOT), automatic report (GS a) and ordered reply (GS r) differ in their fixed bits, so
they are understood in whatever order they come.
"""

from kiosk.flow.state.printing import Trouble

RESET = b"\x1b@"
ASK_OFFLINE, ASK_PAPER = b"\x10\x04\x02", b"\x10\x04\x04"
REPORT_CHANGES = b"\x1da\x0e"
ASK_DONE = b"\x1dr\x01"  # answered in its turn: all that was sent before has been printed
FILLER = b"\0" * 2_048
"""Longer than a piece. Ends a command that was cut short: as its data it is white, as commands it is nothing."""


class PrinterStatus:
    """What a printer has said about itself. ``answers`` is false until it has said anything that can be understood;
    ``done`` is set by the ordered reply, ``replies`` counts the real-time ones."""

    def __init__(self) -> None:
        self.answers = self.done = False
        self.paper_out = self.paper_low = self.cover_open = self.fault = False
        self.replies = 0
        self._report = bytearray()

    @property
    def trouble(self) -> Trouble | None:
        if self.cover_open:
            return Trouble.COVER_OPEN
        if self.paper_out:
            return Trouble.PAPER_OUT
        return Trouble.FAULT if self.fault else None

    def hear(self, data: bytes, asked: bytes) -> None:
        """Takes in what came. ``asked`` is the open real-time question; what fits no reply is noise."""
        for byte in data:
            if self._report:
                self._hear_report(byte)
            elif byte & 0x93 == 0x10:
                self._report.append(byte)
            elif byte & 0x93 == 0x12:
                self._hear_reply(byte, asked)
            elif byte & 0x90 == 0:
                self.done = True

    def _hear_reply(self, byte: int, asked: bytes) -> None:
        if asked == ASK_PAPER:
            self.paper_out, self.paper_low = bool(byte & 0x60), bool(byte & 0x0C)
        elif asked == ASK_OFFLINE:
            self.cover_open, self.fault = bool(byte & 0x04), bool(byte & 0x40)
        else:
            return
        self.answers = True
        self.replies += 1

    def _hear_report(self, byte: int) -> None:
        """The second to fourth byte of an automatic report; another kind of byte means that it was none."""
        if byte & 0x90:
            self._report.clear()
            return
        self._report.append(byte)
        if len(self._report) == 4:
            first, errors, paper, _ = self._report
            self.cover_open, self.fault = bool(first & 0x20), bool(errors & 0x68)
            self.paper_out, self.paper_low = bool(paper & 0x0C), bool(paper & 0x03)
            self._report.clear()
