"""Text and drawings as textures. Key labels are cached; what a citizen wrote never is."""

from collections.abc import Callable
from functools import lru_cache

from kivy.core.image import Image
from kivy.core.text import Label
from kivy.graphics.texture import Texture

from kiosk.paths import shared
from kiosk.ui import palette

KEYS_FONT, TEXT_FONT = "BeSemiBold", "BeMedium"


def drawn(text: str, font: str, size: int) -> Texture:
    """A line of text in white, to be tinted where it is used; kept by nobody but the caller."""
    label = Label(text=text, font_name=font, font_size=size)
    label.refresh()
    return label.texture


def extent(font: str, size: int) -> Callable[[str], float]:
    """Tells how wide a piece of text is on one line. It remembers no text."""
    label = Label(font_name=font, font_size=size)
    return lambda text: float(label.get_extents(text)[0]) if text else 0.0


@lru_cache(maxsize=512)
def face(words: str, size: int) -> Texture:
    """What stands on a key, drawn once: never a citizen's words."""
    return drawn(words, KEYS_FONT, size)


def picture(name: str) -> Texture:
    """One of our drawings, for the ground that is worn now."""
    return _drawing(name, on_dark=palette.is_dark())


@lru_cache(maxsize=64)
def _drawing(name: str, *, on_dark: bool) -> Texture:
    images = shared("assets") / "images"
    light = images / "contrast" / f"{name}.png"
    return Image(str(light if on_dark and light.is_file() else images / f"{name}.png"), mipmap=True).texture
