"""Photographs of nobody: drawn heads and shoulders, each a little different, as an office would hand them in."""

from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from sync.district.reference.portrait import squared

_SKIN = ("#E8C39E", "#D9A577", "#F0D0B0", "#C98F63")
_HAIR = ("#1B1714", "#2B211C", "#4A4744", "#141A22")
_CLOTH = ("#2F4B7C", "#F4F4F2", "#23503F", "#7A2E2E")
_WALL = ("#C9DDF0", "#E9EEF2", "#BFD4E6", "#DCE3E8")


def photograph(person: int, size: tuple[int, int] = (900, 1200), kind: str = "JPEG", **wishes: Any) -> bytes:
    """A photograph of the ``person``-th, three to four as on an identity card. ``wishes`` are Pillow's for the file."""
    width, height = size
    picture = Image.new("RGB", size, _WALL[person % 4])
    draw = ImageDraw.Draw(picture)

    def oval(x: float, y: float, wide: float, high: float, colour: str) -> None:
        draw.ellipse(
            ((x - wide / 2) * width, (y - high / 2) * height, (x + wide / 2) * width, (y + high / 2) * height), colour
        )

    long_hair = person % 2 == 1
    if long_hair:
        oval(0.5, 0.48, 0.62, 0.66, _HAIR[person % 4])
    oval(0.5, 1.04, 1.0, 0.62, _CLOTH[person // 2 % 4])
    draw.rectangle((0.42 * width, 0.55 * height, 0.58 * width, 0.76 * height), _SKIN[person % 4])
    oval(0.5, 0.42, 0.46, 0.46, _SKIN[person % 4])
    draw.pieslice((0.26 * width, 0.15 * height, 0.74 * width, 0.55 * height), 180, 360, _HAIR[person % 4])
    for x in (0.41, 0.59):
        oval(x, 0.42, 0.05, 0.025, "#1B1714")
    draw.arc((0.42 * width, 0.46 * height, 0.58 * width, 0.56 * height), 20, 160, "#8C4A3A", width // 90)
    packed = BytesIO()
    picture.save(packed, kind, **wishes)
    return packed.getvalue()


def portrait(person: int) -> bytes:
    """The same, as a district sends it to boxes."""
    return squared(photograph(person))
