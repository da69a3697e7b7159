"""Lay out the typing screen. Pure arithmetic, because no Kivy layout fits 28 keys of 20 mm."""

import math

from msgspec import Struct

from kiosk.ui.metrics import Metrics

#: how wide words beside the keys are at least, in ems of the usual text
MIN_WORDS, MIN_WORDS_COMPACT = 12, 8
KEYS = {False: 12, True: 28}


def columns(m: Metrics, *, letters: bool) -> int:
    """How many keys stand side by side: letters go high in portrait and wide in landscape."""
    if not letters:
        return 3
    if m.portrait:
        return 5 if m.tight else 6
    return 7


def rows(m: Metrics, *, letters: bool) -> int:
    """How many rows the keys need."""
    return math.ceil(KEYS[letters] / columns(m, letters=letters))


class Rect(Struct, frozen=True):
    """A rectangle in pixels, from the bottom left as Kivy counts."""

    x: int
    y: int
    width: int
    height: int

    @property
    def pos(self) -> tuple[int, int]:
        return self.x, self.y

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height


def places(m: Metrics, *, letters: bool) -> dict[str, Rect]:
    """Boxes for ``title``, ``hint``, ``code``, ``pad``, ``side`` (erase, clear, letters, go on) and ``bar``.

    For the left hand everything but the bar is mirrored, so that the hand does not cover what it types.
    """
    boxes = _for_the_right_hand(m, letters=letters)
    if not m.left_handed:
        return boxes
    return {name: box if name == "bar" else _mirrored(box, m.width) for name, box in boxes.items()}


def _mirrored(box: Rect, width: int) -> Rect:
    return Rect(width - box.x - box.width, box.y, box.width, box.height)


def _for_the_right_hand(m: Metrics, *, letters: bool) -> dict[str, Rect]:
    across, down = columns(m, letters=letters), rows(m, letters=letters)
    inner = m.width - 2 * m.margin
    side = round(max(m.target * 1.2, min(m.base * (5.0 if m.compact else 5.2), inner * 0.26)))
    beside = _keys(m, across, m.key) + m.between + side
    bar = Rect(m.margin, m.margin, inner, m.key if m.compact else m.row)
    floor = bar.y + bar.height + m.between * (1 if letters and not m.portrait else 2)
    if m.portrait:
        most = m.low_top - floor if m.low else round(m.height * 0.45)
        return _stacked(m, bar, floor, side, min(most, _keys(m, down, round(m.key * 2.1))))
    if inner - beside >= m.base * (MIN_WORDS_COMPACT if m.compact else MIN_WORDS):
        return _beside(m, bar, floor, side, beside)
    keys = min(_keys(m, down, m.key), m.height - _top(m) - floor - round(m.base * (1.5 if m.compact else 1.75)) - m.gap)
    return _stacked(m, bar, floor, side, keys)


def _stacked(m: Metrics, bar: Rect, floor: int, side: int, keys: int) -> dict[str, Rect]:
    """Words above, keys below. What has no room for a title shows the code alone."""
    inner = m.width - 2 * m.margin
    pad = Rect(m.margin, floor, inner - side - m.between, keys)
    boxes = {"bar": bar, "pad": pad, "side": Rect(m.margin + inner - side, floor, side, keys)}
    room = m.height - _top(m) - (floor + keys)
    if room < m.base * 6:
        hidden = Rect(0, m.height * 2, inner, m.body * 3)
        code = Rect(m.margin, floor + keys + m.gap, inner, room - m.gap)
        return boxes | {"code": code, "title": hidden, "hint": hidden}
    return boxes | _words(m, m.margin, floor + keys + m.gap, inner, room - m.gap)


def _beside(m: Metrics, bar: Rect, floor: int, side: int, beside: int) -> dict[str, Rect]:
    """Words on the left, keys on the right."""
    inner = m.width - 2 * m.margin
    right = max(beside, round(inner * (0.45 if m.compact else 0.5)))
    height = m.height - m.margin - floor
    keys = min(m.low_top - floor if m.low else height, _keys(m, 4, round(m.key * 1.7)))
    left = m.margin + inner - right
    boxes = {
        "bar": bar,
        "pad": Rect(left, floor, right - side - m.between, keys),
        "side": Rect(m.margin + inner - side, floor, side, keys),
    }
    return boxes | _words(m, m.margin, floor, inner - right - m.gap * 3, height)


def _words(m: Metrics, x: int, y: int, width: int, height: int) -> dict[str, Rect]:
    """Title over hint over code, gathered in the middle of the room they have; where that is little, no title."""
    if m.compact:
        hint, code = round(height * 0.43), round(height * 0.55)
        hidden = Rect(0, m.height * 2, width, m.body * 3)
        return {"code": Rect(x, y, width, code), "hint": Rect(x, y + height - hint, width, hint), "title": hidden}
    title, hint, code = (min(round(m.body * k), round(height * part)) for k, part in ((4, 0.3), (3, 0.25), (5.5, 0.4)))
    spare = max(0, height - title - hint - code) // 2
    return {
        "code": Rect(x, y + spare, width, code),
        "hint": Rect(x, y + spare + code, width, hint),
        "title": Rect(x, y + spare + code + hint, width, title),
    }


def _top(m: Metrics) -> int:
    """What stays free above the words."""
    return m.gap if m.compact else m.margin


def _keys(m: Metrics, count: int, size: int) -> int:
    return count * size + (count - 1) * m.between
