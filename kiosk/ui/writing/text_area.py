"""The text being written: lines, caret and scroll position. Only changed lines are drawn again."""

from typing import Any

from kivy.graphics import Color, InstructionGroup, Rectangle, RoundedRectangle
from kivy.graphics.texture import Texture

from kiosk.ui import palette
from kiosk.ui.metrics import Metrics
from kiosk.ui.screens.pad_layout import Rect
from kiosk.ui.widgets.press import USUAL
from kiosk.ui.widgets.surface import Surface
from kiosk.ui.writing.keyboard_geometry import LINE
from kiosk.ui.writing.line_breaks import TextLine, broken, line_of, nearest, shown
from kiosk.ui.writing.textures import TEXT_FONT, drawn, extent


class TextArea(Surface):
    """Raises ``on_place`` with the number of letters before the place that was touched.

    It keeps the text it shows until ``forget``. A finger on it does nothing but place the caret.
    """

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_place")
        self.m: Metrics = USUAL
        self._text, self._first, self._caret = "", 0, 0
        self._lines: tuple[TextLine, ...] = (TextLine(0, 0),)
        self._drawn: dict[str, Texture] = {}
        self._font, self._hint = 20, ""
        self._looks: tuple[object, ...] = ()
        self._centred = False
        self._extent = extent(TEXT_FONT, self._font)
        super().__init__(**kwargs)
        self._rows, self._bar, self._thumb = InstructionGroup(), InstructionGroup(), InstructionGroup()
        for group in (self._rows, self._bar, self._thumb):
            self.canvas.add(group)

    def on_place(self, caret: int) -> None:
        """A place between two letters was touched."""

    # ---- what it shows

    def place(self, box: Rect, m: Metrics, font: int, hint: str, *, centred: bool) -> None:
        """Where it stands, the size of the type, the words of an empty field; ``centred`` between top and bottom."""
        looks = (box, m, font, hint, centred)
        if looks == self._looks:
            return
        self._looks, self._font, self._hint, self._centred = looks, font, hint, centred
        self.pos, self.size = box.pos, box.size
        self.m, self.radius, self.stroke, self.border = m, m.radius, m.stroke, palette.rgba(palette.ACCENT)
        self._extent = extent(TEXT_FONT, font)
        self._drawn, self._lines = {}, broken(self._text, self._room, self._extent)
        self._draw_text()

    def show(self, text: str, caret: int, *, full: bool = False) -> None:
        """The text with the caret after so many letters, which comes into view. ``full``: the last key had no room."""
        self.fill = palette.rgba(palette.NOTICE if full else palette.CARD)
        if text != self._text:
            self._lines = broken(text, self._room, self._extent, self._text, self._lines)
        self._text, self._caret = text, caret
        at = line_of(self._lines, caret)
        self._first = min(max(self._first, at - self.rows + 1), at)
        self._draw_text()

    def forget(self) -> None:
        """Nothing is shown and nothing kept of what was."""
        self._text, self._lines, self._first, self._caret = "", (TextLine(0, 0),), 0, 0
        self._drawn = {}
        self._draw_text()

    # ---- moving about

    @property
    def rows(self) -> int:
        """How many lines are seen at once."""
        return max(1, int((self.height - 2 * self._padding + 0.1 * self._high) / self._high))

    def scroll(self, *, up: bool) -> None:
        """A view further up or down, with one line that was seen before; the caret stays where it is."""
        by = max(1, self.rows - 1)
        self._first = self._within(self._first - by if up else self._first + by)
        self._draw_text()

    def can_scroll(self, *, up: bool) -> bool:
        return self._first > 0 if up else self._first < self._last_first

    def caret_above(self, lines: int) -> int:
        """The caret so many lines further up (down with a negative number), as nearly above as can be."""
        at = line_of(self._lines, self._caret)
        to = at - lines
        if not 0 <= to < len(self._lines):
            return 0 if to < 0 else len(self._text)
        return self._caret_at(to, self._caret_x(at))

    def line_end(self, *, start: bool) -> int:
        """The caret at the start or the end of its line."""
        line = self._lines[line_of(self._lines, self._caret)]
        return line.start if start else line.start + len(shown(self._text, line).rstrip(" "))

    # ---- touches

    def on_touch_down(self, touch: Any) -> bool:
        if not self.collide_point(*touch.pos):
            return False
        touch.grab(self)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        if self.collide_point(*touch.pos):
            self.dispatch("on_place", self._touched(*touch.pos))
        return True

    def _touched(self, x: float, y: float) -> int:
        row = int((self.top - self._above - y) // self._high)
        at = self._within_lines(self._first + min(max(row, 0), self.rows - 1))
        return self._caret_at(at, x - self._left)

    def _caret_at(self, line: int, x: float) -> int:
        text = shown(self._text, self._lines[line])
        at = self._lines[line].start + nearest(text, x, self._extent)
        last = line == len(self._lines) - 1
        return at if last or at < self._lines[line].stop else at - 1  # behind its space a line is the next one's start

    # ---- drawing

    @property
    def _padding(self) -> float:
        return float(max(self.m.gap * 0.5, self.stroke * 2))

    @property
    def _above(self) -> float:
        """From the edge to the first line: as much as is left below the last."""
        rows = min(self.rows, len(self._lines)) if self._centred else self.rows
        return float((self.height - rows * self._high) / 2)

    @property
    def _left(self) -> float:
        return float(self.x + self._padding + self.m.gap * 0.6)

    @property
    def _room(self) -> float:
        return float(self.width - 2 * (self._left - self.x) - self._bar_width * 3)

    @property
    def _high(self) -> float:
        return float(round(self._font * LINE))

    @property
    def _caret_width(self) -> float:
        return float(max(3, round(self._font * 0.09)))

    @property
    def _bar_width(self) -> float:
        return float(max(3, self.m.stroke * 1.5))

    @property
    def _last_first(self) -> int:
        return max(0, len(self._lines) - self.rows)

    def _within(self, first: int) -> int:
        return min(max(first, 0), self._last_first)

    def _within_lines(self, line: int) -> int:
        return min(line, len(self._lines) - 1)

    def _caret_x(self, line: int) -> float:
        start = self._lines[line].start
        return min(self._extent(self._text[start : self._caret]), self._room)

    def _draw_text(self) -> None:
        self._rows.clear()
        used: dict[str, Texture] = {}
        if not self._text and self._hint:
            self._write_hint()
        self._rows.add(Color(*palette.rgba(palette.INK)))
        for row, line in enumerate(self._lines[self._first : self._first + self.rows]):
            self._write(shown(self._text, line).rstrip(), row, used)
        self._drawn = used
        self._draw_caret()
        self._draw_thumb()

    def _write_hint(self) -> None:
        """The words of an empty field behind the caret, in type small enough to show all of them."""
        indent = self._caret_width * 2
        size, lines = self._font, self._hint_lines(self._font, indent)
        while size > self.m.fine_font and len(lines) * size * LINE > self.height - 2 * self.stroke:
            size -= 1
            lines = self._hint_lines(size, indent)
        high = size * LINE
        above = (self.height - len(lines) * high) / 2 if self._centred else self._above
        self._rows.add(Color(*palette.rgba(palette.QUIET)))
        for row, line in enumerate(lines):
            texture = drawn(shown(self._hint, line).rstrip(), TEXT_FONT, size)
            middle = self.top - above - (row + 0.5) * high
            place = round(self._left + indent), round(middle - texture.height / 2)
            self._rows.add(Rectangle(texture=texture, size=texture.size, pos=place))

    def _hint_lines(self, size: int, indent: float) -> tuple[TextLine, ...]:
        return broken(self._hint, self._room - indent, extent(TEXT_FONT, size))

    def _write(self, text: str, row: int, used: dict[str, Texture]) -> None:
        if not text:
            return
        texture = used.get(text) or self._drawn.get(text) or drawn(text, TEXT_FONT, self._font)
        used[text] = texture
        top = self._top_of(row)
        place = round(self._left), round(top - self._high + (self._high - texture.height) / 2)
        self._rows.add(Rectangle(texture=texture, size=texture.size, pos=place))

    def _top_of(self, row: int) -> float:
        return float(self.top - self._above - row * self._high)

    def _draw_caret(self) -> None:
        self._bar.clear()
        at = line_of(self._lines, self._caret)
        if not self._first <= at < self._first + self.rows:
            return
        x, top = self._left + self._caret_x(at), self._top_of(at - self._first)
        self._bar.add(Color(*palette.rgba(palette.ACCENT)))
        self._bar.add(Rectangle(pos=(round(x), round(top - self._high)), size=(self._caret_width, self._high)))

    def _draw_thumb(self) -> None:
        """Where in the whole text one is; no handle, the arrows scroll."""
        self._thumb.clear()
        if not self._last_first:
            return
        inset = max(self._padding, self.radius * 0.6)
        room = self.height - 2 * inset
        high = max(room * self.rows / len(self._lines), self._bar_width * 4)
        top = self.top - inset - (room - high) * self._first / self._last_first
        self._thumb.add(Color(*palette.rgba(palette.LINE)))
        self._thumb.add(
            RoundedRectangle(
                pos=(self.right - self._padding - self._bar_width, top - high),
                size=(self._bar_width, high),
                radius=[self._bar_width / 2],
            )
        )
