"""How many cards stand beside each other, so that their words fit at a size that can be read."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.ui.metrics import Metrics

#: The height in pixels of words at a font size in a width; ``None`` when a single word is too wide.
Measure = Callable[[str, int, int], int | None]

SMALLEST_PICTURE = 1.5  # times the body text; a smaller drawing says nothing


@dataclass(frozen=True, slots=True)
class Places:
    """A grid of ``columns``; each page shows ``a_page`` of the cards. ``words_height`` is that of the longest words."""

    columns: int
    pictures: bool
    font: int
    words_height: int
    a_page: int


def places_for(
    words: Sequence[str],
    wishes: Sequence[int],
    size: tuple[float, float],
    m: Metrics,
    fonts: Sequence[int],
    pictures: bool,
    measure: Measure,
) -> Places:
    """The first of the wished numbers of columns that fits: with drawings rather than without, in the first of the
    ``fonts`` rather than a later one; when none does, as many cards a page as fit, with a place for turning it."""
    for font in dict.fromkeys((*fonts, m.smallest_font)):
        for drawn in (True, False) if pictures else (False,):
            for columns in wishes:
                high, card = _card(words, columns, size[0], m, drawn, font, measure)
                rows = math.ceil(len(words) / columns)
                if card is not None and rows * card + (rows - 1) * m.gap <= size[1]:
                    return Places(columns, drawn, font, high, len(words))
    return _pages(words, wishes, size, m, measure)


def chosen_stroke(m: Metrics) -> float:
    """The edge of a chosen card; where every edge is strong, four times as much would reach the words."""
    return min(m.stroke * 4, m.gap * 0.7)


def padding(m: Metrics) -> float:
    """Between a card's edge and what stands in it."""
    return max(m.gap * (0.7 if m.tight else 1), chosen_stroke(m) + 3)


def tick_room(m: Metrics) -> float:
    """What is kept free for the tick where words stand beside it."""
    return m.body * 1.4


def _pages(
    words: Sequence[str], wishes: Sequence[int], size: tuple[float, float], m: Metrics, measure: Measure
) -> Places:
    for columns in sorted(wishes, reverse=True):
        high, card = _card(words, columns, size[0], m, False, m.smallest_font, measure)
        if card is not None:
            rows = max(1, int((size[1] + m.gap) // (card + m.gap)))
            return Places(columns, False, m.smallest_font, high, max(1, min(len(words), columns * rows - 1)))
    return Places(1, False, m.smallest_font, m.target, 1)


def _card(
    words: Sequence[str], columns: int, width: float, m: Metrics, drawn: bool, font: int, measure: Measure
) -> tuple[int, float | None]:
    """The height of the longest words, and of a card; ``None`` when a word does not fit the width."""
    inside = (width - (columns - 1) * m.gap) / columns - 2 * padding(m)
    beside = columns == 1 and drawn
    inside -= tick_room(m) if columns == 1 else 0
    if beside:
        inside -= min(width * 0.28, m.target * 2.6) + m.gap * 1.5
    heights = [measure(each, font, int(inside)) for each in words]
    if any(height is None for height in heights):
        return 0, None
    high = max(height for height in heights if height is not None)
    above = m.body * SMALLEST_PICTURE + m.gap * 0.4 if drawn and not beside else 0
    return high, max(m.target, high + above + 2 * padding(m))
