"""One of our own drawings from assets/images, by name."""

from typing import Any

from kivy.properties import StringProperty
from kivy.uix.image import Image

from kiosk.paths import shared
from kiosk.ui import palette


class Picture(Image):
    """``name`` is the drawing's file name without the ending; empty shows nothing.

    On the dark ground of high contrast it is the one with light lines, where there is one.
    """

    name = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(mipmap=True, fit_mode="contain", **kwargs)

    def on_name(self, _: object, name: str) -> None:
        self.opacity = 1 if name else 0
        images = shared("assets") / "images"
        light = images / "contrast" / f"{name}.png"
        on_dark = palette.is_dark() and light.is_file()
        self.source = str(light if on_dark else images / f"{name}.png") if name else ""
