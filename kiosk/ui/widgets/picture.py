"""One of our own drawings from assets/images, by name."""

from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from kivy.properties import StringProperty
from kivy.uix.widget import Widget

from kiosk.paths import shared
from kiosk.ui import palette
from kiosk.ui.widgets.drawings import drawing, within


class Picture(Widget):
    """``name`` is the drawing's file name without the ending; empty shows nothing. It keeps its proportions.

    On the dark ground of high contrast it is the one with light lines, where there is one. ``drawn`` is its size in
    pixels. (Kivy's own image widget clears the whole screen's stencil for each picture: a millisecond without a
    graphics card.)
    """

    name = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        self._settle = Clock.create_trigger(self._draw, -1)
        self._path, self._laid_out = "", (0.0, 0.0)
        super().__init__(**kwargs)
        with self.canvas:
            Color(1, 1, 1, 1)
            self._rectangle = Rectangle(size=(0, 0))
        for name in ("pos", "size", "opacity"):
            self.fbind(name, self._settle)
        self._settle()

    @property
    def drawn(self) -> tuple[int, int]:
        return within(self._path, self.size) if self._path else (0, 0)

    def on_name(self, _: object, name: str) -> None:
        self.opacity = 1 if name else 0
        images = shared("assets") / "images"
        light = images / "contrast" / f"{name}.png"
        on_dark = palette.is_dark() and light.is_file()
        self._path = str(light if on_dark else images / f"{name}.png") if name else ""
        self._settle()

    def _draw(self, *_: object) -> None:
        """Draws when the layout has come to rest: a drawing is made for every size it is asked for."""
        if self._laid_out != tuple(self.size):
            self._laid_out = tuple(self.size)
            self._settle()
            return
        width, height = self.drawn if self.opacity else (0, 0)
        self._rectangle.size = width, height
        self._rectangle.pos = round(self.center_x - width / 2), round(self.center_y - height / 2)
        if width and height:
            self._rectangle.texture = self._texture(width, height)

    def _texture(self, width: int, height: int) -> Texture:
        return drawing(self._path, width, height)
