"""Find the largest type in which a text fits a rectangle.

Words are never broken, Vietnamese ones of two syllables only where they do not fit on a line; lines are balanced, so
that no word is left alone. A no-break space keeps two words together.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

from kivy.core.text import Label as Measure

from kiosk.vietnamese.compounds import pieces

LINE_HEIGHT = 1.06
EM_PER_LINE = 1.265  # ascender plus descender of Be Vietnam Pro
STEP = 0.94
LITTLE = 0.86  # a title this much smaller is still a title


@lru_cache(maxsize=1024)
def fit(text: str, font: str, most: int, least: int, width: int, height: int, lines: int) -> tuple[int, str]:
    """The font size from ``most`` down to ``least`` and the text with its line breaks, for a place in pixels.

    ``lines`` above 0 limits the lines: such a text is cut with an ellipsis instead of being made smaller.
    """
    if not text or width <= 1 or height <= 1:
        return most, text
    if lines:
        lines = max(1, min(lines, lines_in(most, height)))
        return most, _balanced(_cut(text, font, most, width, lines), font, most, width)
    size = most
    while size > least and not _fits(text, font, size, width, height):
        size = max(least, int(size * STEP))
    return size, _balanced(text, font, size, width)


@lru_cache(maxsize=1024)
def gathered(text: str, font: str, most: int, width: int) -> int:
    """The size, a little below ``most``, at which a text takes fewer lines; ``most`` when that would not help."""
    lines = len(_wrapped(text, font, most, width))
    low, high = int(most * LITTLE), most
    if lines < 2 or len(_wrapped(text, font, low, width)) >= lines:
        return most
    while high - low > 1:  # at ``low`` there are fewer lines, at ``high`` there are not
        middle = (low + high) // 2
        if len(_wrapped(text, font, middle, width)) < lines:
            low = middle
        else:
            high = middle
    return low


@lru_cache(maxsize=1024)
def natural_height(text: str, font: str, size: int, width: int, lines: int) -> int:
    """How high a text is at this size and width; at most ``lines`` lines when that is above 0."""
    if not text:
        return 0
    count = len(_wrapped(text, font, size, width))
    return height_of(size, min(count, lines) if lines else count)


@lru_cache(maxsize=1024)
def natural_width(text: str, font: str, size: int) -> int:
    """How wide a text is on one line."""
    return _extent(text, font, size) + 2 if text else 0


def forget() -> None:
    """Nothing that was measured is remembered: it may have been a citizen's words."""
    for measured in (fit, gathered, natural_height, natural_width, block_width, _extent):
        measured.cache_clear()


@lru_cache(maxsize=1024)
def block_width(text: str, font: str, size: int, width: int) -> int:
    """How wide a text is after its line breaks, for a place of this width."""
    return max(natural_width(line, font, size) for line in _balanced(text, font, size, max(1, width)).split("\n"))


def height_of(size: int, lines: int) -> int:
    """The height of so many lines of type."""
    return lines * _line(size) + 4


def lines_in(size: int, height: int) -> int:
    """How many lines of type fit into a height."""
    return int((height - 4) / _line(size))


def _line(size: int) -> int:
    return math.ceil(EM_PER_LINE * size * LINE_HEIGHT + 1.1)  # SDL rounds the ascender and the descender up


@lru_cache(maxsize=4096)
def _extent(text: str, font: str, size: int) -> int:
    """Asking SDL takes 20 µs, and a screen asks thousands of times, often for the same."""
    return int(_measure(font, size).get_extents(text)[0])


@lru_cache(maxsize=256)
def _measure(font: str, size: int) -> Measure:
    return Measure(font_name=font, font_size=size)


def _fits(text: str, font: str, size: int, width: int, height: int) -> bool:
    wrapped = _wrapped(text, font, size, width)
    return height_of(size, len(wrapped)) <= height and all(
        natural_width(w, font, size) <= width for w in text.split(" ")
    )


def _wrapped(text: str, font: str, size: int, width: int) -> list[str]:
    """Lines as full as they can be. A word wider than the place gets a line to itself."""
    return _filled(_words(text, font, size, width), font, size, width)


def _filled(words: Sequence[str], font: str, size: int, width: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _extent(longer, font, size) + 2 <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _words(text: str, font: str, size: int, width: int) -> list[str]:
    """What a line may hold; a word of several syllables that is wider than the place comes apart."""
    return [
        part
        for piece in pieces(text)
        for part in ([piece] if " " not in piece or _extent(piece, font, size) + 2 <= width else piece.split(" "))
    ]


def _balanced(text: str, font: str, size: int, width: int) -> str:
    """The same number of lines, but as even in length as they can be. A separating dot does not end a line."""
    words = _words(text, font, size, width)
    count = len(_filled(words, font, size, width))
    if count < 2:
        return " ".join(words)
    low, high = 1, width
    while low < high:
        middle = (low + high) // 2
        if len(_filled(words, font, size, middle)) <= count:
            high = middle
        else:
            low = middle + 1
    return "\n".join(line.removesuffix(" ·") for line in _filled(words, font, size, high))


def _cut(text: str, font: str, size: int, width: int, lines: int) -> str:
    words = text.split(" ")
    if len(_wrapped(text, font, size, width)) <= lines:
        return text
    low, high = 1, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        if len(_wrapped(_ended(words[:middle]), font, size, width)) <= lines:
            low = middle
        else:
            high = middle - 1
    return _ended(words[:low])


def _ended(words: list[str]) -> str:
    return " ".join(words).rstrip(",;:.–-· ") + "…"
