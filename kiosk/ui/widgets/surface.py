"""A rounded card: fill, border, radius. Its texture is no larger than the card; ``Window.clearcolor`` is the
background.
"""

from typing import Any

from kivy.clock import Clock
from kivy.graphics import BorderImage, Color
from kivy.properties import ColorProperty, NumericProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui import palette
from kiosk.ui.widgets.corners import corners


class Surface(BoxLayout):
    """One stretched picture of its corners: without a graphics card every pixel drawn twice is paid for twice."""

    fill = ColorProperty(palette.rgba(palette.CARD))
    border = ColorProperty(palette.rgba(palette.LINE))
    radius = NumericProperty(24)
    stroke = NumericProperty(2)

    def __init__(self, **kwargs: Any) -> None:
        self._repaint = Clock.create_trigger(self._draw, -1)
        super().__init__(**kwargs)
        with self.canvas.before:
            Color(1, 1, 1, 1)
            self._card = BorderImage(auto_scale="off")
        for name in ("pos", "size", "fill", "border", "radius", "stroke", "opacity"):
            self.fbind(name, self._repaint)
        self._repaint()

    def _draw(self, *_: object) -> None:
        left, bottom, right, top = (round(edge) for edge in (self.x, self.y, self.right, self.top))
        width, height = (right - left, top - bottom) if self.opacity else (0, 0)
        self._card.pos, self._card.size = (left, bottom), (width, height)
        radius = min(round(self.radius), width // 2, height // 2)
        if radius > 0:
            self._card.texture = corners(radius, round(self.stroke), tuple(self.border), tuple(self.fill))
            self._card.border = (radius,) * 4
