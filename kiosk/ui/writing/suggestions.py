"""The row of suggested words; when the field is full, a message takes their place."""

from typing import Any

from kivy.uix.widget import Widget
from msgspec.structs import replace

from kiosk.flow.state.text_input import SUGGESTIONS
from kiosk.ui import palette
from kiosk.ui.metrics import Metrics
from kiosk.ui.screens.pad_layout import Rect
from kiosk.ui.widgets.message import Promise
from kiosk.ui.widgets.press import USUAL
from kiosk.ui.writing.key import OnScreenKey


class SuggestionRow(Widget):
    """Raises ``on_take`` with the word that was touched. As many are shown as fit, each as wide as it is."""

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_take")
        self.m: Metrics = USUAL
        super().__init__(**kwargs)
        self._keys = [OnScreenKey(private=True) for _ in range(SUGGESTIONS)]
        for key in self._keys:
            key.bind(on_fire=lambda key: self.dispatch("on_take", key.words))
        self._notice = Promise(picture="notice")

    def on_take(self, word: str) -> None:
        """A suggestion was touched."""

    def place(self, box: Rect | None, m: Metrics) -> None:
        """Where the row stands; a field without suggestions has none."""
        self.m = m
        self.pos, self.size = (box.pos, box.size) if box else ((0, 0), (0, 0))

    def show(self, words: tuple[str, ...], gap: int) -> None:
        """The best first, from the left."""
        letter, left = max(self.m.fine_font, min(self.m.base, round(self.height * 0.42))), float(self.x)
        self._leave_out(self._notice)
        for key, word in zip(self._keys, (*words, *[""] * SUGGESTIONS), strict=False):
            key.m, key.stroke, key.height = self.m, self.m.stroke, self.height
            width = max(key.natural_width(word, letter), self.height * 1.2) if word else 0.0
            if not word or left + width > self.right + 1:
                key.forget()
                self._leave_out(key)
                continue
            key.pos, key.size = (round(left), self.y), (round(width), self.height)
            if key.words != word:
                key.put(words=word, letter=letter, least=self.m.fine_font)
            if not key.parent:
                self.add_widget(key)
            left += width + gap

    def tell(self, words: str) -> None:
        """A sentence instead of suggestions."""
        self.show((), 0)
        notice = self._notice
        notice.m = replace(self.m, smallest_font=self.m.fine_font)  # the row is as high as a key, on small panels 8 mm
        notice.most, notice.words = self.m.base, words
        notice.fill = notice.border = palette.rgba(palette.NOTICE)
        notice.padding = self.m.gap, 0
        notice.pos, notice.size = self.pos, self.size
        self.add_widget(notice)

    def forget(self) -> None:
        """No word is shown and none is kept."""
        self.show((), 0)

    def _leave_out(self, widget: Widget) -> None:
        if widget.parent:
            self.remove_widget(widget)
