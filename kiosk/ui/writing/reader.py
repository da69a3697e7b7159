"""A read-only text: a complaint or a reply, drawn like the text area without a caret, one view at a time."""

from typing import Any

from kiosk.ui import palette
from kiosk.ui.metrics import Metrics
from kiosk.ui.screens.pad_layout import Rect
from kiosk.ui.writing.text_area import TextArea


class Reader(TextArea):
    """``lay`` says where it stands, ``show`` what it shows; ``turn`` goes on to what did not fit, then to the start. A
    finger draws the text after it; ``on_dragged`` is raised when it lets go."""

    def lay(self, pos: tuple[float, float], size: tuple[float, float], m: Metrics) -> None:
        """Where it stands; the text is broken into lines anew."""
        box = Rect(round(pos[0]), round(pos[1]), round(size[0]), round(size[1]))
        self.place(box, m, m.body, "", centred=False)
        self.border = palette.rgba(palette.LINE)

    def read(self, text: str) -> None:
        """Shows a text from its start; what is shown already stays where it was read to."""
        if text != self._text:
            self._first = 0
            self.show(text, 0)

    @property
    def more(self) -> bool:
        """Whether not everything fits."""
        return self._last_first > 0

    def turn(self) -> None:
        """The next view; the first one after the last."""
        if self.can_scroll(up=False):
            self.scroll(up=False)
        else:
            self._first = 0
            self._draw_text()

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_dragged")
        self._held: tuple[float, int] = (0.0, 0)
        super().__init__(**kwargs)

    def on_dragged(self) -> None:
        """A finger drew the text up or down, and has left it."""

    def on_touch_down(self, touch: Any) -> bool:
        if not (self.opacity and self.more and self.collide_point(*touch.pos)):
            return False
        touch.grab(self)
        self._held = touch.y, self._first
        return True

    def on_touch_move(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return False
        start, first = self._held
        lines = round((touch.y - start) / self._high)
        if self._within(first + lines) != self._first:
            self._first = self._within(first + lines)
            self._draw_text()
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self.dispatch("on_dragged")
        return True

    def _draw_caret(self) -> None:
        """Nothing is written here."""
        self._bar.clear()
