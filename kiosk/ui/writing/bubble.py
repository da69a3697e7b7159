"""What a finger covers, shown large above it."""

from typing import Any

from kivy.graphics import Color, Rectangle, RoundedRectangle
from kivy.uix.widget import Widget

from kiosk.ui import palette
from kiosk.ui.writing.faces import face, picture
from kiosk.ui.writing.key import Key

WIDER, HIGHER = 1.35, 1.25


class Bubble(Widget):
    """A letter in a card of the accent's colour. It takes no touches and keeps within ``left`` and ``right``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._over: Key | None = None
        with self.canvas:
            self._fill = Color()
            self._card = RoundedRectangle()
            self._tint = Color()
            self._face = Rectangle()
        self.hide()

    def show(self, key: Key, left: float, right: float) -> None:
        """Above this key."""
        self._over = key
        width, height = key.width * WIDER, key.height * HIGHER
        x = min(max(key.center_x - width / 2, left), right - width)
        self._fill.rgba, self._card.radius = palette.rgba(palette.ACCENT), [key.radius]
        self._card.pos, self._card.size = (x, key.top + key.height * 0.12), (width, height)
        if key.picture:
            self._tint.rgba = palette.rgba(palette.ON_ACCENT)
            texture, side = picture(key.picture), min(width, height) * 0.8
            size = side, side
        else:
            self._tint.rgba = palette.rgba(palette.ON_ACCENT)
            texture = face(key.words, round(key.letter * 1.5))
            size = texture.size
        self._face.texture, self._face.size = texture, size
        self._face.pos = x + (width - size[0]) / 2, self._card.pos[1] + (height - size[1]) / 2

    def hide(self, key: Key | None = None) -> None:
        """Gone; with a ``key``, only if it stands above that one."""
        if key is not None and key is not self._over:
            return
        self._over = None
        self._card.size = self._face.size = 0, 0
