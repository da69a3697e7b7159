"""An officer's photograph, round with a fine edge, in place of a drawing where there is one."""

import logging
import math
from functools import lru_cache
from io import BytesIO
from typing import Any

from kivy.core.image.img_sdl2 import ImageLoaderSDL2
from kivy.graphics.texture import Texture
from kivy.properties import ObjectProperty

from kiosk.ui import palette, sdl
from kiosk.ui.widgets.picture import Picture

log = logging.getLogger(__name__)

RING = 2  # pixels
MAX_SIDE = 1_000  # of a photograph in pixels; the district sends much smaller ones


class PortraitPicture(Picture):
    """``photo`` is a JPEG, as wide as high. Without one, or with one that cannot be read, it is the drawing."""

    photo = ObjectProperty(b"")

    @property
    def drawn(self) -> tuple[int, int]:
        side = round(min(self.size))
        return (side, side) if is_readable(self.photo) else super().drawn

    def on_photo(self, *_: object) -> None:
        self._settle()

    def _texture(self, width: int, height: int) -> Texture:
        if is_readable(self.photo):
            return face(self.photo, width, palette.rgba(palette.LINE))
        return super()._texture(width, height)


@lru_cache(maxsize=64)
def is_readable(photo: bytes) -> bool:
    """Whether it is a photograph we can show."""
    if not photo:
        return False
    try:
        _decoded(photo)
    except ValueError as error:
        log.error("a portrait of %d bytes cannot be read: %s", len(photo), error)
        return False
    return True


@lru_cache(maxsize=24)
def face(photo: bytes, side: int, ring: tuple[float, ...]) -> Texture:
    """The photograph as a disc of ``side`` pixels; one that would have to be enlarged comes in its own size."""
    pixels, own = _decoded(photo)
    if side < own and sdl.library():
        pixels = sdl.smaller(pixels, (own, own), (side, side))
    else:
        side = own
    texture = Texture.create(size=(side, side), colorfmt="rgba")
    texture.blit_buffer(_round(pixels, side, ring), colorfmt="rgba", bufferfmt="ubyte")
    texture.flip_vertical()
    return texture


def _decoded(photo: bytes) -> tuple[bytes, int]:
    """Its pixels, four bytes each, and its side. Raises ``ValueError``."""
    try:
        data: Any = ImageLoaderSDL2("portrait.jpg", rawdata=BytesIO(photo), inline=True, nocache=True, ext="jpg")._data[
            0
        ]
    except Exception as error:  # Kivy raises nothing narrower
        raise ValueError("no JPEG") from error
    if data.width != data.height or data.width > MAX_SIDE or data.fmt not in ("rgb", "rgba"):
        raise ValueError(f"{data.width} x {data.height} {data.fmt}")
    if data.fmt == "rgba":
        return bytes(data.data), data.width
    pixels = bytearray(b"\xff") * (data.width * data.height * 4)
    for channel in range(3):
        pixels[channel::4] = data.data[channel::3]
    return bytes(pixels), data.width


def _round(pixels: bytes, side: int, ring: tuple[float, ...]) -> bytes:
    """What is outside the disc is clear, and its edge is ``RING`` pixels of a colour, both without steps."""
    shaped, radius = bytearray(pixels), side / 2
    colour = [round(255 * part) for part in ring[:3]]
    for y in range(side):
        down = y + 0.5 - radius
        untouched = math.sqrt(max(0.0, (radius - RING - 1) ** 2 - down**2))
        for x in (*range(math.ceil(radius - untouched)), *range(math.floor(radius + untouched), side)):
            inside = radius - math.hypot(x + 0.5 - radius, down)
            edge, seen = min(1.0, max(0.0, RING + 0.5 - inside)), min(1.0, max(0.0, inside + 0.5))
            at = (y * side + x) * 4
            for channel in range(3):
                shaped[at + channel] = round(shaped[at + channel] * (1 - edge) + colour[channel] * edge)
            shaped[at + 3] = round(255 * seen)
    return bytes(shaped)
