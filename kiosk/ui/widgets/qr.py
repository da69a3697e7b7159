"""A QR code for a citizen's own telephone; the kiosk itself opens no page."""

from typing import Any

from kivy.graphics.texture import Texture
from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.widget import Widget

QUIET_MODULES = 4  # ISO/IEC 18004: the white edge without which many telephones see nothing


class Qr(Widget):
    """Draws ``link`` as dark modules on white, as large as the shorter side; nothing when empty."""

    link = StringProperty("")
    texture = ObjectProperty(None, allownone=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("link", self._draw)
        self._draw()

    def _draw(self, *_: object) -> None:
        self.texture = texture_of(self.link) if self.link else None


def texture_of(link: str) -> Texture:
    """One pixel a module, enlarged without blurring."""
    rows = modules(link)
    side = len(rows)
    texture = Texture.create(size=(side, side), colorfmt="luminance")
    texture.blit_buffer(bytes(0 if dark else 255 for row in reversed(rows) for dark in row), colorfmt="luminance")
    texture.mag_filter = texture.min_filter = "nearest"
    return texture


def modules(link: str) -> list[list[bool]]:
    """The code's dark modules row by row from the top, with its quiet zone."""
    from qrcode.constants import ERROR_CORRECT_M  # late: brings an imaging library that few boxes ever need
    from qrcode.main import QRCode

    code: Any = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_MODULES)
    code.add_data(link)
    code.make()
    return [list(row) for row in code.get_matrix()]
