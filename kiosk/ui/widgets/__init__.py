"""Widgets shared by all screens; their rules are in widgets.kv."""

from kiosk.ui.widgets.bar import Bar
from kiosk.ui.widgets.column import Column
from kiosk.ui.widgets.dots import Dots
from kiosk.ui.widgets.message import Message, Promise
from kiosk.ui.widgets.notice_card import NoticeCard
from kiosk.ui.widgets.pad import Pad
from kiosk.ui.widgets.picture import Picture
from kiosk.ui.widgets.portrait import PortraitPicture
from kiosk.ui.widgets.press import Press, Touchable
from kiosk.ui.widgets.qr import Qr
from kiosk.ui.widgets.sign import Sign
from kiosk.ui.widgets.surface import Surface
from kiosk.ui.widgets.text import Text

__all__ = [
    "Bar",
    "Column",
    "Dots",
    "Message",
    "NoticeCard",
    "Pad",
    "Picture",
    "PortraitPicture",
    "Press",
    "Promise",
    "Qr",
    "Sign",
    "Surface",
    "Text",
    "Touchable",
]
