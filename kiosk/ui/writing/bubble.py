"""Show the key under the finger in large type above it."""

from typing import Any

from kivy.graphics import Color, Rectangle

from kiosk.ui import palette
from kiosk.ui.widgets.surface import Surface
from kiosk.ui.writing.key import OnScreenKey
from kiosk.ui.writing.textures import face, picture

WIDER, HIGHER, LARGER = 1.4, 1.25, 1.5
ABOVE = 0.12  # of the key's height, between it and the bubble


class Bubble(Surface):
    """A card with the letter of a key. It takes no touches and is there only while a finger rests."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(opacity=0, size_hint=(None, None), **kwargs)
        self._over: OnScreenKey | None = None
        with self.canvas:
            self._tint, self._face = Color(), Rectangle()

    def show(self, key: OnScreenKey, left: float, right: float) -> None:
        """Above this key, not beyond ``left`` and ``right``."""
        self._over = key
        width, height = key.width * WIDER, key.height * HIGHER
        self.size = width, height
        self.pos = min(max(key.center_x - width / 2, left), right - width), key.top + key.height * ABOVE
        self.radius, self.stroke = key.radius, key.stroke * 2
        self.border, self.fill = palette.rgba(palette.ACCENT), palette.rgba(palette.CARD)
        texture = picture(key.picture) if key.picture else face(key.words, round(key.letter * LARGER))
        side = min(width, height) * 0.8
        size = (side, side) if key.picture else texture.size
        self._tint.rgba = (1, 1, 1, 1) if key.picture else palette.rgba(palette.INK)
        self._face.texture, self._face.size = texture, size
        self._face.pos = round(self.center_x - size[0] / 2), round(self.center_y - size[1] / 2)
        self.opacity = 1

    def hide(self, key: OnScreenKey | None = None) -> None:
        """Gone; with a ``key``, only if it stands above that one."""
        if key is None or key is self._over:
            self._over, self.opacity = None, 0

    def on_touch_down(self, touch: Any) -> bool:
        return False
