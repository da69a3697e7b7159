"""Vietnamese typing, searching and suggestions. Pure, standard library and msgspec only, no Kivy.

A screen keeps a ``Field`` and gives it to ``press`` and ``backspace`` of ``kiosk.vietnamese.field``; where there is
only text, ``compose`` and ``compose_at`` do.
"""

from kiosk.vietnamese.compose import backspace, compose, compose_at, compose_keys
from kiosk.vietnamese.fold import fold
from kiosk.vietnamese.letters import nfc
from kiosk.vietnamese.methods import Method
from kiosk.vietnamese.placement import Style

__all__ = ["Method", "Style", "backspace", "compose", "compose_at", "compose_keys", "fold", "nfc"]
