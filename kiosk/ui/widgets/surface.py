"""A rounded card: fill, border, radius. Drawn only as large as it is; the background is ``Window.clearcolor``."""

from kivy.properties import ColorProperty, NumericProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui import palette


class Surface(BoxLayout):
    fill = ColorProperty(palette.rgba(palette.CARD))
    border = ColorProperty(palette.rgba(palette.LINE))
    radius = NumericProperty(24)
    stroke = NumericProperty(2)
