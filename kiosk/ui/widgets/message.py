"""Two kinds of message: one that fills the screen, and a sentence on a soft card, such as the promise."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.widgets.fitting import natural_height, natural_width
from kiosk.ui.widgets.press import USUAL
from kiosk.ui.widgets.surface import Surface


class Message(BoxLayout):
    """A picture, a title and a sentence."""

    m = ObjectProperty(USUAL, rebind=True)
    picture = StringProperty("")
    title = StringProperty("")
    text = StringProperty("")


class Promise(Surface):
    """A sentence beside a sign: the lock of "nobody sees", or a notice."""

    m = ObjectProperty(USUAL, rebind=True)
    words = StringProperty("")
    picture = StringProperty("lock")
    most = NumericProperty(USUAL.body)
    squeeze = NumericProperty(1.0)
    hug = BooleanProperty(False)
    #: a sentence of one line stands in the middle with its sign, instead of at the left
    centred = BooleanProperty(False)
    inset = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("words", "most", "squeeze", "width", "padding", "spacing", "hug", "centred", "m", "picture"):
            self.fbind(name, self._hug)
        self._hug()

    def _hug(self, *_: object) -> None:
        self._centre()
        if self.hug:
            self.size_hint_y, self.height = None, self.natural(self.squeeze, self.width)

    def _centre(self) -> None:
        size = int(max(self.m.smallest_font, self.most * self.squeeze))
        spare = self.width - self.padding[0] - self.padding[2] - self._sign() - self.spacing
        spare += 2 * self.inset - natural_width(self.words, "BeSemiBold", size)
        self.inset = max(0, int(spare / 2)) if self.centred and self.words else 0

    def _sign(self) -> int:
        """How wide its picture is."""
        return round(self.m.body * 1.3) if self.picture else 0

    def natural(self, squeeze: float, width: float) -> int:
        """The height it wants at a width, when type is made smaller by ``squeeze``."""
        if not self.words:
            return 0
        sign, size = self._sign(), int(max(self.m.smallest_font, self.most * squeeze))
        inner = width - self.padding[0] - self.padding[2] + 2 * self.inset - sign - self.spacing
        text = natural_height(self.words, "BeSemiBold", size, max(1, int(inner)), 0)
        return round(max(text, sign) + self.padding[1] + self.padding[3])
