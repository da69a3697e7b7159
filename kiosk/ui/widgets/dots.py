"""Show how many digits of a secret are typed, never which."""

from kivy.properties import NumericProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui import palette
from kiosk.ui.widgets.press import USUAL
from kiosk.ui.widgets.surface import Surface


class Dots(BoxLayout):
    """``count`` places, ``filled`` of them full."""

    m = ObjectProperty(USUAL, rebind=True)
    count = NumericProperty(0)
    filled = NumericProperty(0)

    def on_kv_post(self, base_widget: object) -> None:
        self.fbind("filled", self._paint)
        self.fbind("count", self._build)
        self._build()

    def _build(self, *_: object) -> None:
        self.clear_widgets()
        side = round(self.m.body * 0.8)
        for _place in range(int(self.count)):
            dot = Surface(radius=side / 2, stroke=self.m.stroke * 2, size_hint=(None, None), size=(side, side))
            dot.pos_hint = {"center_y": 0.5}
            dot.border = palette.rgba(palette.ACCENT)
            self.add_widget(dot)
        self.width = int(self.count) * side + max(0, int(self.count) - 1) * self.spacing
        self._paint()

    def _paint(self, *_: object) -> None:
        for place, dot in enumerate(reversed(self.children)):
            dot.fill = palette.rgba(palette.ACCENT if place < self.filled else palette.CARD)
