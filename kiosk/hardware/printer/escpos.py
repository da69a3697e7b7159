"""Encode an image as ESC/POS commands with python-escpos, which is imported late because it is large."""

import re
import shutil
from functools import cache
from typing import Any

from PIL import Image, ImageOps

from kiosk.hardware.printer.typeset import DOTS_OF_PAPER

BAND = 24
"""Rows of one piece of an image: 3 mm of paper, and what an answer has to wait for in the queue."""

NARROWEST, WIDEST = 8, 4_096
_LOOKS_LIKE_A_QUESTION = re.compile(rb"\x10(?=[\x04\x05\x14])")
"""Printers obey real-time commands also inside an image; one more black dot there makes it none."""
IMPLEMENTATIONS = ("bitImageRaster", "bitImageColumn", "graphics")


def profiles() -> tuple[str, ...]:
    """The models that python-escpos knows by name, and that print images, as receipts are."""
    return tuple(sorted(name for name, known in _models().items() if _prints_images(known)))


def is_no_printer(profile: str) -> bool:
    """Whether a known model prints no images: a customer display, for example."""
    known = _models().get(profile)
    return known is not None and not _prints_images(known)


def dots(profile: str, paper_mm: int) -> int:
    """How many dots wide this model prints on a paper of so many millimetres."""
    return min(int(_printer(profile).width), DOTS_OF_PAPER[paper_mm])


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


def _models() -> dict[str, Any]:
    models: dict[str, Any] = _library().capabilities.CAPABILITIES["profiles"]
    return models


def _prints_images(model: dict[str, Any]) -> bool:
    return any(model["features"].get(name) for name in IMPLEMENTATIONS)


def _printer(profile: str) -> Any:
    """A model that is not known, or prints no images, prints as an ordinary printer; the doctor names it."""
    return _writer()(profile if profile in profiles() else None)


@cache
def _writer() -> type:
    base: Any = _library().escpos.Escpos

    class Writer(base):  # type: ignore[misc]  # the library says nothing about its types
        """Collects the bytes of commands instead of sending them."""

        def __init__(self, profile: str | None) -> None:
            super().__init__(profile)
            known = self.profile.profile_data["media"]["width"].get("pixels")  # some models say millimetres alone
            self.width = known if isinstance(known, int) else WIDEST
            self.profile.profile_data = {**self.profile.profile_data, "media": {"width": {"pixels": self.width}}}
            self.pieces: list[bytes] = []
            self._piece = bytearray()

        def open(self, raise_not_found: bool = True) -> None:
            """Nothing to open."""

        def _raw(self, msg: bytes) -> None:
            self._piece += msg

        def end_piece(self) -> None:
            self.pieces.append(_LOOKS_LIKE_A_QUESTION.sub(b"\x18", bytes(self._piece)))
            self._piece.clear()

    return Writer
