"""Seeing from outside when a screen is drawn: a small square of pixels is read again and again from the X server.

The square is chosen from pictures: where the new screen differs most from all that may be shown before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter, sleep
from typing import Any

from PIL import Image, ImageChops

SQUARE = 12
MIN_DIFFERENCE = 20  # of 255
POLL_SECONDS = 0.0005
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A square and the pixels it has on the screen that is waited for."""

    x: int
    y: int
    pixels: bytes


class IndistinguishableError(RuntimeError):
    """The screens cannot be told apart."""


def telling(before: Sequence[Image.Image], after: Sequence[Image.Image]) -> Spot:
    """The square that best tells ``after`` from every picture before.

    It lies within a patch of one colour, the same in all of ``after``: the idle screen wanders by a few pixels a minute
    so that nothing burns in, and its drawing moves. Raises ``IndistinguishableError``.
    """
    least = _grey(before[0], after[0])
    for old in before:
        for new in after:
            least = ImageChops.darker(least, _grey(old, new))
    small = least.reduce(SQUARE)
    values = small.tobytes()
    for at in sorted(range(len(values)), key=values.__getitem__, reverse=True):
        if values[at] < MIN_DIFFERENCE:
            break
        x, y = at % small.width * SQUARE, at // small.width * SQUARE
        patch = (x - SQUARE, y - SQUARE, x + 2 * SQUARE, y + 2 * SQUARE)
        inside = patch[0] >= 0 and patch[1] >= 0 and patch[2] <= after[0].width and patch[3] <= after[0].height
        if inside and _one_colour([new.crop(patch) for new in after]):
            return Spot(x, y, after[0].crop((x, y, x + SQUARE, y + SQUARE)).tobytes())
    raise IndistinguishableError


class Eye:
    """Reads squares of one display over a connection of its own."""

    def __init__(self, display_name: str) -> None:
        from Xlib.display import Display

        self._display: Any = Display(display_name)
        self._root: Any = self._display.screen().root

    def sees(self, spot: Spot) -> bool:
        from Xlib import X

        raw = self._root.get_image(spot.x, spot.y, SQUARE, SQUARE, X.ZPixmap, 0xFFFFFFFF)
        return Image.frombytes("RGB", (SQUARE, SQUARE), raw.data, "raw", "BGRX").tobytes() == spot.pixels

    def waits_for(self, spot: Spot, *, gone: bool = False) -> float:
        """The moment (``perf_counter``) at which the square was first seen so, or no longer so."""
        deadline = perf_counter() + PATIENCE
        while perf_counter() < deadline:
            seen, now = self.sees(spot), perf_counter()
            if seen is not gone:
                return now
            sleep(POLL_SECONDS)
        raise TimeoutError("the screen that was waited for never came")

    def close(self) -> None:
        self._display.close()


def _one_colour(patches: Sequence[Image.Image]) -> bool:
    found = [patch.getcolors(1) for patch in patches]
    return all(found) and len({colours[0][1] for colours in found}) == 1


def _grey(first: Image.Image, second: Image.Image) -> Image.Image:
    return ImageChops.difference(first, second).convert("L")
