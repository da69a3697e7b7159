"""Typeset a paper as one black and white image, so that Vietnamese prints correctly on any model. Lengths are in dots;
8 dots are a millimetre at 203 dpi.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct
from PIL import Image, ImageDraw, ImageFont

from kiosk.hardware.printer.line_breaks import lines_of
from kiosk.paths import shared

DOTS_OF_PAPER = {58: 384, 80: 576}
"""How many dots wide a paper of so many millimetres is printed."""

LINE_HEIGHT = 1.32  # of the letter size: room for two marks above a capital
QUIET_MODULES = 4  # ISO/IEC 18004
MAX_MODULE = 7
MAX_DIGITS = 84
EDGE = 12
PAIR = "  "  # between two groups on a line


class TextBlock(Struct, frozen=True):
    """Words over as many lines as they need. ``size`` is that of the letters in dots."""

    text: str
    size: int = 30
    weight: str = "Medium"
    centred: bool = False


class DigitGroups(Struct, frozen=True):
    """A long number in groups divided by spaces, two groups a line, as large as the paper allows."""

    text: str


class QrBlock(Struct, frozen=True):
    """A QR code of this text."""

    text: str


class Rule(Struct, frozen=True):
    """A line across the paper."""

    thickness: int = 2


class Gap(Struct, frozen=True):
    """Empty paper."""

    height: int = 16


Block = TextBlock | DigitGroups | QrBlock | Rule | Gap
Paper = Sequence[Block]


def typeset(paper: Paper, width: int) -> Image.Image:
    """The paper as an image of mode ``1`` and so many dots wide; black is 0. Nothing of it is kept."""
    strips = [_draw(block, width) for block in paper]
    sheet = Image.new("L", (width, sum(strip.height for strip in strips)), 255)
    top = 0
    for strip in strips:
        sheet.paste(strip, ((width - strip.width) // 2, top))
        top += strip.height
    return sheet.point(lambda grey: 255 * (grey >= 128), mode="1")


def _draw(block: Block, width: int) -> Image.Image:
    match block:
        case TextBlock():
            return _words(block, width)
        case DigitGroups(text):
            return _groups(text, width)
        case QrBlock(text):
            return _code(text, width)
        case Rule(thickness):
            return Image.new("L", (width, thickness), 0)
        case Gap(height):
            return Image.new("L", (width, height), 255)


def _words(block: TextBlock, width: int) -> Image.Image:
    font = _font(block.weight, block.size)
    text = unicodedata.normalize("NFC", block.text)
    return _lines(lines_of(text, font.getlength, width, even=block.centred), font, width, block.centred)


def _groups(text: str, width: int) -> Image.Image:
    groups = text.split()
    lines = [PAIR.join(groups[start : start + 2]) for start in range(0, len(groups), 2)]
    longest = max(map(_font("Bold", MAX_DIGITS).getlength, lines)) + EDGE
    fits = min(MAX_DIGITS, int(MAX_DIGITS * width / longest))
    return _lines(lines, _font("Bold", fits), width, centred=True)


def _lines(lines: Sequence[str], font: ImageFont.FreeTypeFont, width: int, centred: bool) -> Image.Image:
    step = round(font.size * LINE_HEIGHT)
    strip = Image.new("L", (width, step * len(lines)), 255)
    pen = ImageDraw.Draw(strip)
    for number, line in enumerate(lines):
        left = (width - font.getlength(line)) / 2 if centred else 0.0
        pen.text((left, step * (number + 0.5)), line, font=font, fill=0, anchor="lm")
    return strip


def _code(text: str, width: int) -> Image.Image:
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode

    code: Any = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_MODULES)
    code.add_data(text)
    code.make()
    rows = code.get_matrix()
    module = max(1, min(MAX_MODULE, width // len(rows)))
    small = Image.new("L", (len(rows), len(rows)), 255)
    small.putdata([0 if dark else 255 for row in rows for dark in row])
    return small.resize((len(rows) * module, len(rows) * module), Image.Resampling.NEAREST)


@lru_cache(maxsize=32)
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    path = shared("assets") / "fonts" / f"BeVietnamPro-{weight}.ttf"
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)
