"""Everything that can be pressed. Fires once for each touch; the page passes only one on until the state changes."""

from typing import Any

from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    ObjectProperty,
    OptionProperty,
    StringProperty,
)

from kiosk.ui import palette
from kiosk.ui.metrics import Metrics, Panel, metrics_for
from kiosk.ui.widgets.fitting import block_width, natural_height
from kiosk.ui.widgets.surface import Surface

USUAL = metrics_for(Panel(1080, 1920))

_TONES = {
    "accent": (palette.ACCENT, palette.ACCENT, palette.ACCENT_PRESSED, palette.ON_ACCENT),
    "plain": (palette.CARD, palette.ACCENT, palette.ACCENT_SOFT, palette.INK),
    "card": (palette.CARD, palette.LINE, palette.ACCENT_SOFT, palette.INK),
    "soft": (palette.ACCENT_SOFT, palette.LINE, palette.CARD, palette.INK),
    "marked": (palette.NOTICE, palette.ACCENT, palette.CARD, palette.INK),
}


# ``rebind`` everywhere ``m`` is declared: kv follows a change of ``self.m.body`` only then
class Touchable(Surface):
    """A card that can be pressed. ``quick`` keys fire when touched; the others when the finger leaves.

    A finger that trembles off the edge still counts: it may wander by half a target before letting go.
    """

    m: Metrics = ObjectProperty(USUAL, rebind=True)
    tone = OptionProperty("plain", options=list(_TONES))
    ink = ColorProperty(palette.rgba(palette.INK))
    quick = BooleanProperty(False)
    pressed = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_fire")
        super().__init__(**kwargs)
        for name in ("tone", "pressed"):
            self.fbind(name, self._colour)
        self._colour()

    def on_kv_post(self, base_widget: object) -> None:
        self._colour()  # after the rules, which give every surface a plain edge

    def _colour(self, *_: object) -> None:
        fill, border, held, ink = _TONES[self.tone]
        self.fill = palette.rgba(held if self.pressed else fill)
        self.border = palette.rgba(palette.ACCENT if self.pressed else border)
        self.ink = palette.rgba(ink)

    def on_fire(self) -> None:
        """Raised once for a touch that began here."""

    def on_touch_down(self, touch: Any) -> bool:
        if self.disabled or not self.collide_point(*touch.pos):
            return False
        if not self.pressed:
            touch.grab(self)
            self.pressed = True
            if self.quick:
                self.dispatch("on_fire")
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self.pressed = False
        if not self.quick and self._near(*touch.pos):
            self.dispatch("on_fire")
        return True

    def _near(self, x: float, y: float) -> bool:
        slack = self.m.target / 2
        return self.x - slack <= x <= self.right + slack and self.y - slack <= y <= self.top + slack


class Press(Touchable):
    """A button with a picture, words or both, together in the middle."""

    words = StringProperty("")
    picture = StringProperty("")
    most = NumericProperty(USUAL.body)
    sign_size = NumericProperty(0)
    content_width = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("words", "picture", "most", "size", "padding", "m"):
            self.fbind(name, self._gather)
        self._gather()

    def _gather(self, *_: object) -> None:
        wish = self.most * 1.25 if self.words else self.m.target * 0.62
        self.sign_size = round(min(wish, self.height * 0.7)) if self.picture else 0
        room = self.width - self.padding[0] - self.padding[2]
        gap = self.m.gap * 0.6 if self.picture and self.words else 0
        beside = self.sign_size + gap + 4
        self.content_width = min(room, beside + self._words_width(int(room - beside)))

    def _words_width(self, room: int) -> int:
        """How wide the words are, on several lines if they must and there is room for them."""
        size = int(self.most)
        if natural_height(self.words, "BeSemiBold", size, max(1, room), 0) <= self.height - 2 * self.padding[1]:
            return block_width(self.words, "BeSemiBold", size, room)
        return max(room, 1)
