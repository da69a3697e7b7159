"""Lay out the on-screen keyboard: text, suggestions, keys. Pure arithmetic.

Keys are 20 mm and more where the panel allows; where it does not, as large as fits below two lines of the text.
Upright panels have the marks above the letters, panels on their side have them beside the letters.
"""

from collections.abc import Sequence

from msgspec import Struct

from kiosk.flow.state.text_input import Kind, TextInput
from kiosk.ui.metrics import TARGET_MM, Metrics
from kiosk.ui.screens.pad_layout import Rect
from kiosk.ui.writing import key_layout
from kiosk.ui.writing.key_layout import KeyCap

LETTERS, WITH_MARKS = 10, 13
MAX_MM = 36.0  # a wider keyboard is a walk for one finger
MAX_PAD_MM = 40.0
TALLEST = 1.5  # times a key's width: where keys are narrow, more of the text is worth more than height
LINE = 1.37  # of the type's size: a line of text with all its marks
#: So low may a key become for a third line of text, lower only for the second: in millimetres, and times its width.
LOWEST_MM, LOWEST = 15.0, 1.25
#: Lines of text that are seen at once: at least, where keys of ``LOWEST_MM`` leave room, and at most.
LINES, FEW_LINES = (2, 3, 10), (1, 2, 3)
#: while something is said above a low keyboard, so that the keys stay as high as they must be
ONE_LINE = (1, 1, 1)
PAD_COLUMNS = 4.7  # digits, and a wider column beside them
DIGIT = 0.62  # of the type's size
_PRINTED = {Kind.PHONE: 17, Kind.RECEIPT_NUMBER: 24}  # digits and the spaces between groups


class Arrangement(Struct, frozen=True):
    """Where everything stands. ``font`` is the size of the text, ``letter`` that of the letters on the keys."""

    text: Rect
    offers: Rect | None
    keys: tuple[tuple[KeyCap, Rect], ...]
    font: int
    letter: int
    gap: int


def arrange(writing: TextInput, m: Metrics, within: Rect, *, briefly: bool = False) -> Arrangement:
    """Everything for a writing in a rectangle. What is left over stays free at the top, above the text. ``briefly``:
    one line of text is seen."""
    if writing.kind.digits_only:
        return _number(writing, m, within)
    beside = within.width > within.height * 1.2
    largest = max(MAX_MM * m.px_per_mm, 2.1 * m.fine_font)
    columns = WITH_MARKS if beside else LETTERS
    gap = max(5, min(m.gap, round(within.width / columns * 0.09)))
    pitch = min((within.width + gap) / columns, largest + gap)
    rows = 5 if beside else 7 if writing.kind.suggests else 6
    least, usual, most = ONE_LINE if briefly else LINES if writing.kind.multiline else FEW_LINES
    wish = m.body if writing.kind.multiline else m.title
    lowest, low = (_key_high(m, within.height, lines, rows, gap) for lines in (least, usual))
    enough = min(LOWEST_MM * m.px_per_mm, LOWEST * (pitch - gap))
    high = int(min(_wanted(m, pitch - gap), max(low, min(enough, lowest))))
    width = round(columns * pitch - gap)
    x = within.x + (within.width - width) // 2
    grid = _Grid(x, within.y, pitch, high, gap, columns)
    room = within.height - rows * (high + gap)
    font = int(max(m.fine_font, min(wish, (room - m.gap) / (usual * LINE))))
    text = Rect(x, within.y + rows * (high + gap), width, int(min(room, most * font * LINE + m.gap)))
    keys = _beside(writing, grid, m) if beside else _above(writing, grid)
    letter = max(m.fine_font, int(min(high * 0.5, (pitch - gap) * 0.62, m.display)))
    return Arrangement(text, _offers(writing, grid, m, beside), keys, font, letter, gap)


class _Grid(Struct, frozen=True):
    """Rows counted from the bottom, columns from the left, both of letter keys."""

    x: int
    y: int
    pitch: float
    high: int
    gap: int
    columns: int

    def box(self, column: float, row: int, units: float, rows: int = 1) -> Rect:
        left = self.x + round(column * self.pitch)
        right = self.x + round((column + units) * self.pitch) - self.gap
        return Rect(left, self.y + row * (self.high + self.gap), right - left, rows * (self.high + self.gap) - self.gap)

    def row(self, row: int, keys: Sequence[KeyCap], column: float = 0) -> list[tuple[KeyCap, Rect]]:
        placed = []
        for cap in keys:
            placed.append((cap, self.box(column, row, cap.units)))
            column += cap.units
        return placed


def _key_high(m: Metrics, room: int, lines: int, rows: int, gap: int) -> float:
    """How high a key can be below so many lines of the smallest type."""
    return (room - lines * m.fine_font * LINE - m.gap) / rows - gap


