"""Draw the four corners of a rounded card as one small texture to be stretched."""

import math
from functools import lru_cache

from kivy.graphics.texture import Texture

Rgba = tuple[float, ...]
MIDDLE = 1  # pixels between the corners; they are what is stretched


@lru_cache(maxsize=64)
def corners(radius: int, stroke: int, border: Rgba, fill: Rgba) -> Texture:
    """Corners of ``radius`` pixels with an edge of ``stroke`` in the colour ``border``; what is inside is ``fill``."""
    side = 2 * radius + MIDDLE
    rows = [b"".join(row) for row in _quarter(radius, stroke, border, fill)]
    texture = Texture.create(size=(side, side), colorfmt="rgba")
    texture.blit_buffer(b"".join([*rows, *rows[radius - 1 :: -1]]), colorfmt="rgba", bufferfmt="ubyte")
    return texture


def _quarter(radius: int, stroke: int, border: Rgba, fill: Rgba) -> list[list[bytes]]:
    """The upper rows of pixels down to the middle, each as wide as the whole picture."""
    shades: dict[float, bytes] = {}
    rows = []
    for y in range(radius + MIDDLE):
        left = []
        for x in range(radius + MIDDLE):
            inside = radius - math.hypot(max(0.0, radius - x - 0.5), max(0.0, radius - y - 0.5))
            inside = min(inside, stroke + 1.0)
            if inside not in shades:
                shades[inside] = _shade(inside, stroke, border, fill)
            left.append(shades[inside])
        rows.append([*left, *left[radius - 1 :: -1]])
    return rows


def _shade(inside: float, stroke: int, border: Rgba, fill: Rgba) -> bytes:
    """The colour of a pixel whose middle is so far inside the outer edge."""
    outer, inner = (min(1.0, max(0.0, distance + 0.5)) for distance in (inside, inside - stroke))
    *colour, alpha = (edge + (middle - edge) * inner for edge, middle in zip(border, fill, strict=True))
    return bytes(round(255 * value) for value in (*colour, alpha * outer))
