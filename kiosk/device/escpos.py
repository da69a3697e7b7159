"""ESC/POS: an image as printer commands, and what a printer answers about itself.

The commands come from python-escpos. The answers are read here, because they are needed *while* bytes are on their
way: Epson's real-time replies (DLE EOT), automatic report (GS a) and ordered reply (GS r) differ in their fixed bits.
"""

import shutil
from functools import cache
from typing import Any

from PIL import Image, ImageOps

from kiosk.flow.printing import Trouble

BAND = 24
"""Rows of one piece of an image: 3 mm of paper, and what an answer has to wait for in the queue."""

RESET = b"\x1b@"
ASK_OFFLINE, ASK_PAPER = b"\x10\x04\x02", b"\x10\x04\x04"
REPORT_CHANGES = b"\x1da\x0e"
ASK_DONE = b"\x1dr\x01"  # answered in its turn: all that was sent before has been printed
FILLER = b"\0" * 2_048
"""Longer than a piece. Ends a command that was cut short: as its data it is white, as commands it is nothing."""

NARROWEST, WIDEST = 8, 4_096
IMPLEMENTATIONS = ("bitImageRaster", "bitImageColumn", "graphics")


def profiles() -> tuple[str, ...]:
    """The models that python-escpos knows by name."""
    return tuple(sorted(_library().capabilities.CAPABILITIES["profiles"]))


def dots(profile: str, paper_dots: int) -> int:
    """How many dots wide this model prints on a paper with ``paper_dots``; it may have fewer."""
    return min(int(_printer(profile).width), paper_dots)


def pieces(image: Image.Image, profile: str) -> list[bytes]:
    """The image and a cut. Each piece is whole commands: between two of them a question may be asked. White to the
    right of the ink is not sent: a quarter of a receipt, and seconds on a serial line."""
    printer = _printer(profile)
    known = (name for name in IMPLEMENTATIONS if printer.profile.supports(name))
    implementation = next(known, IMPLEMENTATIONS[0])
    ink = ImageOps.invert(image.convert("L"))
    for top in range(0, image.height, BAND):
        bottom = min(top + BAND, image.height)
        _, _, right, _ = ink.crop((0, top, image.width, bottom)).getbbox() or (0, 0, NARROWEST, 0)
        band = image.crop((0, top, max(right, NARROWEST), bottom))
        printer.image(band, impl=implementation, fragment_height=BAND)
        printer.end_piece()
    return [*printer.pieces, cut(profile)]


def cut(profile: str) -> bytes:
    """Paper out to beyond the knife, and the cut. A printer without a knife feeds, so that it can be torn off."""
    printer = _printer(profile)
    printer.cut()
    printer.end_piece()
    return bytes(printer.pieces[0])


@cache
def _library() -> Any:
    """python-escpos, loaded when something is to be printed. It leaves a folder with its list of models: that is
    removed, the kiosk leaves no files behind."""
    import escpos.capabilities
    import escpos.escpos

    shutil.rmtree(escpos.capabilities.pickle_dir, ignore_errors=True)
    return escpos


def _printer(profile: str) -> Any:
    return _writer()(profile or None)


@cache
def _writer() -> type:
    base: Any = _library().escpos.Escpos

    class Writer(base):  # type: ignore[misc]  # the library says nothing about its types
        """Collects the bytes of commands instead of sending them."""

        def __init__(self, profile: str | None) -> None:
            super().__init__(profile)
            known = self.profile.profile_data["media"]["width"]["pixels"]
            self.width = known if isinstance(known, int) else WIDEST
            self.profile.profile_data = {**self.profile.profile_data, "media": {"width": {"pixels": self.width}}}
            self.pieces: list[bytes] = []
            self._piece = bytearray()

        def open(self, raise_not_found: bool = True) -> None:
            """Nothing to open."""

        def _raw(self, msg: bytes) -> None:
            self._piece += msg

        def end_piece(self) -> None:
            self.pieces.append(bytes(self._piece))
            self._piece.clear()

    return Writer


class Condition:
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
