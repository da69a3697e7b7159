"""Drawings as large as they are shown: read and made smaller once, then kept. The large original is let go."""

import struct
from functools import lru_cache
from pathlib import Path

from kivy.core.image import Image
from kivy.graphics import Callback, Fbo, Rectangle
from kivy.graphics.opengl import GL_BLEND, glDisable, glEnable
from kivy.graphics.texture import Texture


def within(path: str, size: tuple[float, float]) -> tuple[int, int]:
    """The size of a drawing that fills a place as far as its proportions let it."""
    width, height = _original(path)
    scale = max(0.0, min(size[0] / width, size[1] / height))
    return round(width * scale), round(height * scale)


@lru_cache(maxsize=256)
def drawing(path: str, width: int, height: int) -> Texture:
    """A drawing of this size in pixels; one that would have to be enlarged comes in its own size."""
    if width >= _original(path)[0]:
        return Image(path, nocache=True).texture
    large = Image(path, nocache=True, mipmap=True).texture
    canvas = Fbo(size=(width, height))
    with canvas:
        Callback(lambda _: glDisable(GL_BLEND))
        Rectangle(size=(width, height), texture=large)
        Callback(lambda _: glEnable(GL_BLEND))
    canvas.draw()
    return canvas.texture


@lru_cache(maxsize=256)
def _original(path: str) -> tuple[int, int]:
    """Width and height as a PNG's first chunk says them (ISO/IEC 15948)."""
    with Path(path).open("rb") as file:
        width, height = struct.unpack(">16xII", file.read(24))
    return width, height