def _wanted(m: Metrics, wide: float) -> float:
    """The height of a key: 20 mm, a little more where the panel's own targets are large, never a tower."""
    return min(max(TARGET_MM * m.px_per_mm + 1, min(m.target, wide * 1.1)), wide * TALLEST)


def _above(writing: TextInput, grid: _Grid) -> tuple[tuple[KeyCap, Rect], ...]:
    first, second, third = key_layout.letter_rows(writing)
    keys = grid.row(0, key_layout.bottom_row(writing, beside=False))
    keys += grid.row(1, third) + grid.row(2, second, (LETTERS - len(second)) / 2) + grid.row(3, first)
    helps = key_layout.help_keys(writing)
    keys += grid.row(4, [key_layout.widened(cap, LETTERS / len(helps)) for cap in helps])
    return tuple(keys + grid.row(5, key_layout.tools(writing)))


def _beside(writing: TextInput, grid: _Grid, m: Metrics) -> tuple[tuple[KeyCap, Rect], ...]:
    """Help keys in three rows of three, on the side of the hand that types."""
    letters, helps = (WITH_MARKS - LETTERS, 0) if m.left_handed else (0, LETTERS)
    first, second, third = key_layout.letter_rows(writing)
    keys = grid.row(0, key_layout.bottom_row(writing, beside=True), letters) + grid.row(1, third, letters)
    keys += grid.row(2, second, letters + (LETTERS - len(second)) / 2) + grid.row(3, first, letters)
    nine = key_layout.help_keys(writing)[:9]
    for row in range(3):
        keys += grid.row(3 - row, nine[row * 3 : row * 3 + 3], helps)
    keys += grid.row(0, key_layout.corner(writing, beside=True), helps)
    beside = key_layout.tools_beside(writing)
    start = 0 if m.left_handed else WITH_MARKS - sum(cap.units for cap in beside)
    return tuple(keys + grid.row(4, beside, start))


def _offers(writing: TextInput, grid: _Grid, m: Metrics, beside: bool) -> Rect | None:
    if not writing.kind.suggests:
        return None
    if not beside:
        return grid.box(0, 6, LETTERS)
    taken = sum(cap.units for cap in key_layout.tools_beside(writing))
    return grid.box(taken if m.left_handed else 0, 4, WITH_MARKS - taken)


def _number(writing: TextInput, m: Metrics, within: Rect) -> Arrangement:
    """Digits, and beside them what takes back. The number above, or to the left on a wide panel."""
    wide, gap = within.width > within.height * 1.2, m.between
    room = round(within.width * 0.52) if wide else within.width
    wish = round(m.display * LINE * 1.4)
    high = within.height if wide else within.height - wish - gap
    key = min(max(MAX_PAD_MM * m.px_per_mm, m.target), (room + gap) / PAD_COLUMNS - gap)
    key_high = int(min(max(key * 0.8, m.target), (high - 3 * gap) / 4))
    width, top = round(PAD_COLUMNS * (key + gap) - gap), 4 * key_high + 3 * gap
    if wide:
        beside = min(within.width - width - m.margin, round(m.display * DIGIT * 27))
        left = within.x + (within.width - beside - m.margin - width) // 2
        wish = min(top, max(wish, round(3 * m.fine_font * LINE) + gap))  # room for a hint of three lines
        number = Rect(left, within.y + top - wish, beside, wish)
        x = left + beside + m.margin
        if m.left_handed:
            x, number = left, Rect(left + width + m.margin, number.y, beside, wish)
    else:
        x = within.x + (within.width - width) // 2
        number = Rect(x, within.y + top + gap, width, wish)
    keys = _pad(_Grid(x, within.y, key + gap, key_high, gap, 4), left_handed=m.left_handed)
    digits = _PRINTED[writing.kind] * DIGIT + 3
    font = max(m.fine_font, min(m.display, int(number.width / digits)))
    return Arrangement(number, None, keys, font, int(min(key_high * 0.5, m.display * 1.2)), gap)


def _pad(grid: _Grid, *, left_handed: bool) -> tuple[tuple[KeyCap, Rect], ...]:
    named = key_layout.pad_keys()
    wider = PAD_COLUMNS - 3
    digits, helps = (wider, 0.0) if left_handed else (0.0, 3.0)
    places = {digit: (digits + at % 3, 3 - at // 3, 1.0, 1) for at, digit in enumerate("123456789")}
    places |= {"left": (digits, 0, 1, 1), "0": (digits + 1, 0, 1, 1), "right": (digits + 2, 0, 1, 1)}
    places |= {"erase": (helps, 2, wider, 2), "undo": (helps, 1, wider, 1), "clear": (helps, 0, wider, 1)}
    return tuple((named[name], grid.box(*place)) for name, place in places.items())
