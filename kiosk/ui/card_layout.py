"""Choose how many cards stand side by side, so that their text stays readable."""

import math
from collections.abc import Callable, Sequence
from itertools import product

from msgspec import Struct
from msgspec.structs import replace

from kiosk.ui.metrics import Metrics

#: The height in pixels of words at a font size in a width; ``None`` when a single word is too wide.
Measure = Callable[[str, int, int], int | None]

MIN_PICTURE = 1.5  # times the body text; a smaller drawing says nothing
MAX_CARDS_SHARE = 0.2  # of the screen, for cards below a text that is to be read
MIN_FACE = 2.4  # times the text before anybody asked for larger; a smaller face is nobody's


class CardLayout(Struct, frozen=True):
    """A grid of ``columns``; each page shows ``a_page`` of the cards. ``words_height`` is that of the longest words;
    on ``wide`` cards they stand beside the picture, which is at most ``picture_width`` wide (0: as usual)."""

    columns: int
    pictures: bool
    font: int
    words_height: int
    a_page: int
    wide: bool = False
    picture_width: float = 0


def places_for(
    words: Sequence[str],
    wishes: Sequence[int],
    size: tuple[float, float],
    m: Metrics,
    fonts: Sequence[int],
    pictures: bool,
    measure: Measure,
    between: float = 0.0,
) -> CardLayout:
    """The first of the wished numbers of columns that fits: with drawings rather than without, for who does not read,
    in the first of the ``fonts`` rather than a later one; when none does, as many cards a page as fit, with a place
    for turning it. ``between`` the cards lie so many pixels; 0: as many as between anything."""
    between, sizes = between or m.between, [dict.fromkeys(fonts), {m.smallest_font: None}]
    for some, drawn in product(sizes, (True, False) if pictures else (False,)):
        for font, columns in product(some, wishes):
            cell = (size[0] - (columns - 1) * between) / columns
            high, card = _card(words, cell, columns == 1, m, drawn, font, measure)
            rows = math.ceil(len(words) / columns)
            if card is not None and rows * card + (rows - 1) * between <= size[1]:
                return CardLayout(columns, drawn, font, high, len(words), columns == 1)
    paged = pages_for(words, wishes, size, m, m.smallest_font, False, measure, between)
    return paged or CardLayout(1, False, m.smallest_font, m.target, 1, True)


def places_for_faces(
    words: Sequence[str], wishes: Sequence[int], size: tuple[float, float], m: Metrics, measure: Measure
) -> CardLayout | None:
    """As ``places_for``, but the face comes before the size of type, and on small panels before the number of pages.

    ``None`` where not even two faces go on a page.
    """
    widths, fonts = (picture_width(size[0], m), MIN_FACE * m.base), dict.fromkeys((m.body, m.smallest_font))
    for width, font, columns in product(widths, fonts, wishes):
        for beside in (width, 0) if columns == 1 else (0, width):
            found = _faces(words, columns, size, m, font, measure, beside)
            if found.a_page >= len(words):
                return replace(found, a_page=len(words))
    pages = [
        _faces(words, columns, size, m, m.smallest_font, measure, beside)
        for beside, columns in product((*widths, 0), (1, 2, 3, 4))
    ]
    most = max(pages, key=lambda page: page.a_page)
    return replace(most, a_page=most.a_page - 1) if most.a_page > 2 else None  # one place is for turning the page


