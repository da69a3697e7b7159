"""Text that is never cut off: the largest size that fits, from ``most`` down to ``least``."""

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.label import Label

from kiosk.ui.widgets.fitting import LINE_HEIGHT, fit, gathered, natural_height


class Text(Label):
    """``words`` is what to say; Kivy's own ``text`` is what is shown after fitting.

    ``hug`` makes the widget as high as its text; in a ``Column`` it gives way by ``squeeze`` when there is little room.
    ``expendable`` is what a crowded ``Column`` leaves out first. ``lines`` cuts after so many lines.
    """

    most = NumericProperty(40)
    least = NumericProperty(14)
    lines = NumericProperty(0)
    hug = BooleanProperty(False)
    squeeze = NumericProperty(1.0)
    expendable = BooleanProperty(False)
    words = StringProperty("")
    weight = OptionProperty("Medium", options=["Regular", "Medium", "SemiBold", "Bold"])

    def __init__(self, **kwargs: Any) -> None:
        self._refit = Clock.create_trigger(self._fit, -1)
        super().__init__(line_height=LINE_HEIGHT, **kwargs)
        for name in ("words", "most", "least", "lines", "hug", "squeeze", "weight", "size"):
            self.fbind(name, self._refit)
        self._refit()

    def natural(self, squeeze: float, width: float) -> int:
        """The height this text wants at a width, when type is made smaller by ``squeeze``."""
        width = max(1, int(width))
        return natural_height(self.words, self.font, self._largest(squeeze, width), width, int(self.lines))

    @property
    def font(self) -> str:
        return f"Be{self.weight}"

    def _largest(self, squeeze: float, width: int) -> int:
        size = int(max(min(self.least, self.most), self.most * squeeze))
        if not self.hug or self.lines:
            return size
        return int(max(min(self.least, size), gathered(self.words, self.font, size, width)))

    def _fit(self, *_: object) -> None:
        if self.hug and not getattr(self.parent, "placed", True):
            return  # the column asks again once it has a place
        width = max(1, int(self.width))
        most = self._largest(self.squeeze, width)
        if self.hug and self.opacity:
            self.size_hint_y = None
            self.height = self.natural(self.squeeze, width)
        least = int(min(self.least, most))
        size, shown = fit(self.words, self.font, most, least, width, max(1, int(self.height)), int(self.lines))
        self.font_name, self.font_size, self.text = self.font, size, shown
        self.text_size = (width, None)  # with a height, Kivy would drop lines in silence
