"""Load drawings at the size they are shown, and keep them; the large original is freed."""

import struct
from functools import lru_cache
from pathlib import Path

from kivy.core.image import ImageLoader
from kivy.graphics.texture import Texture

from kiosk.ui import sdl


def within(path: str, size: tuple[float, float]) -> tuple[int, int]:
    """The size of a drawing that fills a place as far as its proportions let it."""
    width, height = _original(path)
    scale = max(0.0, min(size[0] / width, size[1] / height))
    return round(width * scale), round(height * scale)


@lru_cache(maxsize=256)
def drawing(path: str, width: int, height: int) -> Texture:
    """A drawing of this size in pixels; one that would have to be enlarged comes in its own size."""
    data = ImageLoader.load(path, nocache=True)._data[0]
    pixels, size = data.data, (data.width, data.height)
    if width < size[0] and data.fmt == "rgba" and sdl.library():
        pixels, size = sdl.smaller(pixels, size, (width, height)), (width, height)
    texture = Texture.create(size=size, colorfmt=data.fmt)
    texture.blit_buffer(pixels, colorfmt=data.fmt, bufferfmt="ubyte")
    texture.flip_vertical()
    return texture


@lru_cache(maxsize=256)
def _original(path: str) -> tuple[int, int]:
    """Width and height as a PNG's first chunk says them (ISO/IEC 15948)."""
    with Path(path).open("rb") as file:
        width, height = struct.unpack(">16xII", file.read(24))
    return width, height