def _faces(
    words: Sequence[str],
    columns: int,
    size: tuple[float, float],
    m: Metrics,
    font: int,
    measure: Measure,
    beside: float,
) -> CardLayout:
    """So many columns of cards with faces: above the words, or at most so wide ``beside`` them."""
    cell, smallest = (size[0] - (columns - 1) * m.between) / columns, MIN_FACE * m.base
    face = max(smallest, min(beside, picture_width(cell, m)))
    inside = cell - 2 * padding(m) - (tick_room(m) + face + m.gap * 1.5 if beside else 0)
    heights = [measure(each, font, int(inside)) for each in words] if inside > face else [None]
    high = max((height for height in heights if height is not None), default=0)
    card = (max(high, smallest) if beside else high + smallest + m.gap * 0.4) + 2 * padding(m)
    rows = 0 if None in heights else int((size[1] + m.between) // (max(m.target, card) + m.between))
    return CardLayout(columns, True, font, high, columns * rows, bool(beside), face if beside else 0)


def height_for(
    words: Sequence[str], columns: int, width: float, m: Metrics, pictures: bool, measure: Measure, between: float
) -> float:
    """The height of so many columns of cards that hold all words, in pixels; 0 where a word is wider than its card.

    They are in the chosen type; where that takes more than ``MAX_CARDS_SHARE`` of the screen and there are no
    ``pictures``, in the smallest. ``between`` the cards lie so many pixels.
    """
    cell, rows = (width - (columns - 1) * between) / columns, math.ceil(len(words) / columns)

    def height(font: int) -> float:
        _, card = _card(words, cell, columns == 1, m, pictures, font, measure)
        return rows * card + (rows - 1) * between if card is not None else 0.0

    chosen = height(m.body)
    return chosen if pictures or 0 < chosen <= m.height * MAX_CARDS_SHARE else height(m.smallest_font)


def picture_width(card_width: float, m: Metrics) -> float:
    """How much of a wide card's width its picture gets."""
    return min(card_width * 0.28, m.target * 2.6)


def chosen_stroke(m: Metrics) -> float:
    """The edge of a chosen card; where every edge is strong, four times as much would reach the words."""
    return min(m.stroke * 4, m.gap * 0.7)


def padding(m: Metrics) -> float:
    """Between a card's edge and what stands in it."""
    return max(m.gap * (0.7 if m.tight else 1), chosen_stroke(m) + 3)


def tick_room(m: Metrics) -> float:
    """What is kept free for the tick where words stand beside it."""
    return m.body * 1.4


def pages_for(
    words: Sequence[str],
    wishes: Sequence[int],
    size: tuple[float, float],
    m: Metrics,
    font: int,
    pictures: bool,
    measure: Measure,
    between: float,
) -> CardLayout | None:
    """As many cards a page as fit in a size of type, with a place for turning the page; with ``pictures`` where at
    least two cards have room beside it. ``None`` where not even one card has."""
    for drawn, columns in product((True, False) if pictures else (False,), sorted({1, 2, *wishes}, reverse=True)):
        page = _page(words, columns, size, m, font, drawn, measure, between)
        if page.a_page > (1 if drawn else 0):
            return page
    return None


def drawn_pages_for(
    words: Sequence[str],
    wishes: Sequence[int],
    size: tuple[float, float],
    m: Metrics,
    font: int,
    measure: Measure,
    between: float,
    few: int,
) -> CardLayout | None:
    """Cards with their drawings: on an upright panel below each other, where the drawings are largest, when at least so
    ``few`` go on a page; else as many a page as fit. ``None`` where not even one does."""
    pages = [_page(words, columns, size, m, font, True, measure, between) for columns in (1, 2, *wishes)]
    most = max(pages, key=lambda page: page.a_page)
    found = pages[0] if m.portrait and pages[0].a_page >= min(few, most.a_page) else most
    return found if found.a_page > 0 else None


def _page(
    words: Sequence[str],
    columns: int,
    size: tuple[float, float],
    m: Metrics,
    font: int,
    drawn: bool,
    measure: Measure,
    between: float,
) -> CardLayout:
    """So many columns, and how many cards they have room for, a place for turning the page aside."""
    cell = (size[0] - (columns - 1) * between) / columns
    high, card = _card(words, cell, columns == 1, m, drawn, font, measure)
    places = columns * int((size[1] + between) // (card + between)) if card is not None else 0
    a_page = len(words) if places >= len(words) else max(0, places - 1)
    return CardLayout(columns, drawn, font, high, a_page, columns == 1)


def _card(
    words: Sequence[str], width: float, wide: bool, m: Metrics, drawn: bool, font: int, measure: Measure
) -> tuple[int, float | None]:
    """The height of the longest words, and of a card so wide; ``None`` when a word does not fit it. On a ``wide`` card
    picture, words and tick stand beside each other."""
    inside = width - 2 * padding(m) - (tick_room(m) if wide else 0)
    beside = wide and drawn
    if beside:
        inside -= picture_width(width, m) + m.gap * 1.5
    heights = [measure(each, font, int(inside)) for each in words]
    if any(height is None for height in heights):
        return 0, None
    high = max(height for height in heights if height is not None)
    above = m.body * MIN_PICTURE + m.gap * 0.4 if drawn and not beside else 0
    return high, max(m.target, high + above + 2 * padding(m))
