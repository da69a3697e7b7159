"""Break text into lines that fit a paper: between Vietnamese words, evenly in the middle. Pure."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from math import ceil

from kiosk.vietnamese.compounds import pieces

EVENLY_BY = 8  # dots
ROUNDING = 2  # dots that a line may be longer than the sum of its words

Measure = Callable[[str], float]


def lines_of(text: str, measure: Measure, width: int, *, even: bool = False) -> list[str]:
    """``even``: as few lines, but of much the same length, so that no last word stands alone. A word that is longer
    than a line, such as an address, is cut where the line ends."""
    room = width - ROUNDING
    words = [(word, measure(word)) for word in _fitting(text, measure, room)]
    space = measure(" ")
    lines = list(_broken(words, space, room))
    while even and room > 0:
        room -= EVENLY_BY
        narrower = list(_broken(words, space, room))
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _broken(words: Sequence[tuple[str, float]], space: float, width: int) -> Iterator[str]:
    line, length = "", 0.0
    for word, long in words:
        if line and length + space + long > width:
            yield line
            line = ""
        line, length = (f"{line} {word}", length + space + long) if line else (word, long)
    yield line


def _fitting(text: str, measure: Measure, width: int) -> Iterator[str]:
    for piece in pieces(text):
        for word in [piece] if measure(piece) <= width else piece.split(" "):
            yield from _cut(word, measure, width)


def _cut(word: str, measure: Measure, width: int) -> Iterator[str]:
    while measure(word) > width:
        fits = max(1, bisect_right(range(len(word)), width, key=lambda end: ceil(measure(word[:end]))) - 1)
        yield word[:fits]
        word = word[fits:]
    yield word
